"""Codes in a text: order numbers, error codes, product codes. They mean the same in every language."""

import re
from typing import Final

_CODE: Final = re.compile(
    r"(?<![\w-])(?:0x[0-9a-f]{2,16}"  # 0x80070057
    r"|[a-z][a-z0-9]*(?:_[a-z0-9]+)+"  # ERR_CONNECTION_RESET
    r"|[a-z]{1,6}[-_#]?\d[a-z0-9]*(?:[-_][a-z0-9]+)*"  # AB-12345, E42, TX500
    r"|\d{1,6}[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*"  # 3G7, 302B
    r"|\d{2,}(?:-[a-z0-9]{2,})+"  # 302-5518-X1
    r"|\d{3,18})(?![a-z0-9])",
    re.IGNORECASE | re.ASCII,
)
_JOINTS: Final = str.maketrans("", "", "-_")
_LOOKED_AT: Final = 20_000
"""Letters of a text that are searched."""


def codes_of(text: str) -> frozenset[str]:
    """The codes of a text, as they are compared: "E-42", "e42" and "E_42" are one."""
    found = (match.group().translate(_JOINTS).casefold() for match in _CODE.finditer(text[:_LOOKED_AT]))
    return frozenset(code for code in found if len(code) >= 2)

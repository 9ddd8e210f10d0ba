"""Long messages are read in windows and pooled; quotations and signatures count for little beside what is said now."""

import re
from typing import Final

from core.quotes import split_reply
from models.text import clean

ASIDE_WEIGHT: Final = 0.12
"""What quotation and signature together weigh, when there is anything else to read."""
_ENOUGH_LETTERS: Final = 8
_SIGNATURE_LINES: Final = 8
_DASHES: Final = re.compile(r"^(--|__|—|–{2})\s*$")
_CLOSING: Final = re.compile(
    r"^\s*(?:(?:kind|best|warm|many|with kind)?\s*regards|best(?: wishes)?|sincerely(?: yours)?"
    r"|yours (?:sincerely|truly|faithfully)"
    r"|cheers|un saludo|saludos(?: cordiales)?|atentamente|cordialmente|cordialement|bien à vous|bien cordialement"
    r"|mit freundlichen gr(?:ü|ue)(?:ß|ss)en|(?:viele|liebe|beste|freundliche) gr(?:ü|ue)(?:ß|ss)e|mfg|vg|lg"
    r"|此致|敬礼|敬禮|顺颂商祺|sent from my .{2,30}|enviado desde mi .{2,30}|envoyé de(?:puis)? mon .{2,30}"
    r"|von (?:meinem|unterwegs) .{2,30}|发自我的.{1,20}|從我的.{1,20}傳送|iPhoneから送信|スマホから送信)"
    r"\s*[,，.!。、]?\s*$",
    re.IGNORECASE,
)


def parts_of(raw: str) -> tuple[str, str]:
    """What is said now and what stands beside it (quotation, signature), both cleaned; the first is never empty when
    there is anything to read."""
    split = split_reply(raw, "")
    own, signature = _without_signature(split.own)
    said, aside = clean(own), clean(f"{signature}\n{split.quoted}")
    if sum(character.isalpha() for character in said) < _ENOUGH_LETTERS and aside:
        return clean(raw), ""
    return said, aside


def _without_signature(text: str) -> tuple[str, str]:
    """Cut at a line of two dashes, or at a closing formula near the end."""
    lines = text.rstrip().split("\n")
    first = max(1, len(lines) - _SIGNATURE_LINES)
    for place in range(first, len(lines)):
        if _DASHES.match(lines[place]) or _CLOSING.match(lines[place]):
            return "\n".join(lines[:place]), "\n".join(lines[place:])
    return text, ""


def window_weights(count: int) -> list[float]:
    """Of `count` windows of one text, in order: openings say what is wanted, endings how the customer feels."""
    if count <= 1:
        return [1.0] * count
    return [1.0, *[0.5] * (count - 2), 0.8]

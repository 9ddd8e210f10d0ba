"""Turns what is wrong with a rules file into sentences with file, line, key, value and what is allowed."""

import difflib
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from config.schema import keys_at, numbers_at
from config.values import NAME_PATTERN
from config.yaml_tree import Path, YamlTree

MAX_SHOWN = 60
_ANY_KEY = "[key]"
"""How pydantic marks that the key itself is wrong, not its value."""


class Problems:
    """Collects problems of one file. `sentences` are in the order of their lines."""

    def __init__(self, source: str, tree: YamlTree) -> None:
        self._source, self._tree = source, tree
        self._found: list[tuple[int, str]] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    @property
    def sentences(self) -> list[str]:
        unique = dict.fromkeys(sorted(self._found))
        return [f"{self._source}:{line}: {sentence}" for line, sentence in unique]

    def say(self, path: Path, what: str, line: int | None = None) -> None:
        self._found.append((line or self._tree.line_of(path), f"{dotted(path)}: {what}."))

    def refuse(self, path: Path, value: Any, allowed: str) -> None:
        self.say(path, f"{shown(value)} is not allowed; give {allowed}")

    def missing(self, path: Path) -> None:
        self.say(path, "is missing")

    def unknown_key(self, path: Path, allowed: Iterable[str]) -> None:
        allowed = list(allowed)
        near = difflib.get_close_matches(str(path[-1]), allowed, n=1)
        hint = f" (perhaps {near[0]})" if near else ""
        self.say(path, f"this key is unknown{hint}; allowed here: {', '.join(allowed)}")

    def take(self, error: ValidationError) -> None:
        details = error.errors(include_url=False)
        bad_keys = {detail["loc"][:-1] for detail in details if detail["loc"][-1:] == (_ANY_KEY,)}
        for detail in details:
            path = detail["loc"]
            if path[-1:] == (_ANY_KEY,):
                self._take_key(path[:-1], detail)
            elif not any(path[: len(bad)] == bad for bad in bad_keys):
                self._take_value(path, detail)

    def _take_key(self, path: Path, detail: ErrorDetails) -> None:
        if detail["type"] == "enum":
            self.unknown_key(path, _choices(detail))
        else:
            self.refuse(path, path[-1], "a name of lower-case letters, digits and underscores, a letter first")

    def _take_value(self, path: Path, detail: ErrorDetails) -> None:
        kind = detail["type"]
        if kind == "missing":
            self.missing(path)
        elif kind == "unexpected_keyword_argument":
            self.unknown_key(path, keys_at(path[:-1]))
        else:
            self.refuse(path, detail["input"], _allowed(path, detail))


def dotted(path: Path) -> str:
    """`sla.targets.chat`, `routing[2].queue`; the file itself is `(file)`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += ("." if text else "") + (step if step.isprintable() and len(step) <= MAX_SHOWN else shown(step))
    return text or "(file)"


def shown(value: Any, limit: int = MAX_SHOWN) -> str:
    """A value as an operator wrote it, in at most `limit` characters and without control characters."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple | set | frozenset):
        return "a list" if value else "an empty list"
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    text = repr(value)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _choices(detail: ErrorDetails) -> list[str]:
    return [choice.strip(" '") for choice in str(detail["ctx"]["expected"]).replace(" or ", ", ").split(",")]


def _one_of(_: Path, detail: ErrorDetails) -> str:
    return f"one of {', '.join(_choices(detail))}"


def _a_number(path: Path, _: ErrorDetails) -> str:
    return numbers_at(path)


def _of_pattern(_: Path, detail: ErrorDetails) -> str:
    if detail["ctx"]["pattern"] == NAME_PATTERN:
        return "a name of lower-case letters, digits and underscores, a letter first"
    return "an id of capital letters, digits and underscores, a letter first"


def _fixed(words: str) -> Callable[[Path, ErrorDetails], str]:
    return lambda _path, _detail: words


_A_TABLE = _fixed("a table of keys")
_A_LIST = _fixed("a list")

_ALLOWED: dict[str, Callable[[Path, ErrorDetails], str]] = {
    "not_allowed": lambda _, detail: detail["msg"],
    "enum": _one_of,
    "literal_error": _one_of,
    "int_type": _a_number,
    "float_type": _a_number,
    "finite_number": _a_number,
    "int_from_float": _a_number,
    "greater_than": _a_number,
    "greater_than_equal": _a_number,
    "less_than": _a_number,
    "less_than_equal": _a_number,
    "bool_type": _fixed("true or false"),
    "string_type": _fixed("text"),
    "string_too_short": _fixed("text that is not empty"),
    "string_too_long": lambda _, detail: f"at most {detail['ctx']['max_length']} characters",
    "string_pattern_mismatch": _of_pattern,
    "too_short": _fixed("a list or table with at least one entry"),
    "tuple_type": _A_LIST,
    "list_type": _A_LIST,
    "frozen_set_type": _A_LIST,
    "dataclass_type": _A_TABLE,
    "dict_type": _A_TABLE,
    "mapping_type": _A_TABLE,
    "time_type": _fixed('a time in quotes such as "09:00"'),
    "time_parsing": _fixed('a time in quotes such as "09:00"'),
}


def _allowed(path: Path, detail: ErrorDetails) -> str:
    describe = _ALLOWED.get(detail["type"])
    return describe(path, detail) if describe else f"a value for which this holds: {detail['msg']}"

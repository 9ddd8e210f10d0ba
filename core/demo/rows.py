"""Typed reading of the packaged rows: JSON lines and the list of people."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from importlib.resources import files
from typing import TypeVar

import yaml

from core.domain.errors import ConfigurationError, InvalidInput

Made = TypeVar("Made")
Member = TypeVar("Member", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a file. Each getter raises InvalidInput that names the field and what it must be."""

    place: str
    values: Mapping[str, object]

    def wrong(self, field: str, problem: str, remedy: str = "") -> InvalidInput:
        return InvalidInput(f"{self.place}: {field}", problem, remedy)

    def text(self, field: str, *, may_be_empty: bool = False) -> str:
        value = self.values.get(field)
        if not isinstance(value, str) or not (value.strip() or may_be_empty):
            raise self.wrong(field, "must be a text")
        return value

    def optional_text(self, field: str) -> str | None:
        return None if self.values.get(field) is None else self.text(field)

    def texts(self, field: str, *, may_be_absent: bool = False) -> tuple[str, ...]:
        value = self.values.get(field, [] if may_be_absent else None)
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.wrong(field, "must be a list of texts")
        return tuple(value)

    def whole(self, field: str) -> int:
        value = self.values.get(field)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(field, "must be a whole number from 0")
        return value

    def number(self, field: str) -> float:
        value = self.values.get(field)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.wrong(field, "must be a number")
        return float(value)

    def money(self, field: str) -> Decimal:
        return Decimal(str(self.number(field)))

    def flag(self, field: str) -> bool:
        value = self.values.get(field)
        if not isinstance(value, bool):
            raise self.wrong(field, "must be true or false")
        return value

    def member(self, field: str, kind: type[Member]) -> Member:
        return self._as_member(field, self.text(field), kind)

    def optional_member(self, field: str, kind: type[Member]) -> Member | None:
        return None if self.values.get(field) is None else self.member(field, kind)

    def members(self, field: str, kind: type[Member]) -> tuple[Member, ...]:
        return tuple(self._as_member(field, value, kind) for value in self.texts(field))

    def child(self, field: str) -> "Row":
        value = self.values.get(field)
        if not isinstance(value, dict):
            raise self.wrong(field, "must be an object")
        return Row(f"{self.place}: {field}", value)

    def texts_by(self, field: str, kind: type[Member]) -> dict[Member, str]:
        """A text for some members of a vocabulary, at least one."""
        texts = self.child(field)
        made = {self._as_member(field, str(key), kind): texts.text(str(key)) for key in texts.values}
        if not made:
            raise self.wrong(field, "is empty")
        return made

    def children(self, field: str) -> tuple["Row", ...]:
        value = self.values.get(field)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(field, "must be a list of objects")
        return tuple(Row(f"{self.place}: {field}[{index}]", item) for index, item in enumerate(value))

    def _as_member(self, field: str, value: str, kind: type[Member]) -> Member:
        if value not in kind.__members__.values():
            raise self.wrong(field, f"is {value!r}", f"Allowed are {', '.join(kind)}")
        return kind(value)


def parse_lines(file: str, make: Callable[[Row], Made]) -> tuple[Made, ...]:
    """One `Made` for each line of a packaged JSON-lines file."""
    rows = [_decoded(f"{file}:{number}", line) for number, line in enumerate(_packaged(file).splitlines(), start=1)]
    return _made(rows, make)


def parse_listed(file: str, under: str, make: Callable[[Row], Made]) -> tuple[Made, ...]:
    """One `Made` for each entry of the list `under` that key of a packaged YAML file."""
    return _made(Row(file, yaml.safe_load(_packaged(file))).children(under), make)


def _packaged(file: str) -> str:
    return files("core.demo").joinpath(file).read_text(encoding="utf-8")


def _decoded(place: str, line: str) -> Row | InvalidInput:
    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        return InvalidInput(place, f"is not JSON ({error.msg}, column {error.colno})")
    return Row(place, values) if isinstance(values, dict) else InvalidInput(place, "must be an object")


def _made(rows: "tuple[Row, ...] | list[Row | InvalidInput]", make: Callable[[Row], Made]) -> tuple[Made, ...]:
    made: list[Made] = []
    problems: list[str] = []
    for row in rows:
        if isinstance(row, InvalidInput):
            problems.append(str(row))
            continue
        try:
            made.append(make(row))
        except InvalidInput as error:
            problems.append(str(error))
    if problems:
        raise ConfigurationError(problems)
    return tuple(made)

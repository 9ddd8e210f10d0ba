"""Reads YAML into plain values that remember their lines, and refuses what a rules file has no use for.

Refused: tags, anchors and aliases (so no object is built and no alias can explode), several documents, duplicate keys,
deep nesting. Scalars follow the core schema of YAML 1.2 (yaml.org/spec/1.2.2, 10.3.2) without octal and hexadecimal:
`no` is text and 10:30 is not a number of seconds.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]
"""The keys and list positions that lead to a value."""

MAX_DEPTH = 12
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]{1,18}|[0-9]{1,18}(\.[0-9]{0,18})?)([eE][-+]?[0-9]{1,3})?")
_CONSTANTS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class BadYaml(Exception):
    """The text can't be read further than this line."""

    def __init__(self, line: int, problem: str) -> None:
        self.line, self.problem = line, problem
        super().__init__(f"line {line}: {problem}")


@dataclass(slots=True)
class YamlTree:
    """`value` is made of dict, list, str, int, float, bool and None. `lines` gives the line of each path, from 1."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    duplicates: list[tuple[Path, int]] = field(default_factory=list)
    """Keys that came again, each with the line of its repetition; the first one counts."""

    def line_of(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_tree(text: str) -> YamlTree:
    """Raises BadYaml at the first thing that is not YAML or is refused."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or " ".join(str(error).split())
        raise BadYaml(mark.line + 1 if mark else 1, f"not YAML: {problem}") from error
    return builder.tree


@dataclass(slots=True)
class _Open:
    """A table or list that is being read. `key` is the key whose value comes next."""

    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None
    discard: bool = False


class _Builder:
    def __init__(self) -> None:
        self.tree = YamlTree()
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadYaml(line, "anchors (&) and aliases (*) are not allowed; write the values out")
        if getattr(event, "tag", None):
            raise BadYaml(line, "tags (!) are not allowed; write plain values")
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise BadYaml(line, "a second document (---) is not allowed")
        elif isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        top = self._open[-1] if self._open else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(top, event.value, line)
        else:
            self._place(_scalar_value(event, line), line)

    def _key(self, top: _Open, key: str, line: int) -> None:
        _refuse_surrogates(key, line)
        path = (*top.path, key)
        top.key, top.discard = key, key in top.value
        if top.discard:
            self.tree.duplicates.append((path, line))
        else:
            self.tree.lines[path] = line

    def _begin(self, value: dict[str, Any] | list[Any], line: int) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise BadYaml(line, f"nested deeper than {MAX_DEPTH} levels")
        if self._open and isinstance(self._open[-1].value, dict) and self._open[-1].key is None:
            raise BadYaml(line, "a key must be text")
        self._open.append(_Open(value, self._place(value, line)))

    def _place(self, value: Any, line: int) -> Path:
        """Put `value` where it belongs; returns its path."""
        if not self._open:
            self.tree.value = value
            self.tree.lines[()] = line
            return ()
        top = self._open[-1]
        if isinstance(top.value, list):
            path = (*top.path, len(top.value))
            top.value.append(value)
            self.tree.lines.setdefault(path, line)
            return path
        key = top.key or ""
        if not top.discard:
            top.value[key] = value
        top.key = None
        return (*top.path, key)


def _scalar_value(event: yaml.ScalarEvent, line: int) -> str | int | float | bool | None:
    text: str = event.value
    _refuse_surrogates(text, line)
    if event.style not in (None, ""):
        return text
    if text.lower() in _CONSTANTS:
        return _CONSTANTS[text.lower()]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return text


def _refuse_surrogates(text: str, line: int) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadYaml(line, "half of a surrogate pair is not a character")

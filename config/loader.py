"""Reads and checks the rules file."""

import dataclasses
import json
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from config.checks import check_all
from config.problems import Problems
from config.rules import BusinessRules
from config.yaml_tree import BadYaml, YamlTree, read_tree
from core.domain.errors import ConfigurationError

DEFAULT_RULES_FILE = Path(__file__).with_name("support.yaml")
MAX_FILE_BYTES = 1_000_000


def load_rules(path: Path | str = DEFAULT_RULES_FILE) -> BusinessRules:
    """The rules of `path`; raises ConfigurationError with every problem, each with file, line, key and remedy."""
    tree = _read(Path(path))
    problems = Problems(str(path), tree)
    for duplicate, line in tree.duplicates:
        problems.say(duplicate, f"is given twice, first in line {tree.line_of(duplicate)}; remove one", line)
    rules = _build(tree, problems)
    check_all(tree.value, problems)
    if problems or rules is None:
        raise ConfigurationError(problems.sentences)
    return dataclasses.replace(rules, routing=tuple(sorted(rules.routing, key=lambda rule: rule.number)))


def _read(path: Path) -> YamlTree:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
        if len(raw) > MAX_FILE_BYTES:
            raise ConfigurationError([f"{path}: the file is larger than {MAX_FILE_BYTES:,} bytes"])
        return read_tree(raw.decode("utf-8-sig"))
    except OSError as error:
        raise ConfigurationError([f"{path}: the rules can't be read: {error.strerror or error}."]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError([f"{path}:{line}: this is not UTF-8 text; save the file as UTF-8."]) from error
    except BadYaml as error:
        raise ConfigurationError([f"{path}:{error.line}: {error.problem}."]) from error


def _build(tree: YamlTree, problems: Problems) -> BusinessRules | None:
    try:
        # By way of JSON, because pydantic then reads dates, enums and lists from text and stays strict about the rest.
        return _adapter().validate_json(json.dumps(tree.value))
    except ValidationError as error:
        problems.take(error)
        return None


@cache
def _adapter() -> TypeAdapter[BusinessRules]:
    return TypeAdapter(BusinessRules)

"""Answers what the rules file may hold at a path, read from the types of BusinessRules, to tell operators."""

import dataclasses
from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from config.rules import BusinessRules
from config.yaml_tree import Path


def keys_at(path: Path) -> tuple[str, ...]:
    """The keys that the table at `path` may have; empty where any name goes."""
    kind = _bare(_annotation_at(path))
    if dataclasses.is_dataclass(kind):
        return tuple(field.name for field in dataclasses.fields(kind))
    return ()


def numbers_at(path: Path) -> str:
    """The numbers allowed at `path`, in words, such as "a whole number from 1 to 99"."""
    annotation = _annotation_at(path)
    words = "a whole number" if _bare(annotation) is int else "a number"
    lower = upper = ""
    for bound in _metadata(annotation):
        match bound:
            case Ge(ge=limit):
                lower = f" from {limit}"
            case Gt(gt=limit):
                lower = f" above {limit}"
            case Le(le=limit):
                upper = f" to {limit}" if lower.startswith(" from") else f" up to {limit}"
            case Lt(lt=limit):
                upper = f" below {limit}"
    return words + lower + upper


def _annotation_at(path: Path) -> Any:
    annotation: Any = BusinessRules
    for step in path:
        kind = _bare(annotation)
        if dataclasses.is_dataclass(kind):
            annotation = get_type_hints(kind, include_extras=True).get(str(step))
        elif get_origin(kind) is Mapping:
            annotation = get_args(kind)[1]
        elif get_args(kind):
            annotation = get_args(kind)[0]
        else:
            return None
    return annotation


def _bare(annotation: Any) -> Any:
    """Without Annotated and without `| None`."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, UnionType):
            annotation = next(part for part in get_args(annotation) if part is not NoneType)
        else:
            return annotation


def _metadata(annotation: Any) -> list[Any]:
    found: list[Any] = []
    while get_origin(annotation) in (Annotated, Union, UnionType):
        if get_origin(annotation) is Annotated:
            for extra in get_args(annotation)[1:]:
                found += extra.metadata if isinstance(extra, FieldInfo) else []
            annotation = get_args(annotation)[0]
        else:
            annotation = next(part for part in get_args(annotation) if part is not NoneType)
    return found

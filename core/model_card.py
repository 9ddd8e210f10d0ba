"""What administrators are told of the model: what it is called, its files, and what was measured of it."""

import asyncio
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from core.domain.access import Actor, Permission
from core.domain.model_figures import Figures
from core.domain.ports import Analyzer, AnalyzerState
from core.domain.proposals import Proposal
from core.proposals import Proposals

MANIFEST: Final = "manifest.json"
METRICS: Final = "metrics.json"
CARD: Final = "MODEL_CARD.md"


class Told(StrEnum):
    """Whether a model says how good it is."""

    FIGURES = "figures"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """`size` in bytes, None when the file is not there; `digest` is the SHA-256 that the manifest asks for."""

    name: str
    size: int | None
    digest: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """`figures` are of the heads that came with the program, also while a proposal is in force. `text` is the model
    card in Markdown, empty where there is none."""

    name: str
    state: AnalyzerState
    detail: str
    encoder: str
    precision: str
    in_force: Proposal | None
    files: tuple[ModelFile, ...]
    told: Told
    figures: Figures | None
    text: str

    @property
    def size(self) -> int:
        """Of all files, in bytes."""
        return sum(one.size or 0 for one in self.files)


@dataclass(frozen=True, slots=True)
class _Written:
    """What stands in the folder of the model."""

    name: str
    files: tuple[ModelFile, ...]
    told: Told
    figures: Figures | None
    text: str


class ModelCards:
    def __init__(self, analyzer: Analyzer, proposals: Proposals) -> None:
        self._analyzer, self._proposals = analyzer, proposals

    async def read(self, actor: Actor) -> ModelCard:
        """As the files are now; they are small but for those whose sizes alone are told."""
        actor.require(Permission.ADMINISTER)
        in_force = await self._proposals.in_force(actor)
        written = await asyncio.to_thread(_read, self._analyzer.folder)
        fits = in_force is not None and in_force.encoder == self._analyzer.encoder
        return ModelCard(
            name=in_force.model if in_force is not None and fits else written.name,
            state=self._analyzer.state,
            detail=self._analyzer.detail,
            encoder=self._analyzer.encoder,
            precision=self._analyzer.precision,
            in_force=in_force if fits else None,
            files=written.files,
            told=written.told,
            figures=written.figures,
            text=written.text,
        )


def _read(folder: Path) -> _Written:
    manifest = _json(folder / MANIFEST) or {}
    listed = manifest.get("files")
    files = tuple(
        ModelFile(str(name), _size(folder / str(name)), str(digest))
        for name, digest in (listed.items() if isinstance(listed, dict) else ())
    )
    told, figures = _figures(folder / METRICS)
    return _Written(str(manifest.get("name", "")), files, told, figures, _text(folder / CARD) or "")


def _figures(path: Path) -> tuple[Told, Figures | None]:
    if not path.is_file():
        return Told.MISSING, None
    metrics = _json(path)
    try:
        return Told.FIGURES, Figures.read(metrics or {})
    except (KeyError, TypeError, ValueError, AttributeError):
        return Told.UNREADABLE, None


def _json(path: Path) -> dict[str, Any] | None:
    """None for what is not there or no object: the page says so, and the analyzer's state says what it means."""
    text = _text(path)
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None

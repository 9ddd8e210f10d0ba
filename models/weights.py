"""The model's files: where they are, and proof that they are the ones that belong together."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ARTEFACTS: Final = Path(__file__).parent / "artefacts"
MANIFEST: Final = "manifest.json"
HEADS: Final = "heads.safetensors"
FILES: Final = (
    "body.safetensors",
    "words.safetensors",
    "tokenizer.json",
    "matching.safetensors",
    "heads.safetensors",
    "answers.json",
)
_OF_THE_BODY: Final = FILES[:4]
"""What decides about vectors: those of one body can be compared."""


class WeightsProblem(Exception):
    """A file of the model is missing or is not the one it should be; the text says which and what to do."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Checked files. `body_name` identifies what makes vectors and features, `name` the heads on it as well."""

    directory: Path
    body_name: str
    name: str

    @property
    def body(self) -> Path:
        return self.directory / "body.safetensors"

    @property
    def words(self) -> Path:
        return self.directory / "words.safetensors"

    @property
    def tokenizer(self) -> Path:
        return self.directory / "tokenizer.json"

    @property
    def matching(self) -> Path:
        return self.directory / "matching.safetensors"

    @property
    def heads(self) -> Path:
        return self.directory / "heads.safetensors"

    @property
    def answers(self) -> Path:
        return self.directory / "answers.json"


def find_weights(directory: Path | None = None) -> Weights:
    """All files with their hashes checked against the manifest beside them; raises WeightsProblem."""
    directory = directory or ARTEFACTS
    manifest = read_manifest(directory)
    for name in FILES:
        _check(directory / name, str(manifest["files"].get(name)))
    return Weights(directory, str(manifest["body"]), str(manifest["name"]))


def read_manifest(directory: Path) -> dict[str, Any]:
    path = directory / MANIFEST
    try:
        manifest = json.loads(path.read_text("utf-8"))
        if not (isinstance(manifest["files"], dict) and manifest["name"] and manifest["body"]):
            raise WeightsProblem(f"{path} does not name the model's files; restore it")
    except FileNotFoundError as error:
        raise WeightsProblem(f"{path} is missing; restore it, or run `python -m models.training`") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsProblem(f"{path} cannot be read ({error}); restore it") from error
    return dict(manifest)


def write_manifest(directory: Path) -> str:
    """Names the files as they are now and returns the model's name: the first letters of what its files hash to."""
    hashes = {name: file_hash(directory / name) for name in FILES}
    body = hashlib.sha256("".join(hashes[name] for name in _OF_THE_BODY).encode()).hexdigest()[:10]
    name = f"{body}+{hashes['heads.safetensors'][:6]}"
    manifest = {"name": name, "body": body, "files": hashes}
    (directory / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    return name


def file_hash(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check(path: Path, expected: str) -> None:
    remedy = "Restore it, or run `python -m models.training`"
    try:
        actual = file_hash(path)
    except OSError as error:
        raise WeightsProblem(f"{path} cannot be read ({error.strerror}). {remedy}") from error
    if actual != expected:
        raise WeightsProblem(f"{path} has SHA-256 {actual[:12]}…, expected {expected[:12]}…. {remedy}")

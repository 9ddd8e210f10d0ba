import json
import shutil
from pathlib import Path

import pytest

from models.heads import Heads
from models.weights import ARTEFACT_FILES, ARTEFACTS, WeightsProblem, file_hash, find_weights, packaged_encoder


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    folder = tmp_path / "encoder"
    folder.mkdir()
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def artefacts(tmp_path: Path, encoder: Path) -> Path:
    folder = tmp_path / "artefacts"
    folder.mkdir()
    for name in ARTEFACT_FILES:
        (folder / name).write_text(name)
    manifest = {
        "name": "tiny",
        "encoder": {path.name: file_hash(path) for path in encoder.iterdir()},
        "artefacts": {name: file_hash(folder / name) for name in ARTEFACT_FILES},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_matching_files_are_found(encoder: Path, artefacts: Path) -> None:
    weights = find_weights(encoder, artefacts)
    assert (weights.name, weights.encoder, weights.heads) == ("tiny", encoder, artefacts / "heads.safetensors")


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_missing_encoder_file_is_named(encoder: Path, artefacts: Path, name: str) -> None:
    (encoder / name).unlink()
    with pytest.raises(WeightsProblem, match=name):
        find_weights(encoder, artefacts)


@pytest.mark.parametrize("name", ARTEFACT_FILES)
def test_a_changed_artefact_is_refused(encoder: Path, artefacts: Path, name: str) -> None:
    (artefacts / name).write_text("changed")
    with pytest.raises(WeightsProblem, match=rf"{name} has SHA-256 .* expected"):
        find_weights(encoder, artefacts)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": "x", "encoder": 1, "artefacts": 2}'])
def test_a_broken_manifest_is_refused(encoder: Path, artefacts: Path, content: str) -> None:
    (artefacts / "manifest.json").write_text(content)
    with pytest.raises(WeightsProblem, match=r"manifest\.json"):
        find_weights(encoder, artefacts)


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.weights.ENCODER_PACKAGE", "no_such_encoder_package")
    with pytest.raises(WeightsProblem, match="no-such-encoder-package is not installed"):
        packaged_encoder()


def test_the_committed_artefacts_match_their_manifest() -> None:
    manifest = json.loads((ARTEFACTS / "manifest.json").read_text("utf-8"))
    assert {name: file_hash(ARTEFACTS / name) for name in ARTEFACT_FILES} == manifest["artefacts"]


def test_the_committed_heads_load_and_stay_small() -> None:
    heads = Heads.load(ARTEFACTS / "heads.safetensors", 384)
    assert heads.bias.shape[0] == heads.dense.shape[1]
    assert (ARTEFACTS / "heads.safetensors").stat().st_size < 8_000_000


def test_heads_of_another_encoder_are_refused() -> None:
    with pytest.raises(ValueError, match="another encoder"):
        Heads.load(ARTEFACTS / "heads.safetensors", 768)


def test_a_truncated_heads_file_is_refused(tmp_path: Path) -> None:
    whole = (ARTEFACTS / "heads.safetensors").read_bytes()
    (tmp_path / "heads.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="not a heads file"):
        Heads.load(tmp_path / "heads.safetensors", 384)


def test_saved_heads_read_back_the_same(tmp_path: Path) -> None:
    shutil.copy(ARTEFACTS / "heads.safetensors", tmp_path / "a.safetensors")
    Heads.load(tmp_path / "a.safetensors", 384).save(tmp_path / "b.safetensors")
    assert file_hash(tmp_path / "a.safetensors") == file_hash(tmp_path / "b.safetensors")

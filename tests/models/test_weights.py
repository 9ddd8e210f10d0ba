import json
import shutil
from pathlib import Path

import pytest

from models.answers import SIGNS, AnswerScorer
from models.encoder import Encoder
from models.heads import Heads
from models.weights import ARTEFACTS, FILES, Weights, WeightsProblem, file_hash, find_weights, write_manifest

MEGABYTE = 1_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).write_text(name)
    write_manifest(tmp_path)
    return tmp_path


def test_files_that_match_their_manifest_are_found(folder: Path) -> None:
    weights = find_weights(folder)
    assert weights.name.startswith(f"{weights.body_name}+")
    found = [weights.body, weights.words, weights.tokenizer, weights.matching, weights.heads, weights.answers]
    assert found == [folder / name for name in FILES]


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused_by_name(folder: Path, name: str) -> None:
    (folder / name).write_text("changed")
    with pytest.raises(WeightsProblem, match=rf"{name} has SHA-256 .* expected"):
        find_weights(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused_by_name(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(WeightsProblem, match=rf"{name} cannot be read"):
        find_weights(folder)


def test_a_missing_manifest_says_what_to_do(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(WeightsProblem, match=r"is missing; restore it, or run `python -m models.training`"):
        find_weights(folder)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": "x", "files": 1, "body": "y"}', '{"files": {}}'])
def test_a_broken_manifest_is_refused(folder: Path, content: str) -> None:
    (folder / "manifest.json").write_text(content)
    with pytest.raises(WeightsProblem, match=r"manifest\.json"):
        find_weights(folder)


def test_new_heads_change_the_model_and_keep_its_body(folder: Path) -> None:
    before = find_weights(folder)
    (folder / "heads.safetensors").write_text("other heads")
    write_manifest(folder)
    after = find_weights(folder)
    assert after.body_name == before.body_name
    assert after.name != before.name


def test_the_committed_files_match_their_manifest_and_stay_small() -> None:
    find_weights()
    assert sum((ARTEFACTS / name).stat().st_size for name in FILES) <= 60 * MEGABYTE


def test_heads_of_another_body_are_refused(weights: Weights) -> None:
    with pytest.raises(ValueError, match="another body"):
        Heads.load(weights.heads, 768)


def test_a_truncated_heads_file_is_refused(weights: Weights, tmp_path: Path) -> None:
    whole = weights.heads.read_bytes()
    (tmp_path / "heads.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="not a heads file"):
        Heads.load(tmp_path / "heads.safetensors", 1536)


def test_saved_heads_read_back_the_same(heads: Heads, weights: Weights, tmp_path: Path) -> None:
    heads.save(tmp_path / "heads.safetensors")
    assert file_hash(tmp_path / "heads.safetensors") == file_hash(weights.heads)


def test_a_body_of_nonsense_is_refused(folder: Path, weights: Weights) -> None:
    shutil.copy(weights.tokenizer, folder)
    with pytest.raises(ValueError, match="does not hold a body"):
        Encoder.load(Weights(folder, "x", "x"))


def test_a_tokenizer_of_nonsense_is_refused(folder: Path, weights: Weights) -> None:
    shutil.copy(weights.body, folder)
    shutil.copy(weights.words, folder)
    with pytest.raises(ValueError, match="not a tokenizer"):
        Encoder.load(Weights(folder, "x", "x"))


def test_a_scorer_for_other_signs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text(json.dumps({"weights": {"old": 1.0}, "bias": 0.0}))
    with pytest.raises(ValueError, match="other signs"):
        AnswerScorer.load(tmp_path / "answers.json")
    (tmp_path / "answers.json").write_text(json.dumps({"weights": dict.fromkeys(SIGNS, 1.0)}))
    with pytest.raises(ValueError, match="not an answer scorer"):
        AnswerScorer.load(tmp_path / "answers.json")


def test_a_saved_scorer_reads_back_the_same(tmp_path: Path) -> None:
    scorer = AnswerScorer(tuple(place / 8 for place in range(len(SIGNS))), -1.5)
    scorer.save(tmp_path / "answers.json")
    assert AnswerScorer.load(tmp_path / "answers.json") == scorer

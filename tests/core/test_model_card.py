"""What is told of the model from its folder, whole, missing or broken."""

from pathlib import Path

import pytest

from core.bootstrap import Engine
from core.domain.enums import Role
from core.domain.errors import NotAllowed
from core.domain.model_figures import TARGETS
from core.model_card import Told
from tests.cast import IDA, ada
from tests.fakes import MarkAnalyzer
from tests.measured import write_model


@pytest.fixture
def database_kind() -> str:
    """It reads files; the proposals that it asks for are tested on both databases."""
    return "sqlite"


async def test_the_figures_are_those_that_training_wrote(
    engine: Engine, analyzer: MarkAnalyzer, tmp_path: Path
) -> None:
    analyzer.folder = write_model(tmp_path / "model")
    told = await engine.model_cards.read(IDA)
    assert (told.name, told.precision, told.told) == ("abc+def", "fp32", Told.FIGURES)
    assert told.figures is not None
    assert told.figures.all.messages == 180
    assert told.figures.all.values.keys() == TARGETS.keys()
    assert told.figures.languages["en"].values["category"] == 1.0
    assert told.figures.languages["de"].values["category"] == pytest.approx(25 / 30, abs=1e-3)
    assert told.figures.confusion.messages == 180
    assert sum(count for _, _, count in told.figures.confusion.mistakes(9)) == 25
    assert told.text.startswith("# Model card")


async def test_the_curve_of_coverage_ends_with_all_messages_at_the_accuracy(
    engine: Engine, analyzer: MarkAnalyzer, tmp_path: Path
) -> None:
    analyzer.folder = write_model(tmp_path / "model")
    figures = (await engine.model_cards.read(IDA)).figures
    assert figures is not None
    (category, *_) = figures.reliability
    points = category.curve()
    assert points[0] == pytest.approx((0.9, 155 / 180, 1.0), abs=1e-3)
    assert points[-1][1:] == pytest.approx((1.0, figures.all.values["category"]), abs=1e-3)


async def test_a_file_that_the_manifest_names_and_nobody_has_is_told_as_missing(
    engine: Engine, analyzer: MarkAnalyzer, tmp_path: Path
) -> None:
    analyzer.folder = write_model(tmp_path / "model")
    told = await engine.model_cards.read(IDA)
    assert {one.name: one.size for one in told.files} == {"heads.safetensors": 5, "gone.json": None}
    assert told.size == 5


async def test_a_model_without_figures_says_so(engine: Engine) -> None:
    told = await engine.model_cards.read(IDA)
    assert (told.told, told.figures, told.files, told.text) == (Told.MISSING, None, (), "")


@pytest.mark.parametrize("written", ["{", "[]", "{}", '{"held_out": {"all": {}, "languages": {}}}', '{"held_out": 1}'])
async def test_figures_of_another_shape_are_told_as_unreadable(
    engine: Engine, analyzer: MarkAnalyzer, tmp_path: Path, written: str
) -> None:
    analyzer.folder = write_model(tmp_path / "model")
    (analyzer.folder / "metrics.json").write_text(written)
    told = await engine.model_cards.read(IDA)
    assert (told.told, told.figures) == (Told.UNREADABLE, None)
    assert told.name == "abc+def"


async def test_only_administrators_are_told(engine: Engine) -> None:
    agent = await ada(engine.database)
    assert agent.role is Role.AGENT
    with pytest.raises(NotAllowed):
        await engine.model_cards.read(agent.actor)

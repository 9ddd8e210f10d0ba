"""The data card tells of the corpus as it is."""

from pathlib import Path

import pytest

from models.training.corpus import CORPUS, CorpusError
from models.training.data_card import FILE, card


def test_the_committed_card_counts_the_committed_corpus() -> None:
    assert (CORPUS / FILE).read_text("utf-8") == card()


def test_a_split_that_names_a_lost_batch_is_refused(tmp_path: Path) -> None:
    (tmp_path / "messages").mkdir()
    text = "language: en\nsetting: a shop\nvoice: plain\n\n@ thanks positive sms\nta\n"
    (tmp_path / "messages" / "en-01.txt").write_text(text, "utf-8")
    (tmp_path / "split.json").write_text('{"calibration": [], "held_out": ["en-99"]}', "utf-8")
    with pytest.raises(CorpusError, match="en-99"):
        card(tmp_path)

import json
from collections.abc import Sequence

from core.domain.analysis import Analysis
from core.domain.enums import Category, Sentiment
from core.domain.ports import Urgency
from models.analyse_lines import CHUNK, analyse_lines
from tests.fakes import MarkAnalyzer


class FakeAnalyzer(MarkAnalyzer):
    """Says of every text that its first word is the intent."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    async def analyse(self, texts: Sequence[str], urgency: Urgency = Urgency.BULK) -> list[Analysis]:
        self.sizes.append(len(texts))
        return [
            Analysis(
                "en",
                0.9,
                Sentiment.NEUTRAL,
                0.81239,
                Category.OTHER,
                0.5,
                text.split()[0],
                0.5,
                False,
                True,
                False,
                ("k",),
                b"",
                "fake",
            )
            for text in texts
        ]


async def test_each_line_is_answered_at_its_place() -> None:
    lines: list[str | bytes] = ['{"id": 1, "text": "one x"}', b'{"id": "b", "text": "two x"}']
    results = [json.loads(line) async for line in analyse_lines(FakeAnalyzer(), lines)]
    assert results[0] == {
        "id": 1,
        "language": "en",
        "sentiment": "neutral",
        "sentiment_confidence": 0.8124,
        "category": "other",
        "category_confidence": 0.5,
        "intent": "one",
        "urgent": False,
        "wants_human": True,
        "keywords": ["k"],
    }
    assert (results[1]["id"], results[1]["intent"]) == ("b", "two")


async def test_a_bad_line_gives_an_error_and_the_others_go_on() -> None:
    lines: list[str | bytes] = [
        '{"id": 1, "text": "one"}',
        "not json",
        "",
        '{"id": 2}',
        '{"text": "no id"}',
        "[1]",
        '{"id": {}, "text": "x"}',
        b'{"id": 3, "text": "\xff"}',
        '{"id": 4, "text": "four"}',
    ]
    results = [json.loads(line) async for line in analyse_lines(FakeAnalyzer(), lines)]
    assert [result["id"] for result in results] == [1, None, None, 2, None, None, None, None, 4]
    assert ["error" in result for result in results] == [False, *[True] * 7, False]


async def test_a_long_input_streams_in_chunks() -> None:
    analyzer = FakeAnalyzer()
    lines = (json.dumps({"id": number, "text": f"t{number}"}) for number in range(CHUNK + 10))
    ids = [json.loads(line)["id"] async for line in analyse_lines(analyzer, lines)]
    assert ids == list(range(CHUNK + 10))
    assert analyzer.sizes == [CHUNK, 10]

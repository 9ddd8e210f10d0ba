from pathlib import Path

import pytest

from models.labels import LANGUAGES
from models.training.articles import read_articles
from models.training.corpus import CorpusError

HEAD = "knowledge base: lamps and bulbs\nlanguage: en"
ARTICLE = (
    "= lamp-1 | Change a bulb\ncategory: technical  intents: setup_help, not_working\n"
    "Switch the lamp off.\nTurn the bulb.\n? how do i change the bulb\n?de Wie wechsle ich sie?\n~ do you sell beds"
)


def base(folder: Path, *blocks: str, name: str = "en-kb-99") -> None:
    (folder / "articles").mkdir(exist_ok=True)
    (folder / "articles" / f"{name}.txt").write_text("\n\n".join(blocks) + "\n", "utf-8")


def test_the_committed_articles_are_valid() -> None:
    files = read_articles()
    assert {file.language for file in files} == set(LANGUAGES)
    for file in files:
        ids = {article.id for article in file.articles}
        assert {question.article for question in file.questions if question.article} <= ids
        assert any(question.article is None for question in file.questions)


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    base(tmp_path, HEAD, ARTICLE)
    (file,) = read_articles(tmp_path)
    (article,) = file.articles
    assert (file.batch, file.language) == ("en-kb-99", "en")
    assert (article.id, article.title, article.category) == ("lamp-1", "Change a bulb", "technical")
    assert article.intents == ("setup_help", "not_working")
    assert article.body == "Switch the lamp off.\nTurn the bulb."
    assert [(question.language, question.article) for question in file.questions] == [
        ("en", "lamp-1"),
        ("de", "lamp-1"),
        ("en", None),
    ]


@pytest.mark.parametrize(
    ("blocks", "complaint"),
    [
        ((f"{HEAD}\nmood: bad",), r"en-kb-99\.txt:3: only knowledge base and language"),
        ((HEAD, "? too early"), r"en-kb-99\.txt:4: a question stands below its article"),
        ((HEAD, ARTICLE, "?it dove?"), r"en-kb-99\.txt:12: a question stands below its article, in one of the six"),
        ((HEAD, ARTICLE, "@ thanks neutral chat"), r"en-kb-99\.txt:12: neither an article's title"),
        ((HEAD, ARTICLE, "= no bar"), r"en-kb-99\.txt:12: neither an article's title"),
        (("knowledge base: x\nlanguage: it", ARTICLE), r"en-kb-99\.txt"),
        (("language: en", ARTICLE), r"en-kb-99\.txt: it must say its knowledge base"),
        ((HEAD, ARTICLE.replace("technical", "lamps")), r"en-kb-99\.txt: lamp-1 lacks"),
        ((HEAD, ARTICLE.replace("setup_help,", "how,")), r"en-kb-99\.txt: lamp-1 lacks"),
        ((HEAD, "= lamp-2 | Empty\ncategory: technical  intents: setup_help"), r"en-kb-99\.txt: lamp-2 lacks a body"),
    ],
)
def test_a_mistake_is_named_by_its_file(tmp_path: Path, blocks: tuple[str, ...], complaint: str) -> None:
    base(tmp_path, *blocks)
    with pytest.raises(CorpusError, match=f"^{complaint}"):
        read_articles(tmp_path)


def test_an_id_is_used_once(tmp_path: Path) -> None:
    base(tmp_path, HEAD, ARTICLE)
    base(tmp_path, HEAD, ARTICLE, name="en-kb-98")
    with pytest.raises(CorpusError, match="used twice: lamp-1"):
        read_articles(tmp_path)

"""Nothing that a customer writes becomes markup."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from ui.markup import Html, icon, join, tag


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((name, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(markup: Html) -> _Reader:
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader


# HTML itself can't carry carriage returns and nulls through a parser; that is no matter of escaping.
_texts = st.text(st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"]))
_hostile = _texts | st.sampled_from(
    ["<img src=x onerror=alert(1)>", "</div><script>x</script>", '"onload="x', "&lt;", "'"]
)


@given(_hostile, _hostile)
def test_any_text_comes_out_as_it_went_in(text: str, title: str) -> None:
    read = _read(tag("div", text, title=title))
    assert read.tags == [("div", {"title": title})]
    assert read.text == text


def test_only_markup_made_here_passes_unescaped() -> None:
    assert tag("p", tag("b", "a"), "<b>") == "<p><b>a</b>&lt;b&gt;</p>"


def test_attributes_follow_python_names() -> None:
    made = tag("input", class_="a b", data_due=5, disabled=True, hidden=False, title=None, aria_label="Due")
    assert made == '<input class="a b" data-due="5" disabled aria-label="Due">'


def test_lists_are_flattened_and_none_is_nothing() -> None:
    assert join(["a", None, ["b", 3]], None) == "ab3"


def test_an_icon_with_a_title_speaks() -> None:
    assert _read(icon("mail", title="E-mail")).tags[0][1]["aria-label"] == "E-mail"
    assert _read(icon("mail")).tags[0][1]["aria-hidden"] == "true"

"""HTML to clean text and to safe HTML."""

import time

import pytest

from integrations.email.html import html_to_text, looks_like_html, safe_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("One<br>Two<br/><br>Three", "One\nTwo\n\nThree"),
        ("  many \n   spaces&nbsp;here ", "many spaces here"),
        ("<ul><li>a</li><li>b<ol start=3><li>c</li><li>d</li></ol></li></ul>", "- a\n- b\n  3. c\n  4. d"),
        ("<table><tr><th>Item</th><th>Price</th></tr><tr><td>Mug</td><td>9</td></tr></table>", "Item | Price\nMug | 9"),
        ("<table><tr><td><p>Long</p><p>text</p></td><td></td></tr></table>", "Long\n\ntext"),
        ('<a href="https://x.example/a">the page</a>', "the page (https://x.example/a)"),
        ('<a href="https://x.example/">https://x.example</a>', "https://x.example"),
        ('<a href="mailto:kim@x.example">kim@x.example</a>', "kim@x.example"),
        ('<a href="#top">up</a>', "up"),
        ('<img src="cid:1" alt="Our shop"><img src="x" alt="p" width="1">', "[Our shop]"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<blockquote>old<br>words</blockquote>new", "> old\n> words\nnew"),
        ("<h1>Title</h1>text", "Title\n\ntext"),
        ("a<hr>b", "a\n---\nb"),
        ("&lt;b&gt; &amp; &eacute;&#x20AC;", "<b> & é€"),
        ('<div style="display:none">preview</div>shown', "shown"),
        ('<span style="font-size:0px;">x</span><div style="MAX-HEIGHT: 0; overflow:hidden">y</div>shown', "shown"),
        ("<div hidden>x</div>shown", "shown"),
        ("<style>p{color:red}</style><title>t</title><script>alert(1)</script>shown", "shown"),
        ("<!-- c --><!--[if mso]><p>Outlook</p><![endif]-->shown", "shown"),
        ("shown" + "&zwnj;&nbsp;" * 40, "shown"),
        ("", ""),
        ("<p></p><br><br>", ""),
    ],
)
def test_text_reads_as_a_person_would_type_it(html: str, text: str) -> None:
    assert html_to_text(html)[0].strip() == text


@pytest.mark.parametrize(
    "mark",
    [
        'class="gmail_quote"',
        'id="divRplyFwdMsg"',
        'id="appendonsend"',
        'class="moz-cite-prefix"',
        'class="yahoo_quoted"',
    ],
)
def test_line_where_the_mail_program_quotes_is_found(mark: str) -> None:
    text, line = html_to_text(f"<p>New words</p><p>Bye</p><div {mark}>Kim wrote<blockquote>old</blockquote></div>")
    assert line is not None
    assert text.split("\n")[line:] == ["Kim wrote", "> old"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" jAvAsCrIpT:alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        "<iframe src=https://evil.example></iframe>",
        "<form action=https://evil.example><input name=password><button>ok</button></form>",
        "<style>body{background:url(https://evil.example)}</style>",
        '<p style="background:url(https://evil.example)">x</p>',
        '<table background="https://evil.example"><tr><td background="https://evil.example">x</td></tr></table>',
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        '<meta http-equiv=refresh content="0;https://evil.example">',
        "<base href=https://evil.example>",
        "<link rel=stylesheet href=https://evil.example>",
        '<img srcset="https://evil.example/a 1x" src="//evil.example/b">',
        '<video src="https://evil.example/v" poster="https://evil.example/p"></video>',
        "<object data=https://evil.example></object><embed src=https://evil.example>",
        '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
    ],
)
def test_nothing_hostile_survives(hostile: str) -> None:
    safe = safe_html(f"<p>kept</p>{hostile}").lower()
    assert "kept" in safe
    for mark in (
        "<script",
        "onerror=",
        "javascript:",
        "<iframe",
        "<form",
        "<input",
        "style",
        "evil.example",
        "svg",
        "data:",
    ):
        assert mark not in safe


def test_remote_pictures_are_not_loaded_but_remembered() -> None:
    safe = safe_html('<img src="https://x.example/open.gif?id=1" alt="logo"><img src="cid:pic@x">')
    assert safe == '<img data-remote-src="https://x.example/open.gif?id=1" alt="logo"><img src="cid:pic@x">'


def test_small_inline_pictures_stay() -> None:
    assert 'src="data:image/png;base64,AAAA"' in safe_html('<img src="data:image/png;base64,AAAA">')


def test_links_open_outside_and_tell_nothing() -> None:
    safe = safe_html('<a href="https://x.example">x</a>')
    assert 'target="_blank"' in safe
    assert 'rel="noopener noreferrer nofollow"' in safe


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<b>",
        "<a",
        "<!",
        "<![CDATA[",
        "<table>",
        "<blockquote>x",
        "<li>",
        "<font><p>",
        "<a href=x>y",
        "<td>",
        "<ul><li>",
    ],
)
def test_hostile_markup_takes_bounded_time(piece: str) -> None:
    html = piece * (300_000 // len(piece))
    began = time.perf_counter()
    html_to_text(html)
    safe_html(html)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("depth", [900, 4_900])
def test_deep_and_wide_markup_is_shown_as_text(depth: int) -> None:
    html = "<div>" * depth + "<p>word &lt;3</p>" * 60_000
    began = time.perf_counter()
    assert html_to_text(html)[0].startswith("word <3")
    assert "<div>" not in safe_html(html)
    assert time.perf_counter() - began < 5


def test_html_is_told_from_text_by_its_first_tag() -> None:
    assert looks_like_html(" <!DOCTYPE html><html>")
    assert looks_like_html("<p>Hi</p>")
    assert not looks_like_html("<kim@x.example> wrote")
    assert not looks_like_html("Is <b> allowed?")

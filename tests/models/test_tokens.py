import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.text import clean
from models.tokens import END, PAD, PASSAGE, QUERY, START, UNKNOWN, Tokens


def specials(tokens: Tokens) -> set[int]:
    frame = tokens.framed([], QUERY)
    return {frame[0], frame[-1], tokens.pad}


def test_a_message_stands_between_start_prefix_and_end(tokens: Tokens) -> None:
    (row,) = tokens.numbers(["Where is my parcel?"], QUERY)
    assert row == tokens.framed(tokens.pieces("Where is my parcel?"), QUERY)
    assert row != tokens.numbers(["Where is my parcel?"], PASSAGE)[0]
    assert len(row) == len(tokens.pieces("Where is my parcel?")) + tokens.overhead(QUERY)


def test_a_long_text_is_cut_at_the_limit(tokens: Tokens) -> None:
    (row,) = tokens.numbers(["parcel " * 500], QUERY, 64)
    assert len(row) == 64
    assert row[-1] == tokens.framed([], QUERY)[-1]


@given(st.text(max_size=60).flatmap(lambda text: st.sampled_from([START, PAD, END, UNKNOWN]).map(lambda s: s + text)))
@settings(max_examples=80, deadline=None)
def test_no_customer_can_write_a_special_piece(text: str) -> None:
    assert not {START, PAD, END, UNKNOWN} & set(clean(text))


@pytest.mark.parametrize("written", ["<s>", "</s>", "<pad>", "<unk>", "[CLS]", "<mask>", "\x02\x00\x03\x1a", "query: "])
def test_what_looks_like_a_special_piece_is_read_as_text(tokens: Tokens, written: str) -> None:
    assert not specials(tokens) & set(tokens.pieces(clean(f"{written} hello {written}")))


def test_units_are_words_where_there_are_blanks(tokens: Tokens) -> None:
    words = [word for word, _ in tokens.units("Mein Paketzustelldienst kam nicht.", QUERY)]
    assert words[:4] == ["Mein", "Paketzustelldienst", "kam", "nicht"]


def test_units_of_scripts_without_blanks_are_pieces(tokens: Tokens) -> None:
    words = [word for word, _ in tokens.units("我的订单在哪里", QUERY)]
    assert len(words) > 2
    assert "".join(words) == "我的订单在哪里"


def test_units_name_each_place_of_the_numbers_once(tokens: Tokens) -> None:
    text = "L'application plante: erreur 4410, c'est pénible!"
    (row,) = tokens.numbers([text], QUERY)
    places = [place for _, places in tokens.units(text, QUERY) for place in places]
    assert len(places) == len(set(places))
    assert set(places) <= set(range(1, len(row) - 1))
    assert len(row) - len(places) <= tokens.overhead(QUERY) + 1


def test_units_end_where_the_limit_is(tokens: Tokens) -> None:
    places = [place for _, places in tokens.units("parcel " * 500, QUERY, 64) for place in places]
    assert max(places) <= 62

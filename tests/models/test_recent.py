import numpy as np

from models.recent import Recent


def tokens(value: int) -> np.ndarray:
    return np.full((2, 3), value, np.int8)


def test_the_oldest_are_forgotten_first() -> None:
    recent = Recent(2)
    recent.keep(["a", "b"], [tokens(1), tokens(2)])
    recent.keep(["a", "c"], [tokens(3), tokens(4)])
    assert recent.get("a") == tokens(3).tobytes()
    assert recent.get("b") is None
    assert recent.get("c") == tokens(4).tobytes()


def test_what_customers_wrote_is_not_kept() -> None:
    recent = Recent(2)
    recent.keep(["my card is 4111"], [tokens(1)])
    assert "4111" not in repr(recent._kept)

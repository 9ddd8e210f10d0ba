"""The list of what was wrong with a message and how it was read anyway."""

_MAX_DEFECTS = 40


class Defects:
    """Collects one sentence per kind of damage, in the order met; repetitions and floods are dropped."""

    def __init__(self) -> None:
        self._found: dict[str, None] = {}

    def add(self, sentence: str) -> None:
        if len(self._found) < _MAX_DEFECTS:
            self._found.setdefault(sentence)

    def as_tuple(self) -> tuple[str, ...]:
        return tuple(self._found)

"""How much each word of the training messages tells of their subject: `python -m models.training.word_weights`.

The weight is the divergence of the categories of messages with the word from those of all messages (in nats,
smoothed), so that `parcel` weighs much and `yesterday` little.
"""

import math
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Final

from models.keywords import WEIGHTS_FILE, candidates, stem
from models.labels import CATEGORIES, LANGUAGES
from models.text import clean
from models.training.corpus import Example, Part, part_of, parts, read_corpus

_LEAST_MESSAGES: Final = 3
_SMOOTHING: Final = 3.0
"""Messages that every word is thought to have been in beside those that it was."""


def word_weights(examples: Sequence[Example]) -> dict[str, float]:
    """Of one language's messages the weight of each stem that is in several of them; between 0.2 and about 1.5."""
    all_of = Counter(str(example.category) for example in examples)
    total = sum(all_of.values())
    with_word: dict[str, Counter[str]] = {}
    for example in examples:
        for name in {stem(word) for word in candidates(clean(example.text), example.language)}:
            with_word.setdefault(name, Counter())[str(example.category)] += 1
    return {
        name: round(0.2 + _divergence(counts, all_of, total), 2)
        for name, counts in with_word.items()
        if counts.total() >= _LEAST_MESSAGES
    }


def _divergence(counts: Counter[str], all_of: Counter[str], total: int) -> float:
    found = 0.0
    for category in map(str, CATEGORIES):
        usual = (all_of[category] + 1) / (total + len(CATEGORIES))
        here = (counts[category] + _SMOOTHING * usual) / (counts.total() + _SMOOTHING)
        found += here * math.log(here / usual)
    return found


def main() -> int:
    split = parts()
    examples = [one for one in read_corpus() if part_of(one.batch, split) is Part.TRAINING]
    lines = [
        f"{language}\t{name}\t{weight}\n"
        for language in LANGUAGES
        for name, weight in sorted(word_weights([one for one in examples if one.language == language]).items())
    ]
    WEIGHTS_FILE.write_text("".join(lines), "utf-8")
    sys.stderr.write(f"{len(lines)} words written to {WEIGHTS_FILE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Says a message once more as another hand would have: what a label must survive is shown in training."""

import random
import re
import unicodedata
from typing import Final

_ADJACENT: Final = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
"""Keys that lie beside each other."""
_MARKUP: Final = ("<br>", "&nbsp;", "<p>", "</p>", "<div>", "&amp;", "=20", "[cid:image001]", "<b>", "</span>")
_SIGNATURES: Final = {
    "en": ("Kind regards,\nJamie Doyle\nOperations | 020 555 0142", "Sent from my phone", "Best, R."),
    "es": ("Un saludo,\nMarta Ibarra\nCompras · tel. 555 014 22", "Enviado desde mi móvil", "Saludos"),
    "fr": ("Cordialement,\nNadia Perrin\nService achats – 05 55 01 42 00", "Envoyé de mon téléphone", "Bien à vous"),
    "de": ("Mit freundlichen Grüßen\nJana Brandt\nEinkauf, Tel. 0555 0142", "Von unterwegs gesendet", "VG"),
    "ja": ("よろしくお願いいたします。\n総務部　森川\nTEL 055-501-4200", "スマホから送信", "以上です。"),
    "zh": ("此致\n敬礼\n采购部 林晓", "发自我的手机", "谢谢"),
}
_ACCENTED: Final = re.compile(r"[à-öø-ÿ]", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?。！？])\s*|\n+")
_SPACED: Final = frozenset({"en", "es", "fr", "de"})


def spliced(first: str, second: str, chance: random.Random) -> str:
    """Sentences of two messages as one: nobody can say what it means, but a guide has an opinion of it."""
    halves = [_SENTENCE_END.split(text) for text in (first, second)]
    kept = [
        part[: chance.randint(1, len(part))] if place == 0 else part[chance.randrange(len(part)) :]
        for place, part in enumerate(halves)
    ]
    return " ".join(sentence for part in kept for sentence in part)


def disturbed(text: str, language: str, chance: random.Random) -> str:
    """`text` with one or two slips or leftovers that change nothing of what it says."""
    for change in chance.sample(_CHANGES, chance.choice((1, 1, 2))):
        text = change(text, language, chance)
    return text


def _slips(text: str, language: str, chance: random.Random) -> str:
    """About one in thirty letters lost, doubled, swapped with the next or hit beside its key."""
    letters = list(text)
    for place in range(len(letters) - 1):
        if chance.random() > 1 / 30 or not letters[place].isalpha():
            continue
        kind = chance.randrange(4) if language in _SPACED else 3
        if kind == 0:
            letters[place] = ""
        elif kind == 1:
            letters[place] *= 2
        elif kind == 2:
            letters[place] = chance.choice(_ADJACENT.get(letters[place].lower(), letters[place]))
        elif letters[place + 1].isalpha():
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
    return "".join(letters)


def _case(text: str, language: str, chance: random.Random) -> str:
    return text.upper() if chance.random() < 0.15 else text.lower()


def _accents(text: str, language: str, chance: random.Random) -> str:
    return _ACCENTED.sub(lambda match: unicodedata.normalize("NFD", match[0])[0], text)


def _points(text: str, language: str, chance: random.Random) -> str:
    return re.sub(r"[.,;:、。，]", " " if language in _SPACED else "", text)


def _signature(text: str, language: str, chance: random.Random) -> str:
    return f"{text}\n\n{chance.choice(_SIGNATURES[language])}"


def _markup(text: str, language: str, chance: random.Random) -> str:
    words = text.split(" ")
    for _ in range(chance.choice((1, 2, 3))):
        words.insert(chance.randrange(len(words) + 1), chance.choice(_MARKUP))
    return " ".join(words)


_CHANGES: Final = (_slips, _slips, _case, _accents, _points, _signature, _markup)

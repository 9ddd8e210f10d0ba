"""Vectors of tokens of the messages that were read last."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray


class Recent:
    """Safe in any thread. The oldest go when there are more than `most`. Texts themselves are not kept: they may be
    long, and are none of its business."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, texts: Sequence[str], tokens: Sequence[NDArray[np.int8]]) -> None:
        with self._lock:
            for text, mine in zip(texts, tokens, strict=True):
                key = _key(text)
                self._kept[key] = mine.tobytes()
                self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def get(self, text: str) -> bytes | None:
        with self._lock:
            return self._kept.get(_key(text))


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()

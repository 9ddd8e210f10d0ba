"""What the runtime is compared with: the same body in single precision, called as a first program would call it.

In a process of its own, so that its memory is its own. One message after the other, then batches of 32 in the order in
which they came, padded to the longest of the batch.
"""

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import psutil

from benchmarks.figures import percentiles
from benchmarks.model_messages import messages

BATCH = 32


def measure_apart(count: int) -> dict[str, Any]:
    """Runs `measure` in a fresh process and waits for it."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, count).result()


def measure(count: int) -> dict[str, Any]:
    before = psutil.Process().memory_info().rss
    started = time.perf_counter()
    reader = _Reader()
    loaded = time.perf_counter() - started
    texts = messages(count)
    reader.read(texts[:BATCH])
    alone = [_seconds(reader, [text]) for text in texts[: count // 4]]
    begun = time.perf_counter()
    for start in range(0, count, BATCH):
        reader.read(texts[start : start + BATCH])
    return {
        "threads": reader.threads,
        "load_seconds": round(loaded, 2),
        "memory_mb": round((psutil.Process().memory_info().rss - before) / 1e6),
        "alone": percentiles([took * 1000 for took in alone]),
        "alone_messages_per_second": round(len(alone) / sum(alone), 1),
        "bulk_messages_per_second": round(count / (time.perf_counter() - begun), 1),
    }


class _Reader:
    """torch with its own choice of threads."""

    def __init__(self) -> None:
        import torch  # noqa: PLC0415

        from models.encoder import read_body  # noqa: PLC0415
        from models.heads import Heads  # noqa: PLC0415
        from models.tokens import Tokens  # noqa: PLC0415
        from models.weights import find_weights  # noqa: PLC0415

        weights = find_weights()
        self._torch = torch
        self._body = read_body(weights).eval()
        self._tokens = Tokens.load(weights.tokenizer)
        self._heads = Heads.load(weights.heads, self._body.shape.features)
        self.threads = torch.get_num_threads()

    def read(self, texts: Sequence[str]) -> None:
        from models.tokens import QUERY  # noqa: PLC0415

        rows = self._tokens.numbers(texts, QUERY)
        width = max(map(len, rows))
        ids = self._torch.tensor([row + [self._tokens.pad] * (width - len(row)) for row in rows])
        mask = self._torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
        with self._torch.no_grad():
            _, features = self._body(ids, mask)
        self._heads.judge(self._heads.logits(features.numpy()), ["en"] * len(rows))


def _seconds(reader: _Reader, texts: Sequence[str]) -> float:
    started = time.perf_counter()
    reader.read(texts)
    return time.perf_counter() - started

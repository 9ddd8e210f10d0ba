"""The sentence encoder: a BERT body from local files, tokens in, one unit vector per text out.

torch and transformers are imported by `Encoder.load`, never by importing this module: the process starts without them.
"""

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

Precision = Literal["bf16", "fp32"]

MAX_TOKENS: Final = 256
_HEAD_TOKENS: Final = 190
"""Of a longer text the first 190 and the last 64 tokens are read, between [CLS] and [SEP]."""
_PAD_TO: Final = 8
_TOKENS_PER_PASS: Final = 512
"""Padded tokens of one forward pass. Larger passes leave the second-level cache and are slower (measured on Zen 5)."""
_CPU_INFO: Final = Path("/proc/cpuinfo")
_BF16_FLAGS: Final = frozenset({"avx512_bf16", "amx_bf16"})


class Encoder:
    """Not safe for use by two threads at once."""

    def __init__(self, model: Any, tokenizer: "Tokenizer", precision: Precision) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._cls = _token_id(tokenizer, "[CLS]")
        self._sep = _token_id(tokenizer, "[SEP]")
        self._pad = _token_id(tokenizer, "[PAD]")
        self.precision = precision
        self.dimension = int(model.config.hidden_size)

    @classmethod
    def load(cls, directory: Path, threads: int = 1, precision: Precision | None = None) -> "Encoder":
        """The encoder in `directory` (config.json, tokenizer.json, model.safetensors), in bf16 where the CPU has it.

        `threads` bounds torch's own pool for the whole process. Raises OSError or ValueError on unusable files.
        """
        import torch  # noqa: PLC0415
        from safetensors.torch import load_file  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        with warnings.catch_warnings():
            # Its lazy importer touches deprecated names of other libraries; nothing here can act on that.
            warnings.filterwarnings("ignore", category=DeprecationWarning)
            warnings.filterwarnings("ignore", category=FutureWarning)
            from transformers import BertConfig, BertModel  # noqa: PLC0415

        torch.set_num_threads(threads)
        chosen = precision or best_precision()
        model: Any = BertModel(BertConfig.from_json_file(str(directory / "config.json")), add_pooling_layer=False)
        unfilled = model.load_state_dict(load_file(str(directory / "model.safetensors")), strict=False).missing_keys
        if unfilled:
            raise ValueError(f"the encoder's file lacks {len(unfilled)} weights, first {unfilled[0]}")
        model.eval().to(torch.bfloat16 if chosen == "bf16" else torch.float32)
        return cls(model, _bare_tokenizer(Tokenizer.from_file(str(directory / "tokenizer.json"))), chosen)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dimension), in the order of `texts`."""
        import torch  # noqa: PLC0415

        tokens = [self._tokens(text) for text in texts]
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        with torch.inference_mode():
            for rows in _passes([len(ids) for ids in tokens]):
                vectors[rows] = self._forward([tokens[row] for row in rows]).numpy()
        return vectors

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        room = MAX_TOKENS - 2
        if len(ids) > room:
            ids = ids[:_HEAD_TOKENS] + ids[len(ids) - (room - _HEAD_TOKENS) :]
        return [self._cls, *ids, self._sep]

    def _forward(self, batch: list[list[int]]) -> "torch.Tensor":
        import torch  # noqa: PLC0415

        width = _padded(max(map(len, batch)))
        ids = torch.tensor([row + [self._pad] * (width - len(row)) for row in batch])
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in batch])
        hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        weights = mask.unsqueeze(-1).float()
        mean = (hidden * weights).sum(1) / weights.sum(1)
        return torch.nn.functional.normalize(mean, dim=1)


def best_precision() -> Precision:
    """bf16 where the CPU multiplies it natively (three times as fast as fp32 there), else fp32."""
    try:
        flags = next(line for line in _CPU_INFO.read_text().splitlines() if line.startswith("flags"))
    except (OSError, StopIteration):
        return "fp32"
    return "bf16" if _BF16_FLAGS.intersection(flags.split()) else "fp32"


def _passes(lengths: list[int]) -> Iterator[list[int]]:
    """Row numbers grouped into forward passes: neighbours in length, at most _TOKENS_PER_PASS padded tokens."""
    group: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if group and _padded(lengths[row]) * (len(group) + 1) > _TOKENS_PER_PASS:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _padded(length: int) -> int:
    return -(-length // _PAD_TO) * _PAD_TO


def _bare_tokenizer(tokenizer: "Tokenizer") -> "Tokenizer":
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _token_id(tokenizer: "Tokenizer", token: str) -> int:
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ValueError(f"the tokenizer has no {token}")
    return int(found)

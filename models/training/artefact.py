"""Writes a trained body and its heads as the files that the product reads."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file as save_arrays
from tokenizers import Tokenizer

from models.heads import Heads
from models.labels import FLAGS, LANGUAGES
from models.network import WORDS
from models.training.base import Base
from models.training.joint import Trained
from models.weights import Weights
from models.words import packed_rows


def write_body(folder: Path, base: Base, kept: NDArray[np.int64], tokenizer: Tokenizer, trained: Trained) -> Weights:
    """Eight bits a weight for the layers, the base's own four for the table of pieces, which training leaves alone."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: tensor.numpy() for name, tensor in trained.body.state_dict().items() if name != WORDS}
    save_arrays(packed_rows(state), str(folder / "body.safetensors"))
    pairs, scales = base.words
    save_arrays(
        {"pairs": np.ascontiguousarray(pairs[kept]), "scales": np.ascontiguousarray(scales[kept])},
        str(folder / "words.safetensors"),
    )
    stored = json.loads(tokenizer.to_str())
    (folder / "tokenizer.json").write_text(json.dumps(stored, ensure_ascii=False, separators=(",", ":")), "utf-8")
    return Weights(folder, "unnamed", "unnamed")


def heads_of(trained: Trained) -> Heads:
    """The layer as numpy, with confidences as they come; calibration sets them right."""
    return Heads(
        weight=trained.heads.weight.detach().numpy().T.copy(),
        bias=trained.heads.bias.detach().numpy().copy(),
        temperatures=np.ones((len(LANGUAGES) + 1, 3), dtype=np.float32),
        thresholds=np.full(len(FLAGS), 0.5, dtype=np.float32),
    )

"""Runs a network over many texts, for teachers, guides and checks."""

from collections.abc import Sequence

import numpy as np
import torch

from models.heads import OUTPUTS, Floats
from models.network import Body
from models.tokens import QUERY, Prefix
from models.training.joint import Reader, Report, Trained

_BATCH = 32


def vectors_of(body: Body, reader: Reader, texts: Sequence[str], report: Report, prefix: Prefix = QUERY) -> Floats:
    """Unit vectors (n, hidden)."""
    found = np.zeros((len(texts), body.shape.hidden), dtype=np.float32)
    body.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for rows in _rows(texts, report):
            found[rows] = body(*reader.batch([texts[row] for row in rows], prefix))[0].float().numpy()
    return found


def states_of(body: Body, reader: Reader, texts: Sequence[str], prefix: Prefix) -> Floats:
    """What a body says of each token of the texts, without their frames (tokens, hidden)."""
    found = []
    body.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for rows in _rows(texts, lambda _: None):
            ids, mask = reader.batch([texts[row] for row in rows], prefix)
            framed = mask.clone()
            framed[:, : reader.before(prefix)] = 0
            framed[torch.arange(len(rows)), mask.sum(1) - 1] = 0
            found.append(body.states(ids, mask)[framed.bool()].float().numpy())
    return np.concatenate(found)


def opinions_of(trained: Trained, reader: Reader, texts: Sequence[str], report: Report) -> Floats:
    """Scores of all heads (n, OUTPUTS)."""
    found = np.zeros((len(texts), OUTPUTS), dtype=np.float32)
    trained.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for rows in _rows(texts, report):
            found[rows] = trained(*reader.batch([texts[row] for row in rows], QUERY))[1].float().numpy()
    return found


def _rows(texts: Sequence[str], report: Report) -> list[list[int]]:
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    report(f"reading {len(texts)} texts")
    return [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]

"""How right the model is, and how well it knows: the same figures for training, the command line and the admin page."""

from models.evaluation.report import evaluate
from models.evaluation.rows import read_rows

__all__ = ["evaluate", "read_rows"]

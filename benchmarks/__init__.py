"""Measurements with a budget; each prints JSON."""

import os

# As main.py does, and before NumPy is loaded: the pipeline's benchmark runs the engine in this process.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

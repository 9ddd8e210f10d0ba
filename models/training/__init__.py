"""Trains the heads on the corpus of this folder: `python -m models.training`."""

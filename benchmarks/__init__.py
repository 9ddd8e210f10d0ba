"""Measurements with a budget; each prints JSON."""

"""Believable traffic through the public API, to see a desk at work and to measure it."""

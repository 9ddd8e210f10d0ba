"""The ticket engine: no web framework, no torch, no vendor."""

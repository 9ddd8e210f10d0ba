"""The REST API over the engine: one file a noun, one envelope around every call."""

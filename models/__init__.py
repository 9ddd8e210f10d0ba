"""The local transformer that reads every message."""

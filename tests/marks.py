"""Marks for tests that one kind of database alone can fail."""

import pytest

only_on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
"""What SQLite, with its one writer, can't get wrong."""

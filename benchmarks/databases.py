"""An empty database for one measurement, durable as in production, gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from tests.postgres import DURABLE, private_server


class Kind(StrEnum):
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@contextmanager
def fresh_database(kind: Kind) -> Iterator[str]:
    """The address of an empty database. FRONTLINE_DATA_DIR points to a folder of its own meanwhile."""
    folder = Path(tempfile.mkdtemp(prefix="frontline-bench-"))
    os.environ["FRONTLINE_DATA_DIR"] = str(folder)
    try:
        if kind is Kind.SQLITE:
            yield f"sqlite+aiosqlite:///{folder / 'frontline.db'}"
        else:
            with private_server(DURABLE) as server:
                yield server.new_database()
    finally:
        shutil.rmtree(folder, ignore_errors=True)

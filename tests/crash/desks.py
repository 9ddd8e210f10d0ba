"""Starts, kills and ends desks, each a real process, and calls their API."""

import contextlib
import multiprocessing
import resource
import signal
import socket
import time
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx

from tests.crash.server import serve

START_SECONDS = 30.0
SECRET = "the secret of the desks that crash, long enough"

# Each desk is forked from one process that has imported everything, so that it serves after a fifth of a second.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.crash.server", "uvicorn.loops.uvloop", "uvicorn.lifespan.on", "pytest"])


class Desk:
    """One server on a port of its own, which stays the same over all its lives."""

    def __init__(self, folder: Path, logs: Path, database_url: str, **options: Any) -> None:
        self.folder, self.port = folder, free_port()
        self.log_file = logs / f"desk-{self.port}.log"
        self.options: Mapping[str, Any] = {
            "data_dir": folder,
            "database_url": database_url,
            "secret_key": SECRET,
            "port": self.port,
            "intake_group_ms": 1,
            **options,
        }
        self._process: BaseProcess | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self.log_file.read_text() if self.log_file.exists() else ""

    @property
    def outbox(self) -> list[Path]:
        """What was delivered into the folder, and nothing half written."""
        return [path for path in self.folder.glob("outbox/*") if not path.name.startswith(".")]

    def launch(self) -> None:
        """Start without waiting."""
        self._process = _PROCESSES.Process(target=serve, args=(dict(self.options), self.log_file), daemon=True)
        self._process.start()

    def start(self) -> None:
        """Start and wait until it takes connections, which it does once the engine runs."""
        self.launch()
        self.wait_until_up()

    def wait_until_up(self) -> None:
        assert self._process is not None
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert self._process.is_alive(), f"the desk ended with {self._process.exitcode}:\n{self.log[-3000:]}"
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.02)
        raise AssertionError(f"the desk does not serve after {START_SECONDS} s:\n{self.log[-3000:]}")

    def kill(self) -> None:
        """SIGKILL: nothing that it meant to do happens any more."""
        if self._process is not None:
            self._process.kill()
            self._process.join(10)
            self._process = None

    def end(self) -> int:
        """SIGTERM, as an operator ends it; returns the exit code."""
        assert self._process is not None
        self._process.terminate()
        self._process.join(15)
        code = self._process.exitcode
        assert code is not None, "the desk does not end"
        self._process = None
        return 0 if code == -signal.SIGTERM else code

    def limit_files(self, largest_bytes: int) -> None:
        """From now on no file of this desk can grow beyond so many bytes (-1: as it likes)."""
        assert self._process is not None
        assert self._process.pid is not None
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (largest_bytes, resource.RLIM_INFINITY))

    def client(self, token: str, timeout: float = 15.0) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=timeout)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

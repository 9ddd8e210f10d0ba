"""`main.py serve` as a process."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from config.loader import DEFAULT_RULES_FILE

ROOT = Path(__file__).parents[2]
START_SECONDS = 120.0


class Serving:
    """One server with a data folder and a rules file of its own; keywords are environment variables."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        folder.mkdir()
        self.folder, self.arguments, self.port = folder, arguments, _free_port()
        self.rules = folder.with_name("rules.yaml")
        shutil.copy(DEFAULT_RULES_FILE, self.rules)
        # NiceGUI looks for PYTEST_… and then behaves as under test.
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("FRONTLINE_", "PYTEST_"))}
        own = {"FRONTLINE_DATA_DIR": str(folder), "FRONTLINE_RULES_FILE": str(self.rules)}
        self.environment = {**plain, **own, **environment}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def terminal(self) -> str:
        return self.folder.with_name("terminal").read_text()

    @property
    def log(self) -> str:
        return (self.folder / "logs" / "frontline.log").read_text()

    def start(self) -> float:
        """Returns the seconds until it answers."""
        started = time.monotonic()
        command = [sys.executable, "main.py", "serve", "--port", str(self.port), *self.arguments]
        with self.folder.with_name("terminal").open("ab") as terminal:
            self._process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=terminal, stderr=terminal)
        while time.monotonic() < started + START_SECONDS:
            assert self._process.poll() is None, f"the server ended:\n{self.terminal[-3000:]}"
            with contextlib.suppress(httpx.TransportError):
                if self.get("/healthz").status_code == 200:
                    return time.monotonic() - started
            time.sleep(0.05)
        raise AssertionError(f"the server does not answer:\n{self.terminal[-3000:]}")

    def get(self, path: str, **options: Any) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", timeout=10, **options)

    def end(self) -> tuple[int, float]:
        """SIGTERM; returns the exit code and the seconds that it took."""
        assert self._process is not None
        started = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(30)
        self._process = None
        return code, time.monotonic() - started

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    def run(self, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """Another command of the same installation, as a process."""
        command = [sys.executable, "main.py", *words]
        options: dict[str, Any] = {"cwd": ROOT, "env": self.environment, "capture_output": True, "text": True}
        return subprocess.run(command, input=stdin, check=False, timeout=60, **options)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

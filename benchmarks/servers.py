"""A real server process for a measurement, and people and tokens to talk to it with."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
_PROFILER = os.environ.get("BENCHMARK_PROFILER", "").split()
"""Such as `-m cProfile -o /tmp/profile`: put before the server's own arguments."""


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def memory_bytes(self) -> int:
        resident: int = psutil.Process(self.pid).memory_info().rss
        return resident

    def cpu_seconds(self) -> float:
        spent = psutil.Process(self.pid).cpu_times()
        return float(spent.user + spent.system)


@contextmanager
def served(url: str, *, start_seconds: float = 60, **settings: str) -> Iterator[Server]:
    """`main.py serve` on a free port, ready and with its model loaded; stopped afterwards. Keywords are settings."""
    port = _free_port()
    given = {f"FRONTLINE_{name.upper()}": value for name, value in settings.items()}
    environment = {**os.environ, "FRONTLINE_DATABASE_URL": url, "FRONTLINE_RATE_LIMIT_PER_MINUTE": "0", **given}
    command = [sys.executable, *_PROFILER, "main.py", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        _wait_until_ready(port, process, start_seconds)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(60)


def add_user(url: str, email: str, password: str) -> None:
    """An agent who can sign in."""
    command = [sys.executable, "main.py", "users", "add", email]
    environment = {**os.environ, "FRONTLINE_DATABASE_URL": url}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, input=password.encode())


def new_token(url: str) -> str:
    command = [sys.executable, "main.py", "tokens", "add", "--role", "admin", "--json"]
    environment = {**os.environ, "FRONTLINE_DATABASE_URL": url}
    made = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    token: str = json.loads(made.stdout)["token"]
    return token


def load(port: int, token: str, clients: int, seconds: float) -> dict[str, object]:
    """Runs benchmarks.load in a process of its own."""
    given = {"port": port, "token": token, "clients": clients, "seconds": seconds}
    words = [word for name, value in given.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "benchmarks.load", *words]
    measured = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    answer: dict[str, object] = json.loads(measured.stdout)
    return answer


def metrics(port: int) -> dict[str, float]:
    """The server's own figures, from its Prometheus page."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as page:
        lines = [line for line in page.read().decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def ready(port: int) -> dict[str, object]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as page:
        state: dict[str, object] = json.loads(page.read())
    return state


def _wait_until_ready(port: int, process: subprocess.Popen[bytes], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            if "loading" not in json.dumps(ready(port)):
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the server was not ready within {seconds:.0f} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

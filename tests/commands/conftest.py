"""The command line, called as from a shell but in this process, and a server started by it."""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import main
from core.domain.ports import AnalyzerState
from tests.commands.serving import Serving
from tests.fakes import MarkAnalyzer


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The last line of standard output."""
        return json.loads(self.out.splitlines()[-1])

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


class Cli:
    """`cli("tokens", "add", …)` runs `python main.py tokens add …`."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch

    def __call__(self, *words: object, stdin: str | bytes = b"") -> Answer:
        given = stdin.encode() if isinstance(stdin, str) else stdin
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
        with self._patch.context() as patch:
            patch.setattr(sys, "argv", ["main.py", *map(str, words)])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), "utf-8"))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = self._run()
        return Answer(code, _written(out), _written(err))

    def _run(self) -> int:
        try:
            main.main()
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else int(end.code is not None)
        return 0


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode()  # type: ignore[attr-defined, no-any-return]


class LoadedMarks(MarkAnalyzer):
    """The model of marks with the start and end of the real one."""

    def start(self) -> None:
        self.detail = "marks, started"

    async def settled(self) -> AnalyzerState:
        return self.state

    def close(self) -> None:
        self.detail = "marks, closed"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No settings but the data folder; more can be set by `settings.setenv`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FRONTLINE_DATA_DIR", str(tmp_path / "data"))
    return monkeypatch


@pytest.fixture
def cli(settings: pytest.MonkeyPatch) -> Cli:
    return Cli(settings)


@pytest.fixture
def marks(settings: pytest.MonkeyPatch) -> LoadedMarks:
    """Commands use the model of marks."""
    analyzer = LoadedMarks()
    for name in ("ingest", "kb", "analyze", "evaluate"):
        settings.setattr(f"commands.{name}.build_analyzer", lambda _: analyzer)
    return analyzer


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server whose weights are missing, which starts quickly. All tests of a file share it."""
    folder = tmp_path_factory.mktemp("serving")
    (folder / "no weights").mkdir()
    server = Serving(folder / "data", FRONTLINE_MODEL_WEIGHTS=str(folder / "no weights"))
    server.start()
    yield server
    server.kill()

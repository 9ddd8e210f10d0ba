"""Runs the training of heads in a process of its own, so that a desk that serves people goes on.

`python -m models.trainer FOLDER` is that process: it reads `task.json` and, where there is one, `heads.safetensors`,
tells its progress line by line, and leaves `made.safetensors` and `figures.json`.
"""

import asyncio
import json
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.domain.corrections import Correction
from core.domain.enums import Category, Sentiment
from core.domain.errors import Unavailable
from core.domain.proposals import Retrained
from models.encoder import Encoder
from models.heads import Heads
from models.labels import LANGUAGES
from models.retraining import read_lessons, retrained
from models.training.corpus import CorpusError, Example
from models.weights import WeightsProblem, find_weights

log = logging.getLogger(__name__)

_ROOT: Final = Path(__file__).parent.parent
_NICENESS: Final = 10
_LAST_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class HeadsTrainer:
    """Fills core.domain.ports.Trainer. `most` shortens each part of the corpus, for quick trials."""

    weights_dir: Path | None = None
    threads: int = 1
    most: int | None = None

    async def retrain(
        self, corrections: Sequence[Correction], heads: bytes | None, report: Callable[[str, float], None]
    ) -> Retrained:
        with tempfile.TemporaryDirectory(prefix="frontline-heads-") as name:
            folder = Path(name)
            await asyncio.to_thread(self._write, folder, corrections, heads)
            await _run(folder, report)
            return await asyncio.to_thread(_read, folder)

    def _write(self, folder: Path, corrections: Sequence[Correction], heads: bytes | None) -> None:
        task = {
            "weights_dir": str(self.weights_dir) if self.weights_dir else None,
            "threads": self.threads,
            "most": self.most,
            "rows": [one.row() | {"ticket": one.ticket_id} for one in corrections],
        }
        (folder / "task.json").write_text(json.dumps(task), "utf-8")
        if heads is not None:
            (folder / "heads.safetensors").write_bytes(heads)


async def _run(folder: Path, report: Callable[[str, float], None]) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "models.trainer", str(folder)),
        cwd=_ROOT,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    complaints = asyncio.ensure_future(process.stderr.read())
    try:
        async for line in process.stdout:
            step, _, share = line.decode().partition(" ")
            report(step, float(share))
        said = (await complaints).decode(errors="replace").strip().splitlines()
        if await process.wait() != 0:
            log.error("the training of heads failed:\n%s", "\n".join(said))
            raise Unavailable(f"The training failed: {' '.join(said[-_LAST_LINES:])[-300:] or 'it was ended'}", 60.0)
    finally:
        complaints.cancel()
        if process.returncode is None:
            process.kill()
            await process.wait()


def _read(folder: Path) -> Retrained:
    figures = json.loads((folder / "figures.json").read_text("utf-8"))
    heads = (folder / "made.safetensors").read_bytes()
    return Retrained(figures["encoder"], heads, figures["before"], figures["after"])


def main(folder: Path) -> int:
    """The process's work; 1 and a line on standard error for what it can't use."""
    task = json.loads((folder / "task.json").read_text("utf-8"))
    if sys.platform == "linux":
        os.nice(_NICENESS)
    try:
        _train(folder, task)
    except (WeightsProblem, CorpusError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _train(folder: Path, task: dict[str, Any]) -> None:
    weights = find_weights(Path(task["weights_dir"]) if task["weights_dir"] else None)
    encoder = Encoder.load(weights, task["threads"])
    current = folder / "heads.safetensors"
    heads = Heads.load(current if current.exists() else weights.heads, encoder.features)
    corpus, corrections = read_lessons(encoder, [_example(row) for row in task["rows"]], _tell, most=task["most"])
    outcome = retrained(heads, corpus, corrections, _tell)
    (folder / "made.safetensors").write_bytes(outcome.heads.packed(weights.body_name))
    figures = {"encoder": weights.body_name, "before": outcome.before, "after": outcome.after}
    (folder / "figures.json").write_text(json.dumps(figures), "utf-8")


def _example(row: dict[str, Any]) -> Example:
    """`batch` is the ticket. A category without an intent, and a sentiment alone, teach only what they say."""
    return Example(
        id=row["id"],
        text=row["text"],
        language=row.get("language", "") if row.get("language") in LANGUAGES else "",
        batch=str(row["ticket"]),
        intent=row.get("intent"),
        sentiment=Sentiment(row["sentiment"]) if row.get("sentiment") else None,
        stated_category=Category(row["category"]) if row.get("category") else None,
    )


def _tell(step: str, share: float) -> None:
    """A desk that is gone no longer reads, and then this process ends too."""
    sys.stdout.write(f"{step} {share:.4f}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""Logs: JSON lines in a file that is changed daily and kept as long as the rules say, short lines on the terminal."""

import logging
import sys
from copy import copy
from datetime import UTC, datetime
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path

import orjson

_OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """{time, level, logger, message, error?, …} with what the caller passed as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        entry |= {key: value for key, value in vars(record).items() if key not in _OWN}
        return orjson.dumps(entry, default=str).decode()


class OneLine(logging.Formatter):
    """For the terminal: what went wrong without its traceback, which is in the file."""

    def format(self, record: logging.LogRecord) -> str:
        plain = copy(record)
        plain.exc_info = plain.exc_text = None
        error = record.exc_info[1] if record.exc_info else None
        return super().format(plain) + (f" ({type(error).__name__}: {error})" if error else "")


def set_up_for_command() -> None:
    """For commands that end soon, which have no log file: warnings as lines on standard error."""
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setFormatter(OneLine("frontline: %(message)s"))
    # Each command says itself that its model can't be loaded, and what that means for it.
    terminal.addFilter(lambda record: record.name != "models.runtime")
    logging.basicConfig(level=logging.WARNING, handlers=[terminal])


def set_up(folder: Path, *, level: str, keep_days: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = TimedRotatingFileHandler(
        folder / "frontline.log", when="midnight", backupCount=keep_days, utc=True, encoding="utf-8", delay=True
    )
    file.setFormatter(JsonLines())
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[file, terminal], force=True)
    for noisy in ("asyncio", "httpx", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It warns each time that a job is still running when it is due again, which the jobs expect and tell themselves.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)

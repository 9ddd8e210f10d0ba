"""What every command shares: plain words on standard error, JSON on standard output, exit code 2 for bad input."""

import sys
from typing import Any, NoReturn

import orjson

BAD_INPUT = 2


def say(text: str) -> None:
    """One line for the person at the keyboard; never on standard output, which is for programs."""
    print(text, file=sys.stderr, flush=True)


def emit(value: Any) -> None:
    """One line of JSON for a program."""
    sys.stdout.buffer.write(orjson.dumps(value) + b"\n")
    sys.stdout.buffer.flush()


def refuse(problem: str) -> NoReturn:
    """End with one line on standard error and the exit code of bad input."""
    say(f"frontline: {problem}")
    raise SystemExit(BAD_INPUT)

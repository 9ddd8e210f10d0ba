"""`db`, `users`, `tokens` and `rules`: what an administrator does from the command line."""

import asyncio
import getpass
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from commands.composition import build_engine, prepared, read_settings
from commands.console import emit, refuse, say
from config.loader import load_rules
from core.domain.access import SYSTEM
from core.domain.enums import Role
from core.storage import migrate


def upgrade_database() -> None:
    async def run() -> None:
        async with prepared(read_settings()):
            say("the database is up to date")

    asyncio.run(run())


def check_database(*, as_json: bool) -> None:
    """Exit code 1 when the schema is not that of this version."""

    async def run() -> tuple[str | None, str | None]:
        engine = build_engine(read_settings())
        try:
            return await migrate.current(engine.database)
        finally:
            await engine.database.close()

    found, newest = asyncio.run(run())
    if as_json:
        emit({"revision": found, "newest": newest, "up_to_date": found == newest})
    elif found == newest:
        say(f"the database is up to date (revision {found})")
    else:
        say(
            f"the database is at revision {found or 'none'}, this version needs {newest}: run python main.py db upgrade"
        )
    raise SystemExit(found != newest)


def add_user(email: str, name: str | None, role: str, queues: Sequence[str], password_file: Path | None) -> None:
    """The password comes from a file, a terminal or standard input: a command line is seen by everybody."""
    password = _password(password_file)

    async def run() -> None:
        async with prepared(read_settings()) as engine:
            shown = name or email.partition("@")[0]
            user = await engine.people.add_user(
                SYSTEM, email=email, name=shown, role=Role(role), password=password, queues=queues
            )
            say(f"{user.name} ({user.role.value}) can sign in as {user.email}")

    asyncio.run(run())


def add_token(name: str, role: str, *, as_json: bool) -> None:
    async def run() -> str:
        async with prepared(read_settings()) as engine:
            _, secret = await engine.people.add_token(SYSTEM, name, Role(role))
            return secret

    secret = asyncio.run(run())
    if as_json:
        emit({"token": secret})
    else:
        say("This is shown once; keep it safe.")
        sys.stdout.write(secret + "\n")


def check_rules(path: Path | None) -> None:
    """Raises ConfigurationError with every problem of the file."""
    wanted = path or read_settings().rules_file
    load_rules(wanted)
    say(f"{wanted} is right")


def reload_rules(pid: int) -> None:
    """Ask a running server to read its rules again; a file with mistakes is refused before."""
    load_rules(read_settings().rules_file)
    try:
        os.kill(pid, signal.SIGHUP)
    except (ProcessLookupError, PermissionError) as error:
        refuse(f"process {pid} can't be told ({error.strerror}). Give the number of the server's process: --pid")
    say(f"process {pid} reads its rules again; its log says how that went")


def _password(file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").rstrip("\n")
        except (OSError, UnicodeDecodeError) as error:
            refuse(f"{file}: the password can't be read ({getattr(error, 'strerror', None) or 'it is not text'})")
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")

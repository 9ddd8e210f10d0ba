"""The data folder and the secret kept in it."""

import os
import secrets
import tempfile
from pathlib import Path

SECRET_BYTES = 48
_OWNER_ONLY = 0o600


class FolderProblem(Exception):
    """What the operating system said, in one line."""


def make_writable(folder: Path) -> Path:
    """Make `folder` where absent, prove that a file can be written, return its absolute path; raises FolderProblem."""
    if "?" in str(folder):
        raise FolderProblem("its name must not hold a question mark")
    try:
        folder = folder.expanduser().absolute()
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, RuntimeError, ValueError) as error:
        raise FolderProblem(getattr(error, "strerror", None) or str(error)) from error


def keep_secret(path: Path) -> str:
    """The secret in `path`, made at the first call and readable by its owner only; raises FolderProblem."""
    try:
        if not path.exists():
            _create(path)
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise FolderProblem(f"{path} can't be used ({getattr(error, 'strerror', None) or 'it is not text'})") from error
    if len(secret) < SECRET_BYTES:
        raise FolderProblem(f"{path} is damaged; restore it, or remove it to have a new one (everyone signs in again)")
    return secret


def _create(path: Path) -> None:
    """Write it aside and link it into place, so that of several processes starting together one secret wins."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            os.fchmod(file.fileno(), _OWNER_ONLY)
            file.write(secrets.token_urlsafe(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        os.unlink(name)

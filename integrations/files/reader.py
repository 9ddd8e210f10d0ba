"""A path to messages: a file of a known format, or a folder with everything below it, in a steady order."""

from collections.abc import Callable, Iterator
from pathlib import Path

from core.domain.errors import InvalidInput, NotFound
from integrations.files.csv_rows import read_csv
from integrations.files.eml import read_eml
from integrations.files.items import Format, Item, ReadContext, UnreadableItem
from integrations.files.jsonl import read_jsonl
from integrations.files.mbox import read_mbox
from integrations.files.sniff import format_of

MAX_EML_BYTES = 64 * 1024 * 1024
_QUARANTINED_BYTES = 1024 * 1024
_READERS: dict[Format, Callable[[Path, ReadContext], Iterator[Item]]] = {
    Format.EML: read_eml,
    Format.MBOX: read_mbox,
    Format.JSONL: read_jsonl,
    Format.CSV: read_csv,
}


def read_path(path: Path, file_format: Format | None, context: ReadContext) -> Iterator[Item]:
    """Every message below `path`, one at a time; raises NotFound when there is no such path.

    Without `file_format` each file's ending or, failing that, its first bytes say what it is. In a folder, hidden
    files are left out, and a file that can't be read or recognised becomes an UnreadableItem of its own.
    """
    if not path.exists():
        raise NotFound("file or folder", path)
    if not path.is_dir():
        yield from _read_file(path, file_format, context)
        return
    for file in list_files(path):
        yield from _read_file(file, file_format, context)


def list_files(path: Path) -> list[Path]:
    """The files that `read_path` will read, sorted; for a progress bar."""
    if not path.is_dir():
        return [path]
    files = (file for file in path.rglob("*") if file.is_file())
    return sorted(file for file in files if not any(part.startswith(".") for part in file.relative_to(path).parts))


def _read_file(path: Path, file_format: Format | None, context: ReadContext) -> Iterator[Item]:
    try:
        found = file_format or format_of(path)
        if found is None:
            raise InvalidInput("file", "it is no e-mail, mbox, JSON lines or CSV file")
        if found is Format.EML and path.stat().st_size > MAX_EML_BYTES:
            raise InvalidInput("file", f"it is larger than {MAX_EML_BYTES // 1024**2} MB")
        yield from _READERS[found](path, context)
    except InvalidInput as error:
        yield UnreadableItem(str(path), _beginning(path), "application/octet-stream", str(error))
    except OSError as error:
        yield UnreadableItem(str(path), b"", "application/octet-stream", f"{path} can't be read: {error.strerror}.")


def _beginning(path: Path) -> bytes:
    """Enough to see what the file is; it stays where it was."""
    with path.open("rb") as file:
        return file.read(_QUARANTINED_BYTES)

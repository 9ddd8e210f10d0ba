"""winmail.dat: Outlook's TNEF envelope ([MS-OXTNEF]), opened by our own bounded reader.

The usual library trusts the counts in the file: 30 hostile bytes make it loop four billion times. Here every count is
checked against the bytes that are there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from integrations.email.charset import decode_bytes, python_codec
from integrations.email.defects import Defects

_SIGNATURE = 0x223E9F78
_MESSAGE_BODY, _ATTACH_DATA, _ATTACH_TITLE = 0x800C, 0x800F, 0x8010
_ATTACH_START, _MESSAGE_PROPERTIES, _ATTACH_PROPERTIES, _OEM_CODE_PAGE = 0x9002, 0x9003, 0x9005, 0x9007
_P_BODY, _P_RTF, _P_HTML, _P_CODE_PAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_P_DATA, _P_NAME, _P_LONG_NAME, _P_MIME_TYPE, _P_CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
_FIXED_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE_TYPES = frozenset({0x0D, 0x1E, 0x1F, 0x102})
_MAX_ITEMS = 5_000
_PADDING = 4


class DamagedTnef(Exception):
    """The envelope ends too early or says things that can't be; the caller keeps the file as it is."""


@dataclass(slots=True)
class TnefFile:
    name: str = ""
    content_type: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass(slots=True)
class TnefMessage:
    """`has_rtf` says that the body exists as compressed RTF too, which is not opened here."""

    text: str = ""
    html: str = ""
    has_rtf: bool = False
    files: list[TnefFile] = field(default_factory=list)


def open_tnef(data: bytes, defects: Defects) -> TnefMessage:
    """Bodies and files of a winmail.dat; raises DamagedTnef."""
    cursor = _Cursor(data)
    if cursor.u32() != _SIGNATURE:
        raise DamagedTnef("it has no TNEF signature")
    cursor.take(2)
    message, charset = TnefMessage(), "cp1252"
    for attribute, value in _attributes(cursor):
        if attribute == _OEM_CODE_PAGE:
            charset = python_codec(f"cp{_Cursor(value).u32()}") or charset
        elif attribute == _MESSAGE_BODY:
            message.text = message.text or _text(value, charset, defects)
        elif attribute == _MESSAGE_PROPERTIES:
            _read_message(message, value, charset, defects)
        elif attribute == _ATTACH_START:
            message.files.append(TnefFile())
        elif message.files:
            _read_file(message.files[-1], attribute, value, charset, defects)
    return message


def _attributes(cursor: "_Cursor") -> Iterator[tuple[int, bytes]]:
    for _ in range(_MAX_ITEMS):
        if cursor.left < _PADDING:
            return
        cursor.take(1)
        name = cursor.u32() & 0xFFFF
        value = cursor.take(cursor.u32())
        cursor.take(2)
        yield name, value
    raise DamagedTnef("it has too many attributes")


def _read_message(message: TnefMessage, value: bytes, charset: str, defects: Defects) -> None:
    properties = dict(_properties(value))
    page = properties.get(_P_CODE_PAGE)
    number = int.from_bytes(page[1][:4], "little") if page else 0
    inner = "utf-8" if number == 65001 else python_codec(f"cp{number}") or charset
    if body := properties.get(_P_BODY):
        message.text = _property_text(body, charset, defects)
    if html := properties.get(_P_HTML):
        message.html = _property_text(html, inner, defects)
    message.has_rtf = _P_RTF in properties


def _read_file(file: TnefFile, attribute: int, value: bytes, charset: str, defects: Defects) -> None:
    if attribute == _ATTACH_TITLE:
        file.name = file.name or _text(value, charset, defects)
    elif attribute == _ATTACH_DATA:
        file.content = value
    elif attribute == _ATTACH_PROPERTIES:
        properties = dict(_properties(value))
        if _P_DATA in properties and not file.content:
            file.content = properties[_P_DATA][1]
        for key in (_P_NAME, _P_LONG_NAME):
            if key in properties:
                file.name = _property_text(properties[key], charset, defects) or file.name
        if _P_MIME_TYPE in properties:
            file.content_type = _property_text(properties[_P_MIME_TYPE], charset, defects)
        if _P_CONTENT_ID in properties:
            file.content_id = _property_text(properties[_P_CONTENT_ID], charset, defects)


def _properties(value: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """MAPI properties as (id, (type, first value))."""
    cursor = _Cursor(value)
    count = cursor.u32()
    if count > _MAX_ITEMS:
        raise DamagedTnef("it has too many properties")
    for _ in range(count):
        kind, name = cursor.u16(), cursor.u16()
        if name >= 0x8000:
            cursor.take(16)
            cursor.take(4 if cursor.u32() == 0 else _padded(cursor.u32()))
        yield name, (kind & 0x0FFF, _value(cursor, kind))


def _value(cursor: "_Cursor", kind: int) -> bytes:
    base, is_multiple = kind & 0x0FFF, bool(kind & 0x1000)
    if base in _FIXED_SIZES:
        return cursor.take(_FIXED_SIZES[base] * (cursor.count() if is_multiple else 1))
    if base not in _VARIABLE_TYPES:
        raise DamagedTnef(f"it has a property of the unknown type {base:#x}")
    first = b""
    for index in range(cursor.count()):
        length = cursor.u32()
        item = cursor.take(_padded(length))[:length]
        first = item if index == 0 else first
    return first


def _property_text(found: tuple[int, bytes], charset: str, defects: Defects) -> str:
    kind, value = found
    return _text(value, "utf-16-le" if kind == 0x1F else charset, defects)


def _text(value: bytes, charset: str, defects: Defects) -> str:
    return decode_bytes(value, charset, defects).rstrip("\x00")


def _padded(length: int) -> int:
    return length + (-length % 4)


class _Cursor:
    """Reads forward and refuses to read past the end."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        if size > self.left:
            raise DamagedTnef("it ends too early")
        piece = self._data[self._at : self._at + size]
        self._at += size
        return piece

    def u16(self) -> int:
        return int.from_bytes(self.take(2), "little")

    def u32(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def count(self) -> int:
        """How many values follow; each takes four bytes at least."""
        count = self.u32()
        if count > self.left // 4:
            raise DamagedTnef("it counts more values than it has")
        return count

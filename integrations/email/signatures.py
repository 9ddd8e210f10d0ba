"""Parts the signature from what was written: the standard delimiter and the lines that phones add."""

import re

_DELIMITER = re.compile(r"\s{0,2}--\s*$|\s{0,2}—\s*$")
_ADDED_BY_DEVICE = re.compile(
    r"\s*(?:sent (?:from|via) (?:my |the )?(?:i(?:phone|pad|pod)|android|samsung|galaxy|blackberry|huawei|xiaomi|pixel"
    r"|mobile|phone|windows phone|mail for windows|outlook|yahoo mail|proton ?mail|gmail mobile|aol).{0,80}"
    r"|get outlook for (?:ios|android|mac).{0,80}"
    r"|enviado desde (?:mi|el|outlook|yahoo|correo).{0,80}|obtener outlook para .{0,80}"
    r"|envoyé (?:de(?:puis)?|à partir de) (?:mon|ma|outlook|yahoo|l['’]application).{0,80}"
    r"|télécharger outlook pour .{0,80}"
    r"|obtenez outlook pour .{0,80}"
    r"|(?:von meinem .{1,60} gesendet|gesendet (?:von|mit|über) .{1,80}|diese nachricht wurde von meinem .{1,80})"
    r"|outlook für (?:ios|android) .{0,80}"
    r"|(?:私の)?(?:iphone|ipad|android|スマートフォン|スマホ).{0,20}から送信.{0,20}"
    r"|.{0,20}outlook for .{0,20}(?:入手|取得).{0,20}"
    r"|(?:发自|發自|从|從)我的.{1,40}"
    r"|(?:发|發)自 ?(?:iphone|ipad|android|华为).{0,40}|从.{1,20}(?:iphone|ipad|手机).{0,6}发送.{0,10}"
    r"|来自我的.{1,40})\s*",
    re.IGNORECASE,
)
_MAX_SIGNATURE_LINES = 40
_MAX_LINES_AFTER_DEVICE = 4


def split_signature(text: str) -> tuple[str, str]:
    """`(body, signature)`; the signature is "" when there is none, or when nothing else was written."""
    lines = text.split("\n")
    start = _delimiter(lines)
    device = _device_line(lines)
    if device is not None and (start is None or device < start):
        start = device
    if start is None:
        return text, ""
    body = "\n".join(lines[:start]).strip("\n")
    return (body, "\n".join(lines[start:]).strip("\n")) if body.strip() else (text, "")


def _delimiter(lines: list[str]) -> int | None:
    """The first delimiter that is near enough to the end for a signature."""
    earliest = max(0, len(lines) - _MAX_SIGNATURE_LINES)
    return next((at for at in range(earliest, len(lines)) if _DELIMITER.match(lines[at])), None)


def _device_line(lines: list[str]) -> int | None:
    written = [at for at, line in enumerate(lines) if line.strip()]
    for at in written[-_MAX_LINES_AFTER_DEVICE:]:
        if len(lines[at]) <= 160 and _ADDED_BY_DEVICE.fullmatch(lines[at]):
            return at
    return None

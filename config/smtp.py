"""Where mail leaves: the SMTP settings, given as one URL or in parts."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import SecretStr


class TlsMode(StrEnum):
    """`starttls` upgrades a plain connection (RFC 3207), `tls` is encrypted from the first byte (RFC 8314)."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"

    @property
    def default_port(self) -> int:
        return {TlsMode.NONE: 25, TlsMode.STARTTLS: 587, TlsMode.TLS: 465}[self]


@dataclass(frozen=True, slots=True)
class SmtpServer:
    host: str
    port: int
    tls: TlsMode
    user: str | None = None
    password: SecretStr | None = field(default=None, repr=False)


def parse_smtp_url(url: str) -> SmtpServer:
    """`smtp://user:password@host:port?tls=starttls` or `smtps://…`; raises ValueError. Credentials are URL-quoted."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/"):
        raise ValueError("not an SMTP URL")
    modes = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    if set(modes) - {"tls"}:
        raise ValueError("unknown option")
    mode = TlsMode(modes.get("tls", ["tls" if parts.scheme == "smtps" else "starttls"])[0])
    password = SecretStr(unquote(parts.password)) if parts.password else None
    user = unquote(parts.username) if parts.username else None
    return SmtpServer(parts.hostname, parts.port or mode.default_port, mode, user, password)

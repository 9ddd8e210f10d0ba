"""Checks addresses of databases, web sites and mail: each is returned made uniform, or ValueError is raised."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*/=?^_`{|}~-]+)*")


def with_async_driver(url: str) -> str:
    """A database URL as people write it, with the async driver named.

    libpq's `sslmode` becomes asyncpg's `ssl`, which takes the same words.
    """
    scheme, _, rest = url.partition("://")
    if scheme in ("sqlite", "sqlite+aiosqlite"):
        if not rest.strip("/") or ":memory:" in rest:
            raise ValueError("a database in memory would lose what it was given")
        return f"sqlite+aiosqlite://{rest}"
    if scheme in ("postgres", "postgresql", "postgresql+asyncpg"):
        parts = urlsplit(f"postgresql://{rest}")
        if not parts.path.strip("/"):
            raise ValueError("no database named")
        options = urlencode([("ssl" if key == "sslmode" else key, value) for key, value in parse_qsl(parts.query)])
        # Not urlunsplit: it drops the // of an address without a host, which means a local socket.
        return f"postgresql+asyncpg://{parts.netloc}{parts.path}" + (f"?{options}" if options else "")
    raise ValueError("unknown kind of database")


def without_password(url: str) -> str:
    """A database URL fit for logs. The options go too, for they may hold a password as well."""
    scheme, _, rest = url.partition("?")[0].partition("://")
    credentials, at, place = rest.rpartition("@")
    user, colon, _ = credentials.partition(":")
    return f"{scheme}://{user}{':***' if colon else ''}{at}{place}"


def web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or "@" in url:
        raise ValueError("not a web address")
    return url.rstrip("/")


def local_web_address(host: str, port: int) -> str:
    """Where a browser on this machine finds a server that listens on `host`."""
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def mail_domain(domain: str) -> str:
    domain = domain.lower()
    if not _DOMAIN.fullmatch(domain):
        raise ValueError("not a domain")
    return domain


def mail_address(address: str) -> str:
    """A plain address without a name or quotes; `+` stays free for the desk's own signed addresses."""
    local, _, domain = address.rpartition("@")
    if len(local) > 64 or not _LOCAL_PART.fullmatch(local):
        raise ValueError("not an address")
    return f"{local}@{mail_domain(domain)}"

"""Who sits before the browser: the session cookie, the visitor behind it, and where a sign-in leads."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from core.bootstrap import Engine
from core.domain.access import Actor
from core.domain.entities import User
from core.domain.enums import Language
from core.people import SESSION_LIFE
from ui.texts import speaking

COOKIE = "frontline_session"
HOME = "/queue"
_LONGEST_SECRET = 200
_LONGEST_PATH = 2_000


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in user and the secret of the session, with which every action is checked again."""

    user: User
    secret: str

    @property
    def actor(self) -> Actor:
        return self.user.actor


async def visitor_of(engine: Engine, request: Request) -> Visitor | None:
    """Who sent this request, or None when nobody is signed in (any more)."""
    secret = request.cookies.get(COOKIE, "")
    if not 0 < len(secret) <= _LONGEST_SECRET:
        return None
    user = await engine.people.user_of_session(secret)
    return Visitor(user, secret) if user else None


def language_of(request: Request, known: str | None = None) -> Language:
    """The `known` language of who reads, if the desk speaks it; else the first one that the browser asks for and the
    desk speaks (RFC 9110, Accept-Language); else English."""
    if known is not None and known in Language.__members__.values():
        return Language(known)
    asked = []
    for place, part in enumerate(request.headers.get("accept-language", "").split(",")[:20]):
        name, _, quality = part.partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        asked.append((-weight, place, name.strip().split("-")[0].lower()))
    spoken = (name for weight, _, name in sorted(asked) if weight < 0 and name in Language.__members__.values())
    return Language(next(spoken, Language.EN))


async def speak(request: Request) -> AsyncIterator[None]:
    """What plain routes depend on, so that they answer in the language that the browser asks for."""
    with speaking(language_of(request)):
        yield


def to_login(request: Request) -> RedirectResponse:
    """Sign in first, and come back to this page afterwards."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(login_url(path), 303)


def login_url(path: str, *, ended: bool = False) -> str:
    target = f"/login?next={quote(local_path(path), safe='')}"
    return f"{target}&ended=1" if ended else target


def local_path(path: str) -> str:
    """`path` when it leads to a page of this desk, otherwise the home page; nobody is sent elsewhere by a link."""
    if not path.startswith("/") or path.startswith("//") or len(path) > _LONGEST_PATH:
        return HOME
    if "\\" in path or any(ord(character) < 33 for character in path):
        return HOME
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or parts.path.startswith(("/login", "/logout")):
        return HOME
    return path


def sign_in(response: Response, secret: str, *, secure: bool) -> None:
    response.set_cookie(
        COOKIE, secret, max_age=round(SESSION_LIFE.total_seconds()), httponly=True, samesite="lax", secure=secure
    )


def sign_out(response: Response, *, secure: bool) -> None:
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=secure)

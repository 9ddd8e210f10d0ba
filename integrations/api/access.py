"""Who calls: the token of the Authorization header, looked up once in a few seconds, and its rate limit."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from core.domain.access import Actor
from core.domain.entities import ApiToken
from core.domain.errors import NotAuthenticated
from core.domain.ports import Clock
from core.people import TOKEN_PREFIX, People
from integrations.api.problems import NoToken
from integrations.api.rate_limit import RateLimit
from integrations.api.responses import Header

REMEMBERED_SECONDS = 5.0
"""For so long a revoked token still works."""
MOST_REMEMBERED = 10_000
_LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class Caller:
    token_id: int
    actor: Actor


@dataclass(frozen=True, slots=True)
class _Known:
    caller: Caller
    until: float


class Access:
    def __init__(self, people: People, clock: Clock, calls_per_minute: int) -> None:
        self._people, self._clock = people, clock
        self._limit = RateLimit(calls_per_minute)
        self._known: dict[bytes, _Known] = {}
        self._asking: dict[bytes, asyncio.Task[ApiToken]] = {}

    async def caller(self, headers: Mapping[bytes, bytes], told: list[Header]) -> Caller:
        """Whose call this is, counted against their limit; raises NotAuthenticated or RateLimited."""
        caller = await self.identify(headers)
        self._limit.take(caller.token_id, self._clock.now().timestamp(), told)
        return caller

    async def identify(self, headers: Mapping[bytes, bytes]) -> Caller:
        secret = _secret(headers.get(b"authorization"))
        # Only a digest is kept, so that a picture of this process's memory holds no working token.
        key = hashlib.sha256(secret).digest()
        now = self._clock.now().timestamp()
        known = self._known.get(key)
        if known is not None and now < known.until:
            return known.caller
        return await self._look_up(key, secret, now)

    async def _look_up(self, key: bytes, secret: bytes, now: float) -> Caller:
        """Calls that arrive together share one look at the database."""
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.create_task(self._people.token(secret.decode("ascii")))
            asking.add_done_callback(lambda done: self._answered(key, done))
        try:
            token = await asyncio.shield(asking)
        except NotAuthenticated:
            self._known.pop(key, None)
            raise
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        caller = Caller(token.id, token.actor)
        self._known[key] = _Known(caller, now + REMEMBERED_SECONDS)
        return caller

    def _answered(self, key: bytes, done: "asyncio.Task[ApiToken]") -> None:
        del self._asking[key]
        # Looked at here too: all who asked may have hung up, and asyncio would log an exception that nobody fetched.
        if not done.cancelled():
            done.exception()


def _secret(authorization: bytes | None) -> bytes:
    if authorization is None:
        raise NoToken("Nobody is signed in. Send the header Authorization: Bearer fl_….")
    scheme, _, secret = authorization.partition(b" ")
    secret = secret.strip()
    if scheme.lower() != b"bearer" or not secret:
        raise NotAuthenticated("The Authorization header holds no bearer token. Send: Bearer fl_….")
    if not secret.startswith(TOKEN_PREFIX.encode()) or len(secret) > _LONGEST_TOKEN or not secret.isascii():
        raise NotAuthenticated("The token is unknown or was revoked.")
    return secret

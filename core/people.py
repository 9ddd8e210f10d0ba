"""Users, their passwords and sessions, and the tokens of programs."""

import asyncio
import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.domain.access import Actor, Permission
from core.domain.entities import ApiToken, User
from core.domain.enums import Role
from core.domain.errors import InvalidInput, NotAllowed, NotAuthenticated, RateLimited
from core.domain.events import EventType, NewEvent
from core.storage.database import Database
from core.throttle import Throttle

SESSION_LIFE = timedelta(hours=12)
SHORTEST_PASSWORD = 10
TOKEN_PREFIX = "fl_"
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody has this password")
"""Checked when the address is unknown, so that both answers take the same time."""


class People:
    def __init__(self, database: Database, *, demo: bool) -> None:
        self._database, self._demo = database, demo
        # Argon2 takes about 50 ms and 64 MB: sign-ins queue instead of starving the desk.
        self._hashing = asyncio.Semaphore(2)
        self._attempts = Throttle(limit=10, window_seconds=300)

    async def sign_in(self, email: str, password: str, origin: str) -> str:
        """A new session's secret. Raises NotAuthenticated, or RateLimited after too many tries from `origin`."""
        key = f"{origin}:{email.strip().casefold()}"
        wait = self._attempts.wait_seconds(key, self._database.clock.now())
        if wait:
            raise RateLimited(wait)
        async with self._database.read() as tx:
            user = await tx.users.by_email(email)
            stored = await tx.users.password_hash(user.id) if user else _NOBODY
        async with self._hashing:
            matches = await asyncio.to_thread(_matches, stored, password)
        if user is None or not matches or not user.active:
            self._attempts.count(key, self._database.clock.now())
            raise NotAuthenticated("The e-mail address or the password is wrong.")
        return await self._open_session(user)

    async def sign_in_for_demo(self, role: Role) -> str:
        """One click instead of a password, in demo mode only."""
        if not self._demo:
            raise NotAllowed("demo sign-in")
        async with self._database.read() as tx:
            user = await tx.users.first_of_role(role)
        if user is None:
            raise NotAuthenticated(f"The demo data has no user with the role {role.value}.")
        return await self._open_session(user)

    async def user_of_session(self, secret: str) -> User | None:
        """Who is signed in with this secret, as they are now; None when it ran out or was ended."""
        async with self._database.read() as tx:
            user_id = await tx.sessions.user_of(_digest(secret))
            user = await tx.users.get(user_id) if user_id is not None else None
        return user if user is not None and user.active else None

    async def sign_out(self, secret: str) -> None:
        async with self._database.transaction() as tx:
            await tx.sessions.end(_digest(secret))

    async def add_user(
        self,
        actor: Actor,
        *,
        email: str,
        name: str,
        role: Role,
        password: str,
        skills: Collection[str] = (),
        queues: Collection[str] = (),
        languages: Collection[str] = (),
        senior: bool = False,
        capacity: int = 20,
    ) -> User:
        actor.require(Permission.ADMINISTER)
        check_password(password)
        if "@" not in email or len(email) > 320:
            raise InvalidInput("email", f"{email!r} is not an e-mail address", "Give one such as ada@example.com")
        async with self._hashing:
            hashed = await asyncio.to_thread(_HASHER.hash, password)
        async with self._database.transaction() as tx:
            known = {queue.id for queue in await tx.queues.all()}
            if unknown := set(queues) - known:
                raise InvalidInput(
                    "queues", f"there is no queue {min(unknown)}", f"Choose from {', '.join(sorted(known))}"
                )
            user = await tx.users.add(
                email=email,
                name=name,
                role=role,
                password_hash=hashed,
                skills=skills,
                queues=queues,
                languages=languages,
                senior=senior,
                capacity=capacity,
            )
            data = {"user_id": user.id, "email": user.email, "role": role.value, "change": "added"}
            tx.record(NewEvent(EventType.USER_CHANGED, actor, data=data))
        return user

    async def add_token(self, actor: Actor, name: str, role: Role) -> tuple[ApiToken, str]:
        """A new token and its secret, which is shown this once and kept only as a hash."""
        actor.require(Permission.ADMINISTER)
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        async with self._database.transaction() as tx:
            token = await tx.tokens.add(name=name, token_hash=_digest(secret), role=role, created_by=actor.key)
            data = {"token_id": token.id, "name": name, "role": role.value, "change": "added"}
            tx.record(NewEvent(EventType.TOKEN_CHANGED, actor, data=data))
        return token, secret

    async def token(self, secret: str) -> ApiToken:
        """The live token with this secret; raises NotAuthenticated."""
        async with self._database.read() as tx:
            found = await tx.tokens.by_hash(_digest(secret))
        if found is None:
            raise NotAuthenticated("The token is unknown or was revoked.")
        return found

    async def revoke_token(self, actor: Actor, token_id: int) -> None:
        actor.require(Permission.ADMINISTER)
        async with self._database.transaction() as tx:
            await tx.tokens.revoke(token_id)
            data = {"token_id": token_id, "change": "revoked"}
            tx.record(NewEvent(EventType.TOKEN_CHANGED, actor, data=data))

    async def _open_session(self, user: User) -> str:
        secret = secrets.token_urlsafe(32)
        async with self._database.transaction() as tx:
            await tx.sessions.end_expired()
            await tx.sessions.add(_digest(secret), user.id, tx.now + SESSION_LIFE)
            tx.record(NewEvent(EventType.SIGNED_IN, user.actor, data={"user_id": user.id}))
        return secret


def check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput("password", f"has {len(password)} characters", f"Give at least {SHORTEST_PASSWORD}")


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def _matches(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _digest(secret: str) -> str:
    """A plain hash is enough: the secrets are random, so nobody can try them all."""
    return hashlib.sha256(secret.encode()).hexdigest()

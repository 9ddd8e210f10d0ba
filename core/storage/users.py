"""The people of the desk."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, func, select, update

from core.domain.entities import User
from core.domain.enums import Role
from core.domain.errors import InvalidInput, NotFound
from core.storage.store import Store
from core.storage.tables import user_queues, user_skills, users


class Users(Store):
    async def get(self, user_id: int) -> User:
        found = await self._where(users.c.id == user_id)
        if not found:
            raise NotFound("user", user_id)
        return found[0]

    async def all(self) -> list[User]:
        return await self._where(None)

    async def by_email(self, email: str) -> User | None:
        found = await self._where(users.c.email == email.strip().casefold())
        return found[0] if found else None

    async def first_of_role(self, role: Role) -> User | None:
        found = await self._where((users.c.role == role.value) & users.c.active.is_(True))
        return found[0] if found else None

    async def password_hash(self, user_id: int) -> str:
        found: str = (
            await self.connection.execute(select(users.c.password_hash).where(users.c.id == user_id))
        ).scalar_one()
        return found

    async def count(self) -> int:
        found: int = (await self.connection.execute(select(func.count()).select_from(users))).scalar_one()
        return found

    async def add(
        self,
        *,
        email: str,
        name: str,
        role: Role,
        password_hash: str,
        languages: Collection[str] = (),
        senior: bool = False,
        capacity: int = 10,
        skills: Collection[str] = (),
        queues: Collection[str] = (),
    ) -> User:
        """Add a person; raises InvalidInput when the e-mail address is taken."""
        email = email.strip().casefold()
        if await self.by_email(email) is not None:
            raise InvalidInput("email", f"{email} belongs to a user already", "Choose another address")
        values: dict[str, Any] = {
            "email": email,
            "name": name,
            "role": role.value,
            "password_hash": password_hash,
            "languages": list(languages),
            "senior": senior,
            "capacity": capacity,
            "available": True,
            "active": True,
            "created_at": self.tx.now,
        }
        user_id = (await self.connection.execute(users.insert().values(values).returning(users.c.id))).scalar_one()
        await self.tx.insert(user_skills, [{"user_id": user_id, "skill": skill} for skill in sorted(skills)])
        await self.tx.insert(user_queues, [{"user_id": user_id, "queue_id": queue} for queue in sorted(queues)])
        return await self.get(user_id)

    async def change(self, user_id: int, **values: Any) -> None:
        await self.connection.execute(update(users).where(users.c.id == user_id).values(**values))

    async def lock(self, user_ids: Collection[int]) -> None:
        """Nobody else gives these people tickets until this transaction ends (SQLite has one writer anyway)."""
        if user_ids and not self.tx.is_sqlite:
            held = select(users.c.id).where(users.c.id.in_(user_ids)).order_by(users.c.id)
            # Not FOR UPDATE: rows that merely point to a user need not wait.
            await self.connection.execute(held.with_for_update(key_share=True))

    async def set_queues(self, user_id: int, queues: Collection[str]) -> None:
        await self.connection.execute(delete(user_queues).where(user_queues.c.user_id == user_id))
        await self.tx.insert(user_queues, [{"user_id": user_id, "queue_id": queue} for queue in sorted(queues)])

    async def _where(self, condition: Any) -> list[User]:
        query = select(users).order_by(users.c.id)
        rows = (await self.connection.execute(query if condition is None else query.where(condition))).all()
        ids = [row.id for row in rows]
        skills, queues = await self._sets(user_skills, "skill", ids), await self._sets(user_queues, "queue_id", ids)
        return [_user(row, skills.get(row.id, frozenset()), queues.get(row.id, frozenset())) for row in rows]

    async def _sets(self, table: Any, column: str, user_ids: list[int]) -> dict[int, frozenset[str]]:
        rows = await self.connection.execute(
            select(table.c.user_id, table.c[column]).where(table.c.user_id.in_(user_ids))
        )
        found: dict[int, set[str]] = {}
        for user_id, value in rows:
            found.setdefault(user_id, set()).add(value)
        return {user_id: frozenset(values) for user_id, values in found.items()}


def _user(row: Any, skills: frozenset[str], queues: frozenset[str]) -> User:
    return User(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        languages=tuple(row.languages),
        senior=row.senior,
        capacity=row.capacity,
        available=row.available,
        active=row.active,
        skills=skills,
        queues=queues,
    )

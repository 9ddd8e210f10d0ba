"""Bearer tokens of programs. Only a hash of each secret is kept."""

from typing import Any

from sqlalchemy import select, update

from core.domain.entities import ApiToken
from core.domain.enums import Role
from core.domain.errors import NotFound
from core.storage.store import Store
from core.storage.tables import tokens


class Tokens(Store):
    async def add(self, *, name: str, token_hash: str, role: Role, created_by: str) -> ApiToken:
        values = {
            "name": name,
            "token_hash": token_hash,
            "role": role.value,
            "created_by": created_by,
            "created_at": self.tx.now,
        }
        row = (await self.connection.execute(tokens.insert().values(values).returning(*tokens.c))).one()
        return _token(row)

    async def by_hash(self, token_hash: str) -> ApiToken | None:
        """The live token with this hash."""
        query = select(tokens).where(tokens.c.token_hash == token_hash, tokens.c.revoked_at.is_(None))
        row = (await self.connection.execute(query)).first()
        return _token(row) if row else None

    async def all(self) -> list[ApiToken]:
        return [_token(row) for row in await self.connection.execute(select(tokens).order_by(tokens.c.id))]

    async def revoke(self, token_id: int) -> None:
        live = update(tokens).where(tokens.c.id == token_id, tokens.c.revoked_at.is_(None))
        if not (await self.connection.execute(live.values(revoked_at=self.tx.now))).rowcount:
            raise NotFound("live token", token_id)


def _token(row: Any) -> ApiToken:
    return ApiToken(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        created_by=row.created_by,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )

"""Customers and the addresses, numbers and handles that lead to them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, select, tuple_, update

from core.domain.entities import ContactPoint, Customer
from core.domain.enums import ContactKind, CustomerTier
from core.domain.errors import NotFound, VersionConflict
from core.storage.store import Store
from core.storage.tables import contact_points, customers


class Customers(Store):
    async def get(self, customer_id: int) -> Customer:
        return (await self.get_many([customer_id]))[0]

    async def get_many(self, ids: Sequence[int]) -> list[Customer]:
        """The customers with these ids, in any order; raises NotFound for the first that does not exist."""
        rows = (await self.connection.execute(select(customers).where(customers.c.id.in_(set(ids))))).all()
        missing = set(ids) - {row.id for row in rows}
        if missing:
            raise NotFound("customer", min(missing))
        return await self._with_contacts(rows)

    async def names_and_tiers(self, ids: Collection[int]) -> dict[int, tuple[str, CustomerTier]]:
        if not ids:
            return {}
        query = select(customers.c.id, customers.c.name, customers.c.tier).where(customers.c.id.in_(set(ids)))
        return {row.id: (row.name, CustomerTier(row.tier)) for row in await self.connection.execute(query)}

    async def page(self, before_id: int | None, limit: int, name_starts: str = "") -> list[Customer]:
        """Newest first, below `before_id`; `name_starts` filters without regard to case."""
        query = select(customers).order_by(customers.c.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(customers.c.id < before_id)
        if name_starts:
            query = query.where(func.lower(customers.c.name).startswith(name_starts.lower(), autoescape=True))
        return await self._with_contacts((await self.connection.execute(query)).all())

    async def owners(self, points: Collection[ContactPoint]) -> dict[ContactPoint, int]:
        """Which customer each known contact point belongs to."""
        if not points:
            return {}
        keys = [(point.kind.value, point.value) for point in points]
        query = select(contact_points.c.kind, contact_points.c.value, contact_points.c.customer_id)
        query = query.where(tuple_(contact_points.c.kind, contact_points.c.value).in_(keys))
        rows = await self.connection.execute(query)
        return {ContactPoint(ContactKind(row.kind), row.value): row.customer_id for row in rows}

    async def add(self, rows: Sequence[dict[str, Any]]) -> None:
        await self.tx.insert(customers, rows)

    async def add_contacts(self, owned: Collection[tuple[ContactPoint, int]]) -> None:
        now = self.tx.now
        rows = [
            {"kind": point.kind.value, "value": point.value, "customer_id": owner, "created_at": now}
            for point, owner in owned
        ]
        await self.tx.insert(contact_points, rows)

    async def change(self, customer_id: int, version: int, **values: Any) -> None:
        """Change a customer read at `version`; raises VersionConflict or NotFound."""
        mine = update(customers).where(customers.c.id == customer_id, customers.c.version == version)
        if (await self.connection.execute(mine.values(version=version + 1, **values))).rowcount:
            return
        raise VersionConflict("customer", customer_id, (await self.get(customer_id)).version)

    async def learn(self, customer_id: int, **values: Any) -> None:
        """Fill in what was not known (name, language) without touching what is."""
        for column, value in values.items():
            empty = customers.c[column].is_(None) | (customers.c[column] == "")
            known = update(customers).where(customers.c.id == customer_id, empty)
            await self.connection.execute(known.values({column: value}))

    async def set_tier(self, customer_id: int, tier: CustomerTier) -> None:
        changed = update(customers).where(customers.c.id == customer_id)
        await self.connection.execute(changed.values(tier=tier.value, version=customers.c.version + 1))

    async def _with_contacts(self, rows: Sequence[Any]) -> list[Customer]:
        query = select(contact_points).where(contact_points.c.customer_id.in_([row.id for row in rows]))
        points: dict[int, list[ContactPoint]] = {}
        for point in await self.connection.execute(query.order_by(contact_points.c.created_at)):
            points.setdefault(point.customer_id, []).append(ContactPoint(ContactKind(point.kind), point.value))
        return [_customer(row, tuple(points.get(row.id, ()))) for row in rows]


def _customer(row: Any, contacts: tuple[ContactPoint, ...]) -> Customer:
    return Customer(
        id=row.id,
        name=row.name,
        tier=CustomerTier(row.tier),
        language=row.language,
        company=row.company,
        annual_value_usd=row.annual_value_usd,
        version=row.version,
        created_at=row.created_at,
        contacts=contacts,
    )

"""The desk before its first message: its people, its customers and what it knows."""

from collections.abc import Callable, Sequence
from typing import Any

from core.articles import ArticleText
from core.bootstrap import Engine
from core.demo.entities import DemoArticle, DemoContent, DemoCustomer, DemoUser
from core.domain.access import Actor
from core.domain.entities import ContactPoint, User
from core.domain.enums import ActorKind, ContactKind
from core.domain.events import EventType, NewEvent
from core.storage.transaction import Transaction

DEMO_PASSWORD = "frontline-demo"
"""Of every planted user. The demonstration is for trying out, and its people are on a public list anyway."""
PLANTER = Actor(ActorKind.SYSTEM, "demo", "Demo data")


class Founding:
    """Adds what is not there yet, so that a founding that was interrupted can be repeated."""

    def __init__(self, engine: Engine, content: DemoContent) -> None:
        self._engine, self._content = engine, content

    @property
    def size(self) -> int:
        return len(self._content.users) + len(self._content.articles) + 1

    async def found(self, done: Callable[[], None]) -> dict[str, User]:
        """The users by their keys. Calls `done` for each of `size` parts."""
        people = {}
        for user in self._content.users:
            people[user.key] = await self._add_user(user)
            done()
        await self._add_customers(self._content.customers)
        done()
        for article in self._content.articles:
            await self._engine.articles.save(PLANTER, article_text(article), used=article.used, solved=article.solved)
            done()
        return people

    async def _add_user(self, user: DemoUser) -> User:
        async with self._engine.database.read() as tx:
            known = await tx.users.by_email(user.email)
        return known or await self._engine.people.add_user(
            PLANTER,
            email=user.email,
            name=user.name,
            role=user.role,
            password=DEMO_PASSWORD,
            skills=user.skills,
            queues=user.queues,
            languages=[language.value for language in user.languages],
            senior=user.senior,
            capacity=user.capacity,
        )

    async def _add_customers(self, customers: Sequence[DemoCustomer]) -> None:
        async with self._engine.database.transaction() as tx:
            points = {customer.key: contact_points(customer) for customer in customers}
            owners = await tx.customers.owners([point for some in points.values() for point in some])
            new = [customer for customer in customers if not any(point in owners for point in points[customer.key])]
            ids = await tx.sequences.take("customers", len(new))
            await tx.customers.add([_row(tx, customer, id_) for customer, id_ in zip(new, ids, strict=True)])
            for customer, id_ in zip(new, ids, strict=True):
                await tx.customers.add_contacts([(point, id_) for point in points[customer.key]])
                data = {"change": "added", "name": customer.name, "tier": customer.tier.value}
                tx.record(NewEvent(EventType.CUSTOMER_CHANGED, PLANTER, customer_id=id_, data=data))


def article_text(article: DemoArticle) -> ArticleText:
    return ArticleText(
        external_id=article.id,
        title=article.title,
        category=article.category,
        body=article.body,
        intents=article.intents,
        language=article.language.value,
        questions=article.questions,
    )


def contact_points(customer: DemoCustomer) -> list[ContactPoint]:
    given = (
        (ContactKind.EMAIL, customer.emails),
        (ContactKind.PHONE, customer.phones),
        (ContactKind.HANDLE, customer.handles),
    )
    return [ContactPoint(kind, value) for kind, values in given for value in values]


def _row(tx: Transaction, customer: DemoCustomer, customer_id: int) -> dict[str, Any]:
    return {
        "id": customer_id,
        "name": customer.name,
        "tier": customer.tier.value,
        "language": customer.language.value,
        "company": customer.company,
        "annual_value_usd": str(customer.annual_value_usd),
        "created_at": tx.now,
    }

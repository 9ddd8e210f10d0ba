"""The desk before its first message: its people, its customers and what it knows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.articles import ArticleText
from core.bootstrap import Engine
from core.demo.entities import DemoArticle, DemoContent, DemoCustomer, DemoMacro, DemoUser
from core.domain.access import Actor
from core.domain.entities import ContactPoint, User
from core.domain.enums import ActorKind, ContactKind
from core.domain.events import EventType, NewEvent
from core.macros import MacroText
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
        return len(self._content.users) + len(self._content.articles) + 2

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
        await self._add_macros(self._content.macros, people)
        done()
        return people

    async def _add_macros(self, macros: Sequence[DemoMacro], people: Mapping[str, User]) -> None:
        """Through the desk's own checks, with the record that they would have by now."""
        async with self._engine.database.read() as tx:
            owners = {macro.title: people[macro.owner].id if macro.owner else None for macro in macros}
            known = {title for title, owner in owners.items() if await tx.macros.titled(owner, title)}
        for macro in macros:
            if macro.title not in known:
                actor = people[macro.owner].actor if macro.owner else PLANTER
                await self._engine.macros.save(actor, macro_text(macro), used=macro.used)

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


def macro_text(macro: DemoMacro) -> MacroText:
    return MacroText(
        title=macro.title,
        bodies=macro.bodies,
        category=macro.category,
        intents=macro.intents,
        status=macro.status,
        priority=macro.priority,
        queue=macro.queue,
        shared=macro.owner is None,
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

"""The people who play in the tests: ada answers, sam supervises, eve counts, ida administers; kim and vera ask."""

from collections.abc import Collection

from core.domain.access import Actor
from core.domain.entities import User
from core.domain.enums import ActorKind, CustomerTier, Role
from core.domain.messages import InboundCustomer
from core.storage.database import Database

ALL_QUEUES = (
    "vip_support",
    "technical_support",
    "billing_specialist",
    "escalation_team",
    "returns_processing",
    "general_support",
)

KIM = InboundCustomer(email="kim@customer.example", name="Kim Park")
"""An ordinary customer who writes e-mail."""

KIM_EVERYWHERE = InboundCustomer(
    email="kim@customer.example", phone="+491700000001", handle="kimpark", name="Kim Park", language="en"
)
"""Kim as every channel knows them."""

VERA = InboundCustomer(email="vera@enterprise.example", name="Vera Lind", tier=CustomerTier.ENTERPRISE)
"""A customer of the highest tier."""

IDA = Actor(ActorKind.USER, "999999", "Ida", Role.ADMIN)
"""The administrator; as an actor only, without a row."""

ROBOT = Actor(ActorKind.TOKEN, "7", "shop", Role.AGENT)
"""A program that calls the API."""


async def ada(
    database: Database, *, name: str = "Ada", capacity: int = 20, queues: Collection[str] = ALL_QUEUES
) -> User:
    """An agent of every queue with room."""
    return await someone(database, name=name, capacity=capacity, queues=queues)


async def sam(database: Database) -> User:
    """A supervisor who takes no tickets on their own."""
    return await someone(database, name="Sam", role=Role.SUPERVISOR)


async def eve(database: Database) -> User:
    """An executive."""
    return await someone(database, name="Eve", role=Role.EXECUTIVE)


async def someone(
    database: Database,
    *,
    name: str,
    role: Role = Role.AGENT,
    capacity: int = 20,
    queues: Collection[str] = (),
    skills: Collection[str] = (),
    languages: Collection[str] = ("en",),
    senior: bool = False,
) -> User:
    async with database.transaction() as tx:
        return await tx.users.add(
            email=f"{name.casefold()}@desk.example",
            name=name,
            role=role,
            password_hash="not a hash, so that nobody signs in with it",
            capacity=capacity,
            queues=queues,
            skills=skills,
            languages=languages,
            senior=senior,
        )

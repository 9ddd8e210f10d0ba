"""Who signs in is who they say, and nobody guesses for long."""

from typing import Any

import pytest

from core import people
from core.domain.access import Actor
from core.domain.entities import User
from core.domain.enums import Role
from core.domain.errors import InvalidInput, NotAllowed, NotAuthenticated, NotFound, RateLimited
from core.domain.events import EventType
from core.people import SESSION_LIFE, People
from core.storage.database import Database
from tests.cast import IDA, ada, sam
from tests.conftest import MovableClock

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real cost is for attackers; the code path is the same."""
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(people, "_HASHER", cheap)
    monkeypatch.setattr(people, "_NOBODY", cheap.hash("nobody"))


@pytest.fixture
def office(database: Database) -> People:
    return People(database, demo=False)


async def _add(office: People, actor: Actor = IDA, **changes: Any) -> User:
    given = {"email": "Ada@Desk.example", "name": "Ada", "role": Role.AGENT, "password": PASSWORD, **changes}
    return await office.add_user(actor, **given)


async def test_the_right_password_opens_a_session_of_that_person(office: People) -> None:
    user = await _add(office)
    secret = await office.sign_in(" ADA@desk.example ", PASSWORD, "10.0.0.1")
    assert await office.user_of_session(secret) == user


@pytest.mark.parametrize(
    ("email", "password"), [("ada@desk.example", "wrong"), ("bob@desk.example", PASSWORD), ("", ""), ("ada", "\x00")]
)
async def test_a_wrong_password_and_an_unknown_address_look_alike(office: People, email: str, password: str) -> None:
    await _add(office)
    with pytest.raises(NotAuthenticated, match=r"^The e-mail address or the password is wrong\.$"):
        await office.sign_in(email, password, "10.0.0.1")


async def test_who_left_the_house_does_not_get_in(office: People, database: Database) -> None:
    user = await _add(office)
    secret = await office.sign_in(user.email, PASSWORD, "10.0.0.1")
    async with database.transaction() as tx:
        await tx.users.change(user.id, active=False)
    assert await office.user_of_session(secret) is None
    with pytest.raises(NotAuthenticated):
        await office.sign_in(user.email, PASSWORD, "10.0.0.1")


async def test_a_session_ends_by_signing_out_and_by_itself(office: People, clock: MovableClock) -> None:
    user = await _add(office)
    first = await office.sign_in(user.email, PASSWORD, "10.0.0.1")
    second = await office.sign_in(user.email, PASSWORD, "10.0.0.1")
    await office.sign_out(first)
    assert await office.user_of_session(first) is None
    assert await office.user_of_session(second) == user
    clock.moment += SESSION_LIFE
    assert await office.user_of_session(second) is None


async def test_a_made_up_session_is_nobodys(office: People) -> None:
    await _add(office)
    assert await office.user_of_session("guess") is None
    assert await office.user_of_session("") is None


async def test_ten_wrong_tries_close_the_door_for_that_origin_and_address(office: People, clock: MovableClock) -> None:
    user = await _add(office)
    for _ in range(10):
        with pytest.raises(NotAuthenticated):
            await office.sign_in(user.email, "wrong", "10.0.0.1")
    with pytest.raises(RateLimited) as refused:
        await office.sign_in(user.email, PASSWORD, "10.0.0.1")
    assert 0 < refused.value.retry_after <= 300
    assert await office.sign_in(user.email, PASSWORD, "10.0.0.2")
    clock.advance(seconds=301)
    assert await office.sign_in(user.email, PASSWORD, "10.0.0.1")


async def test_no_secret_is_stored(office: People, database: Database) -> None:
    user = await _add(office)
    session = await office.sign_in(user.email, PASSWORD, "10.0.0.1")
    _, token = await office.add_token(IDA, "shop", Role.AGENT)
    async with database.read() as tx:
        for table in ("users", "sessions", "tokens", "journal"):
            rows = (await tx.connection.exec_driver_sql(f"SELECT * FROM {table}")).all()
            assert not any(secret in str(rows) for secret in (PASSWORD, session, token)), table
        assert (await tx.users.password_hash(user.id)).startswith("$argon2id$")


async def test_only_an_administrator_adds_people_and_tokens(office: People, database: Database) -> None:
    for someone in (await ada(database, queues=()), await sam(database)):
        with pytest.raises(NotAllowed):
            await _add(office, someone.actor, email="new@desk.example")
        with pytest.raises(NotAllowed):
            await office.add_token(someone.actor, "shop", Role.AGENT)
        with pytest.raises(NotAllowed):
            await office.revoke_token(someone.actor, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "short"}, "password"),
        ({"email": "nobody"}, "email"),
        ({"email": "x" * 320 + "@x"}, "email"),
        ({"queues": ["nowhere"]}, "queues"),
    ],
)
async def test_a_wrong_detail_adds_nobody(office: People, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await _add(office, **changes)
    assert refused.value.field == field


async def test_an_address_belongs_to_one_person(office: People) -> None:
    await _add(office)
    with pytest.raises(InvalidInput, match="belongs to a user already"):
        await _add(office, email="ada@desk.EXAMPLE")


async def test_a_token_works_until_it_is_revoked(office: People) -> None:
    token, secret = await office.add_token(IDA, "shop", Role.AGENT)
    found = await office.token(secret)
    assert (found.id, found.actor.key, found.actor.role) == (token.id, f"token:{token.id}", Role.AGENT)
    await office.revoke_token(IDA, token.id)
    with pytest.raises(NotAuthenticated):
        await office.token(secret)
    with pytest.raises(NotFound):
        await office.revoke_token(IDA, token.id)
    with pytest.raises(NotAuthenticated):
        await office.token("fl_guess")


async def test_what_happens_to_people_is_in_the_journal(office: People, database: Database) -> None:
    user = await _add(office)
    await office.sign_in(user.email, PASSWORD, "10.0.0.1")
    token, _ = await office.add_token(IDA, "shop", Role.AGENT)
    await office.revoke_token(IDA, token.id)
    async with database.read() as tx:
        kinds = [event.type for event in await tx.journal.after(0)]
    assert kinds == [
        EventType.USER_CHANGED,
        EventType.SIGNED_IN,
        EventType.TOKEN_CHANGED,
        EventType.TOKEN_CHANGED,
    ]


async def test_one_click_opens_the_demo_and_nothing_else(office: People, database: Database) -> None:
    agent = await ada(database, queues=())
    with pytest.raises(NotAllowed):
        await office.sign_in_for_demo(Role.AGENT)
    demo = People(database, demo=True)
    assert await demo.user_of_session(await demo.sign_in_for_demo(Role.AGENT)) == agent
    with pytest.raises(NotAuthenticated, match="no user with the role executive"):
        await demo.sign_in_for_demo(Role.EXECUTIVE)

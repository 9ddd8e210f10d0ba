"""Words, phrases, beginnings, accents, languages without spaces: found alike on both databases."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.enums import TicketStatus
from core.domain.filters import TicketFilter
from core.storage.database import Database
from tests.factories import plant_tickets

TEXTS = {
    "charge": "My card was charged twice for order 2026-0815, café Müller. Please refund me!",
    "order": "Where is my order AB12345? It should have come on Monday.",
    "french": "L'été dernier, j'ai reçu un colis abîmé à l'hôtel.",
    "japanese": "先週、東京都で注文した商品がまだ届いていません。パスワードを忘れました。",
    "chinese": "我的订单还没有到，请问什么时候可以退款？",
    "korean": "비밀번호를 잊어버렸어요",
    "mail": "Write to kim.park@customer.example or see https://shop.example/cart?id=42",
    "german": "Die Straße ist gesperrt, das Paket liegt in der Filiale.",
}


EXPECTED: dict[str, set[str]] = {
    "charged": {"charge"},
    "order": {"charge", "order"},
    "CHARGED Twice": {"charge"},
    "twice order": {"charge"},
    "monday charged": set(),
    '"charged twice"': {"charge"},
    '"twice charged"': set(),
    "charg": {"charge"},
    "cha": {"charge"},
    "refu order": set(),
    "AB12345": {"order"},
    "ab123": {"order"},
    "2026-0815": {"charge"},
    "0815": {"charge"},
    "cafe": {"charge"},
    "café muller": {"charge"},
    "ete": {"french"},
    "hotel abime": {"french"},
    "strasse": {"german"},
    "STRASSE": {"german"},
    "東京": {"japanese"},
    "東京都で注文": {"japanese"},
    "京東": set(),
    "パスワード": {"japanese"},
    "退款": {"chinese"},
    "订单 退款": {"chinese"},
    "비밀번호": {"korean"},
    "kim.park@customer.example": {"mail"},
    "customer.example": {"mail"},
    "cart?id=42": {"mail"},
    "l'hôtel": {"french"},
    "nothing-like-this": set(),
}

HOSTILE = (
    "",
    "   ",
    '"',
    '""',
    '"unclosed',
    "'",
    "' OR 1=1 --",
    "NEAR(a b)",
    "body:secret",
    "-charged",
    "a AND",
    "OR",
    "NOT NOT",
    "* ^ $",
    ":*",
    "a & | ! b",
    "(((",
    "<->",
    "\\",
    "a\x00b",
    "%_%",
    "\ud800",
)


@pytest.fixture
async def planted(database: Database) -> Database:
    async with database.transaction() as tx:
        ids = await plant_tickets(tx, [{"subject": name} for name in TEXTS], tx.now)
        messages = await tx.sequences.take("messages", len(ids))
        for ticket_id, message_id, body in zip(ids, messages, TEXTS.values(), strict=True):
            await tx.messages.add([_bare(message_id, ticket_id, body, tx.now)])
            await tx.search.add([(message_id, ticket_id, body)])
    return database


def _bare(message_id: int, ticket_id: int, body: str, at: object) -> dict[str, object]:
    who = {"author": "customer:1", "author_name": "Kim", "channel": "email", "kind": "customer"}
    return {"id": message_id, "ticket_id": ticket_id, "text": body, "created_at": at, **who}


async def _found(database: Database, query: str, wanted: TicketFilter | None = None) -> set[str]:
    async with database.read() as tx:
        tickets, _ = await tx.search.tickets(query, wanted or TicketFilter(), None, 50)
    return {ticket.subject for ticket in tickets}


async def test_a_query_finds_what_a_reader_expects(planted: Database) -> None:
    assert {query: await _found(planted, query) for query in EXPECTED} == EXPECTED


async def test_the_engines_own_syntax_means_nothing(planted: Database) -> None:
    for query in HOSTILE:
        await _found(planted, query)


@settings(max_examples=120, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60))
async def test_no_query_whatever_fails(planted: Database, query: str) -> None:
    await _found(planted, query)


async def test_filters_narrow_what_is_found(planted: Database) -> None:
    async with planted.transaction() as tx:
        found, _ = await tx.search.tickets("charged", TicketFilter(), None, 1)
        await tx.tickets.change_many([{"id": found[0].id, "status": TicketStatus.RESOLVED.value}])
    assert await _found(planted, "order", TicketFilter(open=True)) == {"order"}
    assert await _found(planted, "order", TicketFilter(open=False)) == {"charge"}


async def test_pages_hold_every_ticket_once_though_each_matches_many_times(database: Database) -> None:
    async with database.transaction() as tx:
        ids = await plant_tickets(tx, [{"subject": str(number)} for number in range(15)], tx.now)
        for _ in range(9):
            for ticket_id in ids:
                (message_id,) = await tx.sequences.take("messages", 1)
                await tx.messages.add([_bare(message_id, ticket_id, "needle", tx.now)])
                await tx.search.add([(message_id, ticket_id, "needle")])
    seen: list[int] = []
    before: int | None = None
    pages = 0
    while pages == 0 or before is not None:
        async with database.read() as tx:
            found, before = await tx.search.tickets("needle", TicketFilter(), before, 4)
        seen += [ticket.id for ticket in found]
        pages += 1
        assert pages < 100
    assert sorted(seen) == ids, "each ticket is on one page"
    assert pages == 4


@settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spoken=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["needle", "hay"])), max_size=60),
    size=st.integers(1, 7),
)
async def test_tickets_stand_at_their_newest_match_whatever_the_pages(
    database: Database, spoken: list[tuple[int, str]], size: int
) -> None:
    async with database.transaction() as tx:
        ids = await plant_tickets(tx, [{"category": "other"} for _ in range(6)], tx.now)
        messages = await tx.sequences.take("messages", len(spoken))
        for message_id, (number, body) in zip(messages, spoken, strict=True):
            await tx.messages.add([_bare(message_id, ids[number], body, tx.now)])
        await tx.search.add([(each, ids[number], body) for each, (number, body) in zip(messages, spoken, strict=True)])
    newest = {
        ids[number]: message for message, (number, body) in zip(messages, spoken, strict=True) if body == "needle"
    }
    mine = TicketFilter(customer_id=await _customer_of(database, ids[0]))
    seen: list[int] = []
    before: int | None = None
    for _ in range(100):
        async with database.read() as tx:
            found, before = await tx.search.tickets("needle", mine, before, size)
        seen += [ticket.id for ticket in found]
        if before is None:
            break
    assert seen == sorted(newest, key=lambda ticket_id: -newest[ticket_id])


async def _customer_of(database: Database, ticket_id: int) -> int:
    async with database.read() as tx:
        return (await tx.tickets.get(ticket_id)).customer_id


async def test_a_message_that_is_added_again_is_kept_once(planted: Database) -> None:
    async with planted.transaction() as tx:
        await tx.search.add([(1, 1001, "something else")])
    assert await _found(planted, "charged") == {"charge"}
    assert await _found(planted, "something else") == set()

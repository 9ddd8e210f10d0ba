"""Macros: who may write them, which are offered, and how one reads on a ticket."""

from dataclasses import replace

import pytest

from core.bootstrap import Engine
from core.domain.access import SYSTEM
from core.domain.entities import User
from core.domain.enums import Category, Language, Priority, TicketStatus
from core.domain.errors import InvalidInput, NotAllowed, NotFound, VersionConflict
from core.domain.events import EventType
from core.domain.macros import Macro
from core.domain.messages import InboundCustomer
from core.macros import MacroText, check_filled
from tests.cast import ROBOT, ada, eve, sam, someone
from tests.factories import a_ticket

TEXT = MacroText("First answer", {Language.EN: "Hello {customer.first_name}"})


async def _shared(engine: Engine, title: str, *, used: int = 0, **fields: object) -> Macro:
    text = replace(TEXT, title=title, shared=True, **fields)  # type: ignore[arg-type]
    macro = await engine.macros.save(SYSTEM, text)
    for _ in range(used):
        await engine.macros.count_use(SYSTEM, macro.id)
    return macro


def _titles(macros: tuple[Macro, ...]) -> list[str]:
    return [macro.title for macro in macros]


async def _saved_events(engine: Engine) -> list[tuple[str, str]]:
    events = await engine.views.events(SYSTEM, 0, 1000, types=[EventType.MACRO_SAVED])
    return [(event.data["title"], event.data["change"]) for event in events]


# --- Writing them ---


async def test_an_agent_keeps_macros_that_nobody_else_sees(engine: Engine) -> None:
    agent, other = await ada(engine.database), await someone(engine.database, name="Mei")
    mine = await engine.macros.save(agent.actor, TEXT)
    assert _titles((await engine.macros.all(agent.actor)).mine) == ["First answer"]
    shelf = await engine.macros.all(other.actor)
    assert (shelf.shared, shelf.mine) == ((), ())
    ticket = await a_ticket(engine)
    for theirs in (
        engine.macros.preview(other.actor, mine.id, ticket.id),
        engine.macros.remove(other.actor, mine.id),
        engine.macros.save(other.actor, TEXT, mine.id),
        engine.macros.count_use(other.actor, mine.id),
    ):
        with pytest.raises(NotFound):
            await theirs


async def test_a_shared_macro_is_everybodys_and_only_those_who_may_write_it(engine: Engine) -> None:
    agent, supervisor = await ada(engine.database), await sam(engine.database)
    with pytest.raises(NotAllowed, match=r"macro\.share"):
        await engine.macros.save(agent.actor, replace(TEXT, shared=True))
    macro = await engine.macros.save(supervisor.actor, replace(TEXT, shared=True))
    assert _titles((await engine.macros.all(agent.actor)).shared) == ["First answer"]
    with pytest.raises(NotAllowed):
        await engine.macros.save(agent.actor, TEXT, macro.id)
    with pytest.raises(NotAllowed):
        await engine.macros.remove(agent.actor, macro.id)
    await engine.macros.remove(supervisor.actor, macro.id)
    assert (await engine.macros.all(agent.actor)).shared == ()
    assert await _saved_events(engine) == [("First answer", "saved"), ("First answer", "removed")]


async def test_who_does_not_answer_has_no_macros(engine: Engine) -> None:
    executive, macro = await eve(engine.database), await _shared(engine, "Shared")
    ticket = await a_ticket(engine)
    for refused in (
        engine.macros.all(executive.actor),
        engine.macros.preview(executive.actor, macro.id, ticket.id),
        engine.macros.save(executive.actor, TEXT),
        engine.macros.remove(executive.actor, macro.id),
        engine.macros.count_use(executive.actor, macro.id),
    ):
        with pytest.raises(NotAllowed):
            await refused


async def test_a_program_owns_no_macros(engine: Engine) -> None:
    with pytest.raises(InvalidInput, match="Share it"):
        await engine.macros.save(ROBOT, TEXT)


async def test_a_change_of_an_older_version_is_refused(engine: Engine) -> None:
    agent = await ada(engine.database)
    macro = await engine.macros.save(agent.actor, TEXT)
    changed = await engine.macros.save(agent.actor, replace(TEXT, title="Second answer"), macro.id, macro.version)
    assert (changed.id, changed.title, changed.version) == (macro.id, "Second answer", 2)
    with pytest.raises(VersionConflict):
        await engine.macros.save(agent.actor, TEXT, macro.id, macro.version)


async def test_a_supervisor_shares_their_own_macro(engine: Engine) -> None:
    supervisor = await sam(engine.database)
    macro = await engine.macros.save(supervisor.actor, TEXT)
    assert not macro.is_shared
    assert (await engine.macros.save(supervisor.actor, replace(TEXT, shared=True), macro.id)).is_shared


async def test_two_macros_of_one_name_are_told_apart_by_their_owner_only(engine: Engine) -> None:
    agent = await ada(engine.database)
    await _shared(engine, "First answer")
    await engine.macros.save(agent.actor, TEXT)
    with pytest.raises(InvalidInput, match="already"):
        await engine.macros.save(agent.actor, replace(TEXT, title=" First  answer "))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"title": " "}, "title: has 0"),
        ({"title": "x" * 101}, "title: has 101"),
        ({"bodies": {}}, "say nothing"),
        ({"bodies": {Language.EN: " \x00"}}, "say nothing"),
        ({"bodies": {Language.EN: "x" * 10_001}}, "10,001"),
        ({"bodies": {Language.EN: "Hi", Language.FR: "Bonjour {prenom}"}}, r"\{prenom\}.*\{customer\.name\}"),
        ({"status": TicketStatus.CLOSED}, "closed can't be set"),
        ({"queue": "nowhere"}, "no queue nowhere"),
        ({"intents": ("world_peace",)}, "world_peace"),
    ],
)
async def test_what_can_not_be_used_is_not_saved(engine: Engine, fields: dict[str, object], says: str) -> None:
    agent = await ada(engine.database)
    with pytest.raises(InvalidInput, match=says):
        await engine.macros.save(agent.actor, replace(TEXT, **fields))  # type: ignore[arg-type]
    assert (await engine.macros.all(agent.actor)).mine == ()


# --- Offering them ---


async def test_what_fits_the_ticket_comes_first_and_stands_once(engine: Engine) -> None:
    agent = await ada(engine.database)
    await _shared(engine, "For anything", used=9)
    await _shared(engine, "Technical", used=5, category=Category.TECHNICAL)
    await _shared(engine, "Technical, often", used=7, category=Category.TECHNICAL)
    await _shared(engine, "Errors", used=1, category=Category.TECHNICAL, intents=("error_report",))
    await _shared(engine, "Bills", used=8, category=Category.BILLING)
    await engine.macros.save(agent.actor, replace(TEXT, title="My errors", intents=("error_report",)))
    ticket = await a_ticket(engine, "It crashes [intent=error_report]")
    shelf = await engine.macros.all(agent.actor, ticket)
    assert _titles(shelf.suggested) == ["Errors", "My errors", "Technical, often", "Technical"]
    assert _titles(shelf.shared) == ["For anything", "Bills"]
    assert shelf.mine == ()


async def test_without_a_ticket_nothing_is_suggested(engine: Engine) -> None:
    await _shared(engine, "Technical", category=Category.TECHNICAL)
    shelf = await engine.macros.all((await ada(engine.database)).actor)
    assert (shelf.suggested, _titles(shelf.shared)) == ((), ["Technical"])


# --- Reading them ---


async def _preview(
    engine: Engine, body: str, *, agent: User | None = None, name: str | None = None
) -> tuple[str, list[str]]:
    ticket = await a_ticket(engine, customer=InboundCustomer(email="kim@customer.example", name=name))
    macro = await _shared(engine, "Read", bodies={Language.EN: body})
    actor = (agent or await ada(engine.database, name="Ada Okafor")).actor
    preview = await engine.macros.preview(actor, macro.id, ticket.id)
    return preview.text.replace(str(ticket.id), "#"), list(preview.missing)


async def test_every_variable_is_filled_in(engine: Engine) -> None:
    body = "{customer.name}|{customer.first_name}|{ticket.number}|{ticket.subject}|{agent.name}|{agent.first_name}"
    text, missing = await _preview(engine, body, name="Kim Park")
    assert text == "Kim Park|Kim|#|A question|Ada Okafor|Ada"
    assert missing == []


async def test_what_is_not_known_is_missing_and_can_not_be_sent(engine: Engine) -> None:
    text, missing = await _preview(engine, "Dear {customer.name} of {company}, {company}")
    assert missing == ["customer.name", "company"]
    with pytest.raises(InvalidInput, match=r"\{customer\.name\} and \{company\}"):
        check_filled(text)
    check_filled("Dear Kim of Parks, {} and {ticket}")


async def test_a_name_that_is_an_address_is_no_name(engine: Engine) -> None:
    assert (await _preview(engine, "{customer.name}", name="kim@customer.example"))[1] == ["customer.name"]


async def test_a_colleague_who_writes_chinese_signs_with_the_whole_name(engine: Engine) -> None:
    weilin = await someone(engine.database, name="Zhao Weilin", languages=("zh", "en"))
    assert (await _preview(engine, "{agent.first_name}", agent=weilin, name="Kim"))[0] == "Zhao Weilin"


async def test_a_hostile_name_stays_a_name(engine: Engine) -> None:
    text, _ = await _preview(engine, "{customer.name}", name="{agent.name} <script>\n{0.__class__}")
    assert text == "{agent.name} <script> {0.__class__}"


async def test_it_reads_in_the_language_of_the_ticket_unless_another_is_asked_for(engine: Engine) -> None:
    actor = (await ada(engine.database)).actor
    bodies = {Language.EN: "Hello", Language.DE: "Hallo", Language.JA: "こんにちは"}
    macro = await _shared(engine, "Greeting", bodies=bodies)
    ticket = await a_ticket(engine, "[language=de]")
    preview = await engine.macros.preview(actor, macro.id, ticket.id)
    assert (preview.language, preview.text) == (Language.DE, "Hallo")
    assert preview.languages == (Language.EN, Language.DE, Language.JA)
    japanese = await engine.macros.preview(actor, macro.id, ticket.id, Language.JA)
    assert (japanese.language, japanese.text) == (Language.JA, "こんにちは")
    french = await engine.macros.preview(actor, macro.id, ticket.id, Language.FR)
    assert french.language is Language.DE


async def test_only_what_the_ticket_is_not_yet_is_shown_as_an_effect(engine: Engine) -> None:
    actor = (await ada(engine.database)).actor
    ticket = await a_ticket(engine, "It crashes [intent=error_report]")
    macro = await _shared(
        engine, "Escalate", status=TicketStatus.RESOLVED, priority=ticket.priority, queue="escalation_team"
    )
    shown = (await engine.macros.preview(actor, macro.id, ticket.id)).effects
    assert (shown.status, shown.priority) == (TicketStatus.RESOLVED, None)
    assert (shown.queue_id, shown.queue_name) == ("escalation_team", "Escalation team")
    plain = await _shared(engine, "Plain", priority=Priority(ticket.priority), queue=ticket.queue_id)
    assert (await engine.macros.preview(actor, plain.id, ticket.id)).effects.is_empty


async def test_the_previews_of_a_shelf_are_those_of_each_macro(engine: Engine) -> None:
    actor = (await ada(engine.database)).actor
    ticket = await a_ticket(engine)
    macros = [await _shared(engine, f"Number {number}", bodies={Language.EN: "{ticket.number}"}) for number in (1, 2)]
    found = await engine.macros.previews(actor, macros, ticket.id)
    assert found == {macro.id: await engine.macros.preview(actor, macro.id, ticket.id) for macro in macros}

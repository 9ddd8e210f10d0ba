"""The verbs of an open ticket: writing, macros, articles, labels."""

from typing import TYPE_CHECKING

from core.desk import TicketPatch
from core.domain.access import Permission
from core.domain.enums import Category, Sentiment
from core.domain.errors import InvalidInput, VersionConflict
from core.domain.intents import CATEGORY_OF_INTENT
from core.explanations import Label
from ui import marks
from ui.commands.registry import Command, Group, Option, Run, Scope
from ui.page import number_of
from ui.pages.work import WorkPage
from ui.texts import name_of, say
from ui.ticket.side_why import labels_of, value_name

if TYPE_CHECKING:
    from ui.shell import Shell
    from ui.ticket.open_ticket import OpenTicket

_LABELS = ("category", "intent", "sentiment")
_MOST_ARTICLES = 8
_LABEL_ICONS = {"category": "tag", "intent": "target", "sentiment": "mood-empty", "urgent": "alarm"}


def _open(shell: "Shell") -> "OpenTicket":
    if not isinstance(shell.page, WorkPage):
        raise InvalidInput("ticket", "is not open", "Open a ticket first")
    return shell.page.ticket


# ---- macros and articles ----


async def _macros(shell: "Shell", text: str, _: tuple[int, ...]) -> list[Option]:
    return await _open(shell).macros.options(text)


async def _use_macro(shell: "Shell", run: Run) -> None:
    await _open(shell).macros.insert(run.value or "")


async def _articles(shell: "Shell", text: str, _: tuple[int, ...]) -> list[Option]:
    """What is suggested for the ticket, until something is typed."""
    if not text.strip():
        return [
            _article(one.article_id, one.title, one.confidence, say("article.suggested"))
            for one in _open(shell).shown.suggestions
        ]
    found = await shell.engine.knowledge.ask(text, limit=_MOST_ARTICLES)
    return [_article(one.article_id, one.title, one.confidence, "") for one in found]


def _article(article_id: int, title: str, confidence: float, group: str) -> Option:
    fits = say("side.fits", share=f"{confidence * 100:.0f}")
    return Option(str(article_id), title, "book", hint=fits, group=group)


async def _insert_article(shell: "Shell", run: Run) -> None:
    value = run.value or ""
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise InvalidInput("article", "is not a number", "Choose it from the list")
    await _open(shell).insert(number_of({"article": int(value)}, "article"))


# ---- why a label ----


async def _whys(shell: "Shell", _: str, __: tuple[int, ...]) -> list[Option]:
    shown = _open(shell).why.shown
    return [
        Option(kind, say(f"side.{kind}"), _LABEL_ICONS[kind], hint=value_name(kind, value),
               is_on=shown is not None and shown.kind is kind)
        for kind, value in labels_of(_open(shell).shown.ticket).items()
    ]  # fmt: skip


async def _ask_why(shell: "Shell", run: Run) -> None:
    if run.value is None or run.value not in Label.__members__.values():
        raise InvalidInput("label", f"there is no {run.value!r}", "Choose it from the list")
    _open(shell).why.toggle(Label(run.value))


# ---- labels ----


async def _labels(shell: "Shell", _: str, __: tuple[int, ...]) -> list[Option]:
    """One level for each label; what is chosen opens it."""
    ticket = _open(shell).shown.ticket
    values = {"category": ticket.category, "intent": ticket.intent, "sentiment": ticket.sentiment}
    return [
        Option(
            kind, say(f"side.{kind}"), _LABEL_ICONS[kind], hint=name_of(kind, value) if value else say("side.unknown")
        )
        for kind, value in values.items()
    ]


async def _open_label(shell: "Shell", run: Run) -> None:
    if run.value not in _LABELS:
        raise InvalidInput("label", f"there is no {run.value!r}", "Choose it from the list")
    shell.browser.call("run", run.value)


async def _categories(shell: "Shell", _: str, __: tuple[int, ...]) -> list[Option]:
    now = _open(shell).shown.ticket.category
    return [Option(one, name_of("category", one), "tag", is_on=one is now) for one in Category]


async def _intents(shell: "Shell", _: str, __: tuple[int, ...]) -> list[Option]:
    """The intents of the ticket's category first, for they are the likeliest."""
    ticket = _open(shell).shown.ticket
    ordered = sorted(CATEGORY_OF_INTENT.items(), key=lambda pair: pair[1] is not ticket.category)
    return [
        Option(intent, name_of("intent", intent), "target", group=name_of("category", category),
               is_on=intent == ticket.intent)
        for intent, category in ordered
    ]  # fmt: skip


async def _moods(shell: "Shell", _: str, __: tuple[int, ...]) -> list[Option]:
    now = _open(shell).shown.ticket.sentiment
    return [
        Option(one, name_of("sentiment", one), marks.SENTIMENT_MARKS[one][1], is_on=one is now)
        for one in reversed(Sentiment)
    ]


async def _correct_category(shell: "Shell", run: Run) -> None:
    if run.value is None or run.value not in Category.__members__.values():
        raise InvalidInput("category", f"{run.value!r} is not one", "Choose it from the list")
    await _correct(shell, TicketPatch(category=Category(run.value)))


async def _correct_intent(shell: "Shell", run: Run) -> None:
    await _correct(shell, TicketPatch(intent=run.value))


async def _correct_sentiment(shell: "Shell", run: Run) -> None:
    if run.value is None or run.value not in Sentiment.__members__.values():
        raise InvalidInput("sentiment", f"{run.value!r} is not one", "Choose it from the list")
    await _correct(shell, TicketPatch(sentiment=Sentiment(run.value)))


async def _correct(shell: "Shell", patch: TicketPatch) -> None:
    """Keep the correction; who was overtaken hears by whom, and sees the ticket as it is now."""
    opened = _open(shell)
    ticket = opened.shown.ticket
    try:
        await shell.engine.desk.change(shell.actor, ticket.id, patch, ticket.version)
    except VersionConflict:
        if not await opened.explain_conflict():
            raise
        return
    shell.browser.toast(say("label.kept"))
    await shell.after(ticket.id)


_CHANGE, _REPLY = Permission.TICKET_CHANGE, Permission.TICKET_REPLY

WRITING = (
    Command("reply", "corner-up-left", Group.WRITE, Scope.TICKET, "R", _REPLY),
    Command("note", "note", Group.WRITE, Scope.TICKET, "N", Permission.TICKET_NOTE),
    Command("macros", "bolt", Group.WRITE, Scope.TICKET, "M", _REPLY, _macros, _use_macro, is_typed=True),
    Command("article", "book", Group.WRITE, Scope.TICKET, "", _REPLY, _articles, _insert_article, is_typed=True),
    Command("mention", "at", Group.WRITE, Scope.TICKET, "", Permission.TICKET_NOTE),
    Command("send", "send", Group.WRITE, Scope.TICKET, "Mod+Enter", _REPLY),
    Command("undo_send", "arrow-back-up", Group.WRITE, Scope.TICKET, "", _REPLY),
    Command("labels", "tag", Group.ACT, Scope.TICKET, "L", _CHANGE, _labels, _open_label),
    Command("category", "tag", Group.ACT, Scope.TICKET, "", _CHANGE, _categories, _correct_category),
    Command("intent", "target", Group.ACT, Scope.TICKET, "", _CHANGE, _intents, _correct_intent),
    Command("sentiment", "mood-empty", Group.ACT, Scope.TICKET, "", _CHANGE, _moods, _correct_sentiment),
    Command("why", "help", Group.LOOK, Scope.TICKET, "W", Permission.TICKET_READ, _whys, _ask_why),
    Command("copy_link", "link", Group.LOOK, Scope.TICKET),
    Command("details", "info-circle", Group.LOOK, Scope.TICKET),
    Command("older", "history", Group.LOOK, Scope.TICKET),
)

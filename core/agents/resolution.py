"""ResolveCustomerIssues (APQC 6.2.3): answers from the knowledge base, or suggests articles to a human."""

from collections.abc import Sequence
from typing import Any

from config.holder import RulesHolder
from core import replies, status
from core.acknowledgements import acknowledge
from core.automation import judge
from core.domain.access import service_agent
from core.domain.analysis import Analysis, ArticleMatch
from core.domain.entities import Article, Message, Ticket
from core.domain.enums import Channel, TicketStatus
from core.domain.errors import InvalidInput
from core.domain.events import Event, EventType, NewEvent
from core.knowledge import Asked, KnowledgeBase
from core.links import Links
from core.phrases import Phrase, addressed, phrase
from core.storage.outbox import ANSWER_KEY
from core.storage.transaction import Transaction

NAME = "ResolveCustomerIssues"
ACTOR = service_agent(NAME)


class Resolution:
    def __init__(self, rules: RulesHolder, knowledge: KnowledgeBase, links: Links) -> None:
        self._rules, self._knowledge, self._links = rules, knowledge, links

    @property
    def _house(self) -> replies.House:
        return replies.House(self._rules.current, self._links)

    async def respond(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Suggest articles for each message; answer those that may be answered; acknowledge new e-mail."""
        ids = [event.message_id for event in events if event.message_id is not None]
        messages = await tx.messages.get_many(ids)
        analyses = await tx.analyses.of_messages(ids)
        tickets = await tx.tickets.lock_many(sorted({message.ticket_id for message in messages.values()}))
        matched = await self._match(messages, analyses)
        await tx.analyses.suggest(list(matched.items()))
        for message_id, matches in matched.items():
            ticket = tickets[messages[message_id].ticket_id]
            data = {"articles": [[match.article_id, round(match.confidence, 3)] for match in matches]}
            tx.record(NewEvent(EventType.ARTICLES_SUGGESTED, ACTOR, ticket.id, message_id, ticket.customer_id, data))
        unanswered = []
        for message in messages.values():
            ticket, analysis = tickets[message.ticket_id], analyses.get(message.id)
            if message.automatic is not None:
                continue
            if await self._answer(tx, ticket, message, analysis, matched.get(message.id, [])):
                tickets[ticket.id] = await tx.tickets.get(ticket.id)
            else:
                unanswered.append((ticket, message, analysis))
        await acknowledge(tx, ACTOR, unanswered, self._house)

    async def learn(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Whether an automatic answer held: the ticket closed, or the customer came back."""
        for event in events:
            if event.ticket_id is None or event.data.get("reason") == status.UNDELIVERED:
                continue
            article_id = await self._answered_with(tx, event.ticket_id)
            if article_id is not None:
                await self._knowledge.record_usage(tx, article_id, solved=event.type is EventType.TICKET_CLOSED)

    async def _match(
        self, messages: dict[int, Message], analyses: dict[int, Analysis]
    ) -> dict[int, list[ArticleMatch]]:
        rules = self._rules.current.automation
        asked = [Asked(messages[message_id].readable, analysis) for message_id, analysis in analyses.items()]
        found = dict(zip(analyses, await self._knowledge.search_many(asked, limit=rules.max_suggestions), strict=True))
        likely = {
            message_id: [match for match in matches if match.confidence >= rules.min_suggestion_confidence]
            for message_id, matches in found.items()
        }
        return {message_id: matches for message_id, matches in likely.items() if matches}

    async def _answer(
        self,
        tx: Transaction,
        ticket: Ticket,
        message: Message,
        analysis: Analysis | None,
        matches: Sequence[ArticleMatch],
    ) -> bool:
        rules = self._rules.current
        confident = bool(matches) and matches[0].confidence >= rules.automation.min_confidence
        if analysis is None or not ticket.is_open or not confident:
            return False
        if ticket.waiting_since is None or await self._is_too_long(tx, ticket):
            return False
        attempts = await tx.outbox.count_answers(ticket.id)
        articles = {match.article_id: await tx.articles.get(match.article_id) for match in matches[:1]}
        verdict = judge(ticket, analysis, matches, articles, attempts, rules=rules)
        if verdict.article_id is None:
            return False
        text = _answer_text(ticket, articles[verdict.article_id])
        draft = replies.Draft(text, automatic=True, effect_key=f"{ANSWER_KEY}{message.id}")
        try:
            _, columns = await replies.queue_reply(tx, ACTOR, ticket, draft, self._house)
        except InvalidInput:
            # No address to answer to on this channel: a human sees the suggestion instead.
            return False
        told = {"automatic": True, "article_id": verdict.article_id}
        columns |= await status.move(tx, ACTOR, ticket, TicketStatus.RESOLVED, rules, **told)
        await tx.tickets.change_many([{"id": ticket.id, **columns}])
        return True

    async def _is_too_long(self, tx: Transaction, ticket: Ticket) -> bool:
        """Two machines that write to each other end here."""
        most = self._rules.current.channels.email.max_automatic_thread_messages
        return ticket.channel is Channel.EMAIL and await tx.messages.count_of_ticket(ticket.id) >= most

    async def _answered_with(self, tx: Transaction, ticket_id: int) -> int | None:
        """The article of the last automatic resolution of this ticket, when that was how it was resolved last."""
        resolved = [event for event in await tx.journal.of_ticket(ticket_id) if event.type is EventType.TICKET_RESOLVED]
        data: Any = resolved[-1].data if resolved else {}
        article_id: int | None = data.get("article_id")
        return article_id


def _answer_text(ticket: Ticket, article: Article) -> str:
    name = addressed(ticket.customer_name, ticket.language)
    return phrase(Phrase.ANSWER, ticket.language, name=name, answer=article.body)

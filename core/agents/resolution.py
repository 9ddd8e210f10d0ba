"""ResolveCustomerIssues (APQC 6.2.3): answers from the knowledge base, or suggests articles to a human."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from config.holder import RulesHolder
from core import replies, status
from core.automation import judge
from core.domain.access import service_agent
from core.domain.analysis import Analysis, ArticleMatch
from core.domain.entities import Article, Message, Ticket
from core.domain.enums import Channel, TicketStatus
from core.domain.errors import InvalidInput
from core.domain.events import Event, EventType, NewEvent
from core.knowledge import KnowledgeBase
from core.phrases import Phrase, addressed, phrase
from core.storage.transaction import Transaction

NAME = "ResolveCustomerIssues"
ACTOR = service_agent(NAME)
MOST_ACKNOWLEDGEMENTS = 5
"""To one address within an hour: two machines that write to each other must not fill the outbox."""


class Resolution:
    def __init__(self, rules: RulesHolder, knowledge: KnowledgeBase, public_url: str) -> None:
        self._rules, self._knowledge, self._public_url = rules, knowledge, public_url

    async def respond(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Suggest articles for each message; answer those that may be answered; acknowledge new e-mail."""
        ids = [event.message_id for event in events if event.message_id is not None]
        messages = await tx.messages.get_many(ids)
        analyses = await tx.analyses.of_messages(ids)
        tickets = await tx.tickets.get_many(sorted({message.ticket_id for message in messages.values()}))
        matched = self._match(messages, analyses)
        await tx.analyses.suggest(list(matched.items()))
        for message_id, matches in matched.items():
            ticket = tickets[messages[message_id].ticket_id]
            data = {"articles": [[match.article_id, round(match.confidence, 3)] for match in matches]}
            tx.record(NewEvent(EventType.ARTICLES_SUGGESTED, ACTOR, ticket.id, message_id, ticket.customer_id, data))
        for message in messages.values():
            if message.automatic is None:
                ticket = tickets[message.ticket_id]
                await self._speak(tx, ticket, message, analyses.get(message.id), matched.get(message.id, []))

    async def learn(self, tx: Transaction, events: Sequence[Event]) -> None:
        """Whether an automatic answer held: the ticket closed, or the customer came back."""
        for event in events:
            if event.ticket_id is None:
                continue
            article_id = await self._answered_with(tx, event.ticket_id)
            if article_id is not None:
                await self._knowledge.record_usage(tx, article_id, solved=event.type is EventType.TICKET_CLOSED)

    def _match(self, messages: dict[int, Message], analyses: dict[int, Analysis]) -> dict[int, list[ArticleMatch]]:
        rules = self._rules.current.automation
        found = {}
        for message_id, analysis in analyses.items():
            matches = self._knowledge.search(messages[message_id].text, analysis, limit=rules.max_suggestions)
            found[message_id] = [match for match in matches if match.confidence >= rules.min_suggestion_confidence]
        return {message_id: matches for message_id, matches in found.items() if matches}

    async def _speak(
        self,
        tx: Transaction,
        ticket: Ticket,
        message: Message,
        analysis: Analysis | None,
        matches: Sequence[ArticleMatch],
    ) -> None:
        answered = (
            analysis is not None and ticket.is_open and await self._answer(tx, ticket, message, analysis, matches)
        )
        if not answered:
            await self._acknowledge(tx, ticket, message, analysis)

    async def _answer(
        self,
        tx: Transaction,
        ticket: Ticket,
        message: Message,
        analysis: Analysis | None,
        matches: Sequence[ArticleMatch],
    ) -> bool:
        rules = self._rules.current
        if analysis is None or not matches or matches[0].confidence < rules.automation.min_confidence:
            return False
        attempts = await tx.messages.count_automatic_replies(ticket.id)
        articles = {match.article_id: await tx.articles.get(match.article_id) for match in matches[:1]}
        verdict = judge(ticket, analysis, matches, articles, attempts, rules=rules)
        if verdict.article_id is None or attempts >= rules.channels.email.max_automatic_thread_messages:
            return False
        text = _answer_text(ticket, articles[verdict.article_id])
        draft = replies.Draft(text, automatic=True, effect_key=f"answer:{message.id}")
        try:
            _, columns = await replies.queue_reply(tx, ACTOR, ticket, draft, replies.House(rules, self._public_url))
        except InvalidInput:
            # No address to answer to on this channel: a human sees the suggestion instead.
            return False
        told = {"automatic": True, "article_id": verdict.article_id}
        columns |= await status.move(tx, ACTOR, ticket, TicketStatus.RESOLVED, rules, **told)
        await tx.tickets.change_many([{"id": ticket.id, **columns}])
        return True

    async def _acknowledge(self, tx: Transaction, ticket: Ticket, message: Message, analysis: Analysis | None) -> None:
        """Tell the writer of a new e-mail its number and when an answer comes. Once for each ticket."""
        rules = self._rules.current
        if ticket.channel is not Channel.EMAIL or not rules.channels.email.automatic_reply:
            return
        earlier = await tx.messages.of_ticket(ticket.id, limit=2)
        if earlier[0].id != message.id or len(earlier) > 1:
            return
        customer = await tx.customers.get(ticket.customer_id)
        recipient = replies.recipient_of(customer, ticket.channel)
        hour_ago = tx.now - timedelta(hours=1)
        if await tx.outbox.count_to(recipient, hour_ago) >= MOST_ACKNOWLEDGEMENTS:
            return
        language = (analysis.language if analysis else None) or customer.language
        text = phrase(
            Phrase.ACKNOWLEDGEMENT,
            language,
            name=addressed(customer.name, language),
            number=ticket.id,
            answer_by=_moment(ticket),
        )
        draft = replies.Draft(text, automatic=True, effect_key=f"ack:{ticket.id}", counts_as_answer=False)
        await replies.queue_reply(tx, ACTOR, ticket, draft, replies.House(rules, self._public_url))

    async def _answered_with(self, tx: Transaction, ticket_id: int) -> int | None:
        """The article of the last automatic resolution of this ticket, when that was how it was resolved last."""
        resolved = [event for event in await tx.journal.of_ticket(ticket_id) if event.type is EventType.TICKET_RESOLVED]
        data: Any = resolved[-1].data if resolved else {}
        article_id: int | None = data.get("article_id")
        return article_id


def _answer_text(ticket: Ticket, article: Article) -> str:
    name = addressed(ticket.customer_name, ticket.language)
    return phrase(Phrase.ANSWER, ticket.language, name=name, answer=article.body)


def _moment(ticket: Ticket) -> str:
    return f"{ticket.due_at:%Y-%m-%d %H:%M} UTC" if ticket.due_at else "soon"

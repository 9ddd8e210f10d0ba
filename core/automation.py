"""Whether the desk may answer a message on its own. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.rules import BusinessRules
from core.domain.analysis import Analysis, ArticleMatch
from core.domain.entities import Article, Ticket


@dataclass(frozen=True, slots=True)
class Verdict:
    """`article_id` is the one to send; without it, `reasons` say what speaks against an automatic answer."""

    article_id: int | None
    reasons: tuple[str, ...]


def judge(
    ticket: Ticket,
    analysis: Analysis,
    matches: Sequence[ArticleMatch],
    articles: dict[int, Article],
    attempts: int,
    *,
    rules: BusinessRules,
) -> Verdict:
    """The best article when nothing speaks for a human and both confidence and success rate reach their thresholds."""
    against = objections(ticket, analysis, attempts, rules)
    if not matches:
        return Verdict(None, (*against, "No article fits"))
    best, wanted = matches[0], rules.automation
    if best.confidence < wanted.min_confidence:
        against.append(f"Confidence {best.confidence:.2f} is under {wanted.min_confidence:.2f}")
    rate = articles[best.article_id].success_rate
    if rate is None or rate < wanted.min_article_success_rate:
        told = (
            "has not been used yet"
            if rate is None
            else f"solved {rate:.0%}, under {wanted.min_article_success_rate:.0%}"
        )
        against.append(f"The article {told}")
    return Verdict(None, tuple(against)) if against else Verdict(best.article_id, ())


def objections(ticket: Ticket, analysis: Analysis, attempts: int, rules: BusinessRules) -> list[str]:
    """Why a human should answer, whatever the knowledge base holds."""
    escalation = rules.escalation
    reasons = {
        "Automation is off": not rules.automation.enabled,
        f"No automatic answers on {ticket.channel.value}": not rules.channels.of(ticket.channel).automatic_reply,
        f"The customer feels {analysis.sentiment.value.replace('_', ' ')}": analysis.sentiment in escalation.sentiments,
        f"The customer is {ticket.tier.value}": ticket.tier in escalation.tiers,
        f"The priority is {ticket.priority.value}": ticket.priority in escalation.priorities,
        "The customer asks for a human": escalation.human_wanted and (analysis.wants_human or ticket.wants_human),
        "The attempts are used up": escalation.attempts_used_up and attempts >= rules.automation.max_attempts,
        "Somebody is working on it": ticket.assignee_id is not None and attempts > 0,
    }
    return [reason for reason, holds in reasons.items() if holds]

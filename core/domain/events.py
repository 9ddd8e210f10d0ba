"""The journal's vocabulary: every change to a ticket is one of these, told by one row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.domain.access import Actor


class EventType(StrEnum):
    MESSAGE_RECEIVED = "message.received"
    MESSAGE_QUARANTINED = "message.quarantined"
    MESSAGE_ANALYSED = "message.analysed"
    ANALYSIS_UNKNOWN = "analysis.unknown"
    TICKET_CREATED = "ticket.created"
    TICKET_REOPENED = "ticket.reopened"
    TICKET_PRIORITISED = "ticket.prioritised"
    TICKET_ROUTED = "ticket.routed"
    TICKET_ASSIGNED = "ticket.assigned"
    TICKET_UNASSIGNED = "ticket.unassigned"
    TICKET_STATUS_CHANGED = "ticket.status_changed"
    TICKET_ESCALATED = "ticket.escalated"
    TICKET_RESOLVED = "ticket.resolved"
    TICKET_CLOSED = "ticket.closed"
    TICKET_EDITED = "ticket.edited"
    LABEL_CORRECTED = "label.corrected"
    ARTICLES_SUGGESTED = "articles.suggested"
    NOTE_ADDED = "note.added"
    REPLY_QUEUED = "reply.queued"
    REPLY_SENT = "reply.sent"
    REPLY_FAILED = "reply.failed"
    REPLY_TAKEN_BACK = "reply.taken_back"
    SLA_STARTED = "sla.started"
    SLA_PAUSED = "sla.paused"
    SLA_RESUMED = "sla.resumed"
    SLA_AT_RISK = "sla.at_risk"
    SLA_BREACHED = "sla.breached"
    SLA_MET = "sla.met"
    SLA_ESCALATION_DUE = "sla.escalation_due"
    SURVEY_SENT = "survey.sent"
    SURVEY_ANSWERED = "survey.answered"
    NOTIFICATION_QUEUED = "notification.queued"
    ARTICLE_SAVED = "article.saved"
    MACRO_SAVED = "macro.saved"
    VIEW_SAVED = "view.saved"
    CUSTOMER_CHANGED = "customer.changed"
    USER_CHANGED = "user.changed"
    TOKEN_CHANGED = "token.changed"
    SIGNED_IN = "session.signed_in"
    RULES_RELOADED = "rules.reloaded"
    WORK_REQUEUED = "work.requeued"
    WORK_DEAD = "work.dead"
    RETRAINING_STARTED = "model.retraining_started"
    RETRAINING_FAILED = "model.retraining_failed"
    HEADS_PROPOSED = "model.proposed"
    HEADS_ACCEPTED = "model.accepted"
    HEADS_REJECTED = "model.rejected"
    HEADS_ROLLED_BACK = "model.rolled_back"


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event about to be written. `data` holds JSON values only."""

    type: EventType
    actor: Actor
    ticket_id: int | None = None
    message_id: int | None = None
    customer_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """A journal row. `seq` is unique and what readers hand back to continue after it."""

    seq: int
    type: EventType
    at: datetime
    actor: str
    actor_name: str
    ticket_id: int | None
    message_id: int | None
    customer_id: int | None
    data: Mapping[str, Any]
    version: int = 1

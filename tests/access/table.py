"""Who may what, written by hand: the walks of this folder compare it with what the desk does. Whatever is added to the
desk must be added here, or a walk fails."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.domain.access import Permission
from core.domain.enums import Role

EVERYBODY_WHO_ANSWERS = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMIN})
WHO_LEADS = frozenset({Role.SUPERVISOR, Role.ADMIN})
WHO_COUNTS = frozenset({Role.SUPERVISOR, Role.EXECUTIVE, Role.ADMIN})
ALL = frozenset(Role)

WHO: Mapping[Permission, frozenset[Role]] = {
    Permission.INTAKE_SEND: EVERYBODY_WHO_ANSWERS,
    Permission.TICKET_READ: EVERYBODY_WHO_ANSWERS,
    Permission.TICKET_REPLY: EVERYBODY_WHO_ANSWERS,
    Permission.TICKET_NOTE: EVERYBODY_WHO_ANSWERS,
    Permission.TICKET_CHANGE: EVERYBODY_WHO_ANSWERS,
    Permission.TICKET_ASSIGN_SELF: EVERYBODY_WHO_ANSWERS,
    Permission.TICKET_ASSIGN_OTHERS: WHO_LEADS,
    Permission.CUSTOMER_READ: EVERYBODY_WHO_ANSWERS,
    Permission.CUSTOMER_CHANGE: EVERYBODY_WHO_ANSWERS,
    Permission.ARTICLE_READ: ALL,
    Permission.ARTICLE_WRITE: WHO_LEADS,
    Permission.MACRO_SHARE: WHO_LEADS,
    Permission.VIEW_SHARE: WHO_LEADS,
    Permission.EVENTS_READ: EVERYBODY_WHO_ANSWERS,
    Permission.METRICS_READ: WHO_COUNTS,
    Permission.OPERATE: WHO_LEADS,
    Permission.ADMINISTER: frozenset({Role.ADMIN}),
}


@dataclass(frozen=True, slots=True)
class Call:
    """One way into the API. `needs` is None where nobody has to sign in; `{name}` in `body` and path are filled in."""

    needs: Permission | None
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    never_ends: bool = False
    """The answer is a stream, so that only refusals can be waited for."""


_MESSAGE = {
    "channel": "email",
    "external_id": "access",
    "customer": {"email": "kim@customer.example"},
    "text": "Hello",
}
_ARTICLE = {"external_id": "access", "title": "Access", "category": "account", "body": "Read this."}

API: Mapping[tuple[str, str], Call] = {
    ("POST", "/api/v1/messages"): Call(Permission.INTAKE_SEND, _MESSAGE),
    ("GET", "/api/v1/tickets"): Call(Permission.TICKET_READ),
    ("GET", "/api/v1/tickets/{ticket_id}"): Call(Permission.TICKET_READ),
    ("PATCH", "/api/v1/tickets/{ticket_id}"): Call(
        Permission.TICKET_CHANGE, {"priority": "high"}, headers={"if-match": "*"}
    ),
    ("POST", "/api/v1/tickets/{ticket_id}/assign"): Call(Permission.TICKET_ASSIGN_OTHERS, {"assignee_id": "{user_id}"}),
    ("POST", "/api/v1/tickets/{ticket_id}/reply"): Call(Permission.TICKET_REPLY, {"text": "Yes."}),
    ("POST", "/api/v1/tickets/{ticket_id}/notes"): Call(Permission.TICKET_NOTE, {"text": "Called."}),
    ("GET", "/api/v1/tickets/{ticket_id}/messages"): Call(Permission.TICKET_READ),
    ("GET", "/api/v1/tickets/{ticket_id}/explanation"): Call(Permission.TICKET_READ),
    ("GET", "/api/v1/messages/{message_id}"): Call(Permission.TICKET_READ),
    ("GET", "/api/v1/messages/{message_id}/original"): Call(Permission.TICKET_READ),
    ("GET", "/api/v1/attachments/{attachment_id}"): Call(Permission.TICKET_READ),
    ("GET", "/api/v1/customers"): Call(Permission.CUSTOMER_READ),
    ("GET", "/api/v1/customers/{customer_id}"): Call(Permission.CUSTOMER_READ),
    ("GET", "/api/v1/articles"): Call(Permission.ARTICLE_READ),
    ("POST", "/api/v1/articles"): Call(Permission.ARTICLE_WRITE, _ARTICLE),
    ("GET", "/api/v1/articles/search"): Call(Permission.ARTICLE_READ, query={"q": "password"}),
    ("GET", "/api/v1/articles/{article_id}"): Call(Permission.ARTICLE_READ),
    ("GET", "/api/v1/queues"): Call(Permission.TICKET_READ),
    ("GET", "/api/v1/events"): Call(Permission.EVENTS_READ),
    ("GET", "/api/v1/tickets/{ticket_id}/events"): Call(Permission.EVENTS_READ),
    ("GET", "/api/v1/events/stream"): Call(Permission.EVENTS_READ, never_ends=True),
    ("GET", "/api/v1/quarantine"): Call(Permission.OPERATE),
    ("GET", "/api/v1/quarantine/{item_id}/raw"): Call(Permission.OPERATE),
    ("DELETE", "/api/v1/quarantine/{item_id}"): Call(Permission.OPERATE),
    ("GET", "/api/v1/work/dead"): Call(Permission.OPERATE),
    ("POST", "/api/v1/work/{item_id}/requeue"): Call(Permission.OPERATE),
    ("GET", "/api/v1/outbox/stuck"): Call(Permission.OPERATE),
    ("POST", "/api/v1/outbox/{item_id}/requeue"): Call(Permission.OPERATE),
    ("POST", "/api/v1/rules/reload"): Call(Permission.OPERATE),
    ("GET", "/api/v1/model"): Call(Permission.ADMINISTER),
    ("GET", "/api/v1/model/corrections"): Call(Permission.ADMINISTER),
    ("POST", "/api/v1/model/retrain"): Call(Permission.ADMINISTER),
    ("GET", "/api/v1/model/retraining"): Call(Permission.ADMINISTER),
    ("GET", "/api/v1/model/proposals"): Call(Permission.ADMINISTER),
    ("GET", "/api/v1/model/proposals/{proposal_id}"): Call(Permission.ADMINISTER),
    ("POST", "/api/v1/model/proposals/{proposal_id}/accept"): Call(Permission.ADMINISTER),
    ("POST", "/api/v1/model/proposals/{proposal_id}/reject"): Call(Permission.ADMINISTER),
    ("POST", "/api/v1/model/roll-back"): Call(Permission.ADMINISTER),
    ("GET", "/api/v1/metrics/operations"): Call(Permission.METRICS_READ),
    # Open to this machine itself, so the walk comes through a proxy.
    ("GET", "/metrics"): Call(Permission.METRICS_READ, headers={"x-forwarded-for": "203.0.113.7"}),
    ("GET", "/healthz"): Call(None),
    ("GET", "/readyz"): Call(None),
    ("GET", "/api/openapi.json"): Call(None),
    ("GET", "/api/docs"): Call(None),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser gets: the status for somebody who is not signed in (any more), and for each role."""

    path: str
    nobody: int
    may: int
    others: int | None = None
    """For roles outside `roles`; None where there are none."""
    roles: frozenset[Role] = ALL
    form: Mapping[str, str] | None = None


PAGES: Mapping[tuple[str, str], Answer] = {
    ("GET", "/"): Answer("/", 303, 303),
    # The shell comes for everybody who works here; which page it holds is walked apart.
    ("GET", "/queue"): Answer("/queue", 303, 200),
    ("GET", "/queue/{view}"): Answer("/queue/at-risk", 303, 200),
    ("GET", "/tickets/{ticket_id}"): Answer("/tickets/{ticket_id}", 303, 200),
    ("GET", "/design"): Answer("/design", 303, 200),
    ("GET", "/model"): Answer("/model", 303, 200),
    ("GET", "/login"): Answer("/login", 200, 303),
    ("POST", "/login"): Answer("/login", 422, 422, form={}),
    ("GET", "/files/{attachment_id}"): Answer("/files/{attachment_id}", 303, 200, 403, EVERYBODY_WHO_ANSWERS),
    ("GET", "/files/{attachment_id}/preview"): Answer(
        "/files/{attachment_id}/preview", 401, 200, 403, EVERYBODY_WHO_ANSWERS
    ),
    ("GET", "/messages/{ticket_id}/{message_id}/html"): Answer(
        "/messages/{ticket_id}/{message_id}/html", 401, 200, 403, EVERYBODY_WHO_ANSWERS
    ),
    # What customers open; the secret is in the link.
    ("GET", "/survey/{token}"): Answer("/survey/{survey}", 200, 200),
    ("POST", "/survey/{token}"): Answer("/survey/{survey}", 404, 404, form={"score": "5"}),
    ("GET", "/m/{token}"): Answer("/m/{letter}", 200, 200),
    ("GET", "/texts/{name}.js"): Answer("/texts/en.js", 200, 200),
    ("GET", "/brand.css"): Answer("/brand.css", 200, 200),
    ("GET", "/static/{path:path}"): Answer("/static/tokens.css", 200, 200),
    # The last, for it ends the walk.
    ("POST", "/logout"): Answer("/logout", 303, 303, form={}),
}

FRAMEWORK = "/_nicegui"
"""Scripts and styles of the framework, the same for everybody."""

PLACES: Mapping[str, frozenset[Role]] = {
    "/queue": EVERYBODY_WHO_ANSWERS,
    "/queue/at-risk": EVERYBODY_WHO_ANSWERS,
    "/tickets/{ticket_id}": EVERYBODY_WHO_ANSWERS,
    "/design": frozenset({Role.ADMIN}),
    "/model": frozenset({Role.ADMIN}),
}
"""Whom the shell shows the page of an address; the others get a page that says why not."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a page's script may ask for. `needs` is beside the permission of the page; None where that is enough."""

    needs: Permission | None
    payload: Mapping[str, Any] = field(default_factory=dict)
    of_page: bool = True
    """Only there while a page is shown."""


ACTS: Mapping[str, Act] = {
    "go": Act(None, {"path": "/queue/mine"}, of_page=False),
    "resync": Act(None, of_page=False),
    # What a command needs is in COMMANDS.
    "run": Act(None, {"command": "no_such", "targets": []}, of_page=False),
    "options": Act(None, {"command": "no_such", "text": "", "targets": []}, of_page=False),
    "alerts": Act(Permission.TICKET_READ, of_page=False),
    "alerts_read": Act(Permission.TICKET_READ, {"id": 1}, of_page=False),
    "more": Act(None),
    "reread": Act(None, {"targets": ["{ticket_id}"]}),
    # What was changed is undone with what the change needed; that is tested apart.
    "undo_change": Act(None),
    "send": Act(
        Permission.TICKET_REPLY,
        {"ticket": "{ticket_id}", "text": "Yes.", "kind": "reply", "seq": 10**9, "then": "pending_customer"},
    ),
    "undo": Act(Permission.TICKET_REPLY, {"ticket": "{ticket_id}", "message": "{message_id}"}),
    "draft": Act(
        Permission.TICKET_REPLY, {"ticket": "{ticket_id}", "text": "Ye", "kind": "reply", "at": 1, "seq": 10**9}
    ),
    "beat": Act(None),
    "typing": Act(None, {"ticket": "{ticket_id}", "kind": "reply"}),
    "away": Act(None),
    "fold": Act(None, {"section": "sla", "shut": True}),
    "older": Act(None),
    "insert": Act(Permission.ARTICLE_READ, {"article": "{article_id}"}),
    "read": Act(None),
}

MODEL_ACTS: Mapping[str, Mapping[str, Any]] = {
    "refresh": {},
    "ask": {"verb": "retrain", "proposal": 0},
    "decide": {"verb": "roll_back", "proposal": 0},
}
"""What the page of the model may be asked for beside the acts of every page; only by those who see it."""

_EVERYBODY = None
COMMANDS: Mapping[str, Permission | None] = {
    "next": Permission.TICKET_READ,
    "previous": Permission.TICKET_READ,
    "open": Permission.TICKET_READ,
    "select": Permission.TICKET_READ,
    "select_more": Permission.TICKET_READ,
    "select_all": Permission.TICKET_READ,
    "show_new": Permission.TICKET_READ,
    "search": Permission.TICKET_READ,
    "filter": Permission.TICKET_READ,
    "sort": Permission.TICKET_READ,
    "save_view": Permission.TICKET_READ,
    "remove_view": Permission.TICKET_READ,
    # To others it needs more; that is tested apart.
    "assign": Permission.TICKET_ASSIGN_SELF,
    "take": Permission.TICKET_ASSIGN_SELF,
    "status": Permission.TICKET_CHANGE,
    "priority": Permission.TICKET_CHANGE,
    "queue": Permission.TICKET_CHANGE,
    "resolve": Permission.TICKET_CHANGE,
    "resolve_next": Permission.TICKET_CHANGE,
    "palette": _EVERYBODY,
    "view": Permission.TICKET_READ,
    "ticket": Permission.TICKET_READ,
    "back": Permission.TICKET_READ,
    "alerts": _EVERYBODY,
    "help": _EVERYBODY,
    "account": _EVERYBODY,
    "design": Permission.ADMINISTER,
    "model": Permission.ADMINISTER,
    "sign_out": _EVERYBODY,
    "theme": _EVERYBODY,
    "density": _EVERYBODY,
    "language": _EVERYBODY,
    "reply": Permission.TICKET_REPLY,
    "note": Permission.TICKET_NOTE,
    "macros": Permission.TICKET_REPLY,
    "article": Permission.TICKET_REPLY,
    "mention": Permission.TICKET_NOTE,
    "send": Permission.TICKET_REPLY,
    "undo_send": Permission.TICKET_REPLY,
    "labels": Permission.TICKET_CHANGE,
    "category": Permission.TICKET_CHANGE,
    "intent": Permission.TICKET_CHANGE,
    "sentiment": Permission.TICKET_CHANGE,
    "why": Permission.TICKET_READ,
    "copy_link": _EVERYBODY,
    "details": _EVERYBODY,
    "older": _EVERYBODY,
}

"""Who acts, and what each role may do. Services check here; screens only hide what would be refused."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.enums import ActorKind, Role
from core.domain.errors import NotAllowed


class Permission(StrEnum):
    INTAKE_SEND = "intake.send"
    TICKET_READ = "ticket.read"
    TICKET_REPLY = "ticket.reply"
    TICKET_NOTE = "ticket.note"
    TICKET_CHANGE = "ticket.change"
    TICKET_ASSIGN_SELF = "ticket.assign_self"
    TICKET_ASSIGN_OTHERS = "ticket.assign_others"
    CUSTOMER_READ = "customer.read"
    CUSTOMER_CHANGE = "customer.change"
    ARTICLE_READ = "article.read"
    ARTICLE_WRITE = "article.write"
    MACRO_SHARE = "macro.share"
    """Macros for the whole desk; everybody who answers may keep their own."""
    VIEW_SHARE = "view.share"
    """Saved views for the whole desk, and removing what others share."""
    EVENTS_READ = "events.read"
    METRICS_READ = "metrics.read"
    OPERATE = "operate"
    """Quarantine, dead letters, re-queueing, reloading rules."""
    ADMINISTER = "administer"
    """Users, tokens, settings."""


_AGENT = frozenset(
    {
        Permission.TICKET_READ,
        Permission.TICKET_REPLY,
        Permission.TICKET_NOTE,
        Permission.TICKET_CHANGE,
        Permission.TICKET_ASSIGN_SELF,
        Permission.CUSTOMER_READ,
        Permission.CUSTOMER_CHANGE,
        Permission.ARTICLE_READ,
        Permission.EVENTS_READ,
        Permission.INTAKE_SEND,
    }
)
_SUPERVISOR = _AGENT | {
    Permission.TICKET_ASSIGN_OTHERS,
    Permission.ARTICLE_WRITE,
    Permission.MACRO_SHARE,
    Permission.VIEW_SHARE,
    Permission.METRICS_READ,
    Permission.OPERATE,
}
_EXECUTIVE = frozenset({Permission.METRICS_READ, Permission.ARTICLE_READ})

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.EXECUTIVE: _EXECUTIVE,
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever causes a change; stored with every journal row as `kind:id`."""

    kind: ActorKind
    id: str
    name: str
    role: Role | None = None

    @property
    def key(self) -> str:
        return f"{self.kind.value}:{self.id}"

    @property
    def user_id(self) -> int | None:
        return int(self.id) if self.kind is ActorKind.USER else None

    def may(self, permission: Permission) -> bool:
        if self.kind in (ActorKind.SYSTEM, ActorKind.SERVICE_AGENT):
            return True
        return self.role is not None and permission in PERMISSIONS[self.role]

    def require(self, permission: Permission) -> None:
        """Raise NotAllowed unless this actor has `permission`."""
        if not self.may(permission):
            raise NotAllowed(permission.value)


SYSTEM = Actor(ActorKind.SYSTEM, "frontline", "Frontline")


def service_agent(name: str) -> Actor:
    return Actor(ActorKind.SERVICE_AGENT, name, name)

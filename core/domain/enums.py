"""The closed vocabularies of the desk. Members are stored in the database as their string values."""

from enum import StrEnum


class Channel(StrEnum):
    EMAIL = "email"
    CHAT = "chat"
    PHONE = "phone"
    SOCIAL_MEDIA = "social_media"
    SELF_SERVICE = "self_service"
    SMS = "sms"

    @property
    def continues_conversation(self) -> bool:
        """Whether a message without a reference joins the customer's open ticket on this channel."""
        return self in _CONVERSATIONAL


_CONVERSATIONAL = frozenset({Channel.CHAT, Channel.SMS, Channel.SOCIAL_MEDIA, Channel.PHONE})


class Priority(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for low up to 3 for critical."""
        return _PRIORITY_ORDER.index(self)

    @property
    def order(self) -> int:
        """0 for critical up to 3 for low: ascending order is most urgent first."""
        return len(_PRIORITY_ORDER) - 1 - self.rank

    def raised(self, steps: int) -> "Priority":
        """This priority moved up by `steps` (down when negative), held between low and critical."""
        return _PRIORITY_ORDER[max(0, min(len(_PRIORITY_ORDER) - 1, self.rank + steps))]


_PRIORITY_ORDER = (Priority.LOW, Priority.MEDIUM, Priority.HIGH, Priority.CRITICAL)


class TicketStatus(StrEnum):
    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    PENDING_CUSTOMER = "pending_customer"
    ESCALATED = "escalated"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        return self not in (TicketStatus.RESOLVED, TicketStatus.CLOSED)


OPEN_STATUSES = tuple(status for status in TicketStatus if status.is_open)


class Sentiment(StrEnum):
    VERY_POSITIVE = "very_positive"
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    VERY_NEGATIVE = "very_negative"

    @property
    def is_negative(self) -> bool:
        return self in (Sentiment.NEGATIVE, Sentiment.VERY_NEGATIVE)

    @property
    def mood(self) -> int:
        """1 for very negative up to 5 for very positive."""
        return self.score + 3

    @property
    def score(self) -> int:
        """-2 for very negative up to +2 for very positive."""
        return {"very_negative": -2, "negative": -1, "neutral": 0, "positive": 1, "very_positive": 2}[self.value]


class Category(StrEnum):
    TECHNICAL = "technical"
    BILLING = "billing"
    ACCOUNT = "account"
    PRODUCT_INFO = "product_info"
    SHIPPING = "shipping"
    RETURNS = "returns"
    COMPLAINT = "complaint"
    FEATURE_REQUEST = "feature_request"
    OTHER = "other"


class CustomerTier(StrEnum):
    ENTERPRISE = "enterprise"
    PLATINUM = "platinum"
    GOLD = "gold"
    STANDARD = "standard"

    @property
    def is_vip(self) -> bool:
        return self in (CustomerTier.ENTERPRISE, CustomerTier.PLATINUM)


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    EXECUTIVE = "executive"
    ADMIN = "admin"


class Language(StrEnum):
    EN = "en"
    ES = "es"
    FR = "fr"
    DE = "de"
    JA = "ja"
    ZH = "zh"


class ContactKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    HANDLE = "handle"


class AutomaticKind(StrEnum):
    """Why an inbound message is known to be written by a machine; such mail is kept and never answered."""

    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"
    LOOP = "loop"


class MessageKind(StrEnum):
    CUSTOMER = "customer"
    REPLY = "reply"
    NOTE = "note"
    AUTO_REPLY = "auto_reply"


class ActorKind(StrEnum):
    CUSTOMER = "customer"
    USER = "user"
    TOKEN = "token"
    SERVICE_AGENT = "service_agent"
    SYSTEM = "system"


class ClockKind(StrEnum):
    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    AT_RISK = "at_risk"
    BREACHED = "breached"
    MET = "met"

    @property
    def is_counting(self) -> bool:
        return self in (ClockState.RUNNING, ClockState.AT_RISK, ClockState.BREACHED)


class WorkState(StrEnum):
    READY = "ready"
    CLAIMED = "claimed"
    DEAD = "dead"


class DeliveryState(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    DEAD = "dead"
    CANCELLED = "cancelled"


class AttachmentState(StrEnum):
    """`rejected` keeps the name and the reason of a file that the limits refused."""

    STORED = "stored"
    REJECTED = "rejected"

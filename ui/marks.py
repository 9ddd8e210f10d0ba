"""The small signs of the desk: avatars, tiers, priorities, moods, clocks. The tables also go to the browser, which
draws the cells of the queue from them."""

from datetime import datetime

from core.domain.entities import SlaClock
from core.domain.enums import Channel, ClockState, CustomerTier, Priority, Sentiment, TicketStatus
from ui.markup import Html, icon, tag
from ui.texts import name_of, say

CHANNEL_ICONS: dict[Channel, str] = {
    Channel.EMAIL: "mail",
    Channel.CHAT: "message-circle",
    Channel.PHONE: "phone",
    Channel.SOCIAL_MEDIA: "at",
    Channel.SELF_SERVICE: "lifebuoy",
    Channel.SMS: "device-mobile-message",
}
SENTIMENT_MARKS: dict[Sentiment, tuple[str, str]] = {
    Sentiment.VERY_NEGATIVE: ("s1", "mood-angry"),
    Sentiment.NEGATIVE: ("s2", "mood-sad"),
    Sentiment.NEUTRAL: ("s3", "mood-empty"),
    Sentiment.POSITIVE: ("s4", "mood-smile"),
    Sentiment.VERY_POSITIVE: ("s5", "mood-happy"),
}
TIER_CLASSES: dict[CustomerTier, str] = {
    CustomerTier.ENTERPRISE: "ent",
    CustomerTier.PLATINUM: "plat",
    CustomerTier.GOLD: "gold",
}
"""The standard tier has no badge."""
STATUS_ICONS: dict[TicketStatus, str] = {
    TicketStatus.NEW: "circle-dashed",
    TicketStatus.ASSIGNED: "user",
    TicketStatus.IN_PROGRESS: "pencil",
    TicketStatus.PENDING_CUSTOMER: "clock-pause",
    TicketStatus.ESCALATED: "flag",
    TicketStatus.RESOLVED: "circle-check",
    TicketStatus.CLOSED: "lock",
}
_AVATAR_HUES = "abcde"


def initials(name: str) -> str:
    """Up to two letters that stand for a name in any script."""
    words = [word for word in name.split() if word[:1].isalnum()]
    letters = [word[0] for word in (words if len(words) < 2 else (words[0], words[-1]))]
    return "".join(letters).upper() or "?"


def hue(name: str) -> str:
    """The same colour for the same name, on every screen; the browser computes it alike."""
    return _AVATAR_HUES[sum(map(ord, name)) % len(_AVATAR_HUES)]


def avatar(name: str, size: str = "", *, automatic: bool = False) -> Html:
    if automatic:
        return tag("span", icon("robot", "is-sm"), class_=f"av bot {size}".strip(), aria_hidden="true")
    return tag("span", initials(name), class_=f"av {hue(name)} {size}".strip(), aria_hidden="true")


def tier_badge(tier: CustomerTier) -> Html | None:
    style = TIER_CLASSES.get(tier)
    return tag("span", name_of("tier", tier), class_=f"tier {style}") if style else None


def priority_mark(priority: Priority) -> Html:
    return icon(f"p-{priority}", f"p-{priority}", title=say("priority.title", name=name_of("priority", priority)))


def sentiment_mark(sentiment: Sentiment) -> Html:
    style, face = SENTIMENT_MARKS[sentiment]
    return tag("span", icon(face, title=name_of("sentiment", sentiment)), class_=f"sent {style}")


def channel_mark(channel: Channel) -> Html:
    return icon(CHANNEL_ICONS[channel], title=name_of("channel", channel))


def clock_mark(due_at: datetime | None, state: ClockState | None) -> Html:
    """A clock that the browser counts down from its deadline."""
    due = millis(due_at) if due_at and state and state.is_counting else None
    return tag("span", class_="clock", data_clock=True, data_due=due, data_sla=state and state.value)


def time_mark(moment: datetime, style: str = "clock") -> Html:
    """A moment that the browser writes in the reader's time zone. `style` is clock, day or both."""
    iso = moment.isoformat()
    return tag("time", f"{moment:%H:%M} UTC", class_="num", datetime=iso, data_at=millis(moment), data_style=style)


def used_share(clock: SlaClock, now: datetime, warn_ratio: float) -> float:
    """How much of a clock is used up, from 0 to 1: `warn_ratio` exactly at the warning, 1 at the deadline."""
    at = clock.met_at or clock.paused_at or now
    if at >= clock.due_at:
        return 1.0
    if at >= clock.warn_at:
        rest = (clock.due_at - clock.warn_at).total_seconds()
        return warn_ratio + (1 - warn_ratio) * (at - clock.warn_at).total_seconds() / rest
    first = (clock.warn_at - clock.started_at).total_seconds()
    return max(0.0, warn_ratio * (at - clock.started_at).total_seconds() / first) if first > 0 else 0.0


def millis(moment: datetime) -> int:
    """Unix time in milliseconds, as browsers count."""
    return round(moment.timestamp() * 1000)

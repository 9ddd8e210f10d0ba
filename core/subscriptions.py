"""Which handlers run for which event: the one table that says how the five agents work together.

`main.py explain` prints it. A handler that is `at_once` runs in the transaction that recorded the event when the
orchestrator drives it; the others need the model or a delay, and run as work of their own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.domain.events import EventType


@dataclass(frozen=True, slots=True)
class Subscription:
    event: EventType
    handler: str
    does: str
    at_once: bool = True
    delay_seconds: float = 0.0

    @property
    def agent(self) -> str:
        return self.handler.partition(".")[0]


RETRY_UNKNOWN_SECONDS = 60.0

SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Subscription(
        EventType.MESSAGE_RECEIVED, "ManageCustomerInquiries.analyse", "reads the message with the model", at_once=False
    ),
    Subscription(
        EventType.ANALYSIS_UNKNOWN,
        "ManageCustomerInquiries.analyse",
        "reads it again once the model answers",
        at_once=False,
        delay_seconds=RETRY_UNKNOWN_SECONDS,
    ),
    Subscription(EventType.MESSAGE_ANALYSED, "ManageCustomerInquiries.classify", "labels, prioritises, routes"),
    Subscription(EventType.ANALYSIS_UNKNOWN, "ManageCustomerInquiries.classify", "routes it by what is known"),
    Subscription(EventType.MESSAGE_ANALYSED, "ResolveCustomerIssues.respond", "answers, or suggests articles"),
    Subscription(EventType.ANALYSIS_UNKNOWN, "ResolveCustomerIssues.respond", "acknowledges the message"),
    Subscription(EventType.TICKET_ROUTED, "HandleServiceExceptions.notify", "tells whom the rule names"),
    Subscription(EventType.TICKET_ROUTED, "ManageCustomerInquiries.assign", "gives it to an agent with room"),
    Subscription(EventType.TICKET_REOPENED, "ManageCustomerInquiries.assign", "gives it to an agent with room"),
    Subscription(EventType.TICKET_RESOLVED, "ManageCustomerInquiries.assign_waiting", "fills the room that it leaves"),
    Subscription(EventType.SLA_AT_RISK, "HandleServiceExceptions.warn", "tells the queue's supervisors"),
    Subscription(EventType.SLA_BREACHED, "HandleServiceExceptions.escalate", "escalates and records the cause"),
    Subscription(EventType.SLA_ESCALATION_DUE, "HandleServiceExceptions.escalate", "escalates"),
    Subscription(EventType.REPLY_FAILED, "HandleServiceExceptions.return_to_agent", "gives the ticket back to a human"),
    Subscription(EventType.TICKET_ASSIGNED, "HandleServiceExceptions.alert", "tells who got it"),
    Subscription(EventType.NOTE_ADDED, "HandleServiceExceptions.alert", "tells whom it names"),
    Subscription(EventType.MESSAGE_ANALYSED, "HandleServiceExceptions.alert", "tells who has the ticket"),
    Subscription(EventType.ANALYSIS_UNKNOWN, "HandleServiceExceptions.alert", "tells who has the ticket"),
    Subscription(EventType.SLA_AT_RISK, "HandleServiceExceptions.alert", "tells who has the ticket"),
    Subscription(EventType.SLA_BREACHED, "HandleServiceExceptions.alert", "tells who has the ticket"),
    Subscription(EventType.TICKET_ESCALATED, "HandleServiceExceptions.alert", "tells who has the ticket"),
    Subscription(
        EventType.TICKET_RESOLVED,
        "MeasureCustomerSatisfaction.survey",
        "asks how it went, once the time that the rules give has passed",
        at_once=False,
    ),
    Subscription(EventType.TICKET_CLOSED, "ResolveCustomerIssues.learn", "counts the article's success"),
    Subscription(EventType.TICKET_REOPENED, "ResolveCustomerIssues.learn", "counts the article's failure"),
)


class Plan:
    """The table, looked up by event. Fills core.storage.transaction.WorkPlan.

    `delays` gives the seconds for handlers whose delay is not in the table, since the rules of the day say it.
    """

    def __init__(
        self,
        subscriptions: Sequence[Subscription] = SUBSCRIPTIONS,
        delays: Mapping[str, Callable[[], float]] | None = None,
    ) -> None:
        self._delays = dict(delays or {})
        self._by_event: dict[EventType, list[Subscription]] = {}
        for subscription in subscriptions:
            self._by_event.setdefault(subscription.event, []).append(subscription)

    def handlers_of(self, event: EventType) -> list[tuple[str, float]]:
        return [(found.handler, self._delay(found)) for found in self._by_event.get(event, ())]

    def at_once(self, event: EventType) -> list[str]:
        return [found.handler for found in self._by_event.get(event, ()) if found.at_once]

    def later(self, event: EventType) -> list[tuple[str, float]]:
        return [(found.handler, self._delay(found)) for found in self._by_event.get(event, ()) if not found.at_once]

    def _delay(self, subscription: Subscription) -> float:
        by_rules = self._delays.get(subscription.handler)
        return by_rules() if by_rules else subscription.delay_seconds

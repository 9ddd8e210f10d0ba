"""Rules of running the desk: alerts, checks, logs, reports, dashboards, calls to others, load."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from config.values import Count, Name, Seconds, Text, Weekday
from core.domain.enums import Role


class AlertMetric(StrEnum):
    SLA_BREACH_PERCENT = "sla_breach_percent"
    CSAT_PERCENT = "csat_percent"
    ESCALATION_PERCENT = "escalation_percent"
    QUEUE_DEPTH = "queue_depth"


class Severity(StrEnum):
    CRITICAL = "critical"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Exactly one of `above` and `below` is given."""

    metric: AlertMetric
    severity: Severity
    notify: Annotated[tuple[Name, ...], Field(min_length=1)]
    above: Annotated[float, Field(ge=0)] | None = None
    below: Annotated[float, Field(ge=0)] | None = None

    def is_raised(self, value: float) -> bool:
        if self.above is not None:
            return value > self.above
        return self.below is not None and value < self.below


@dataclass(frozen=True, slots=True)
class MonitoringRules:
    health_check_seconds: Seconds
    metrics_seconds: Seconds
    metrics_format: Literal["prometheus"]


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class LoggingRules:
    format: Literal["json", "text"]
    level: LogLevel
    rotate: Literal["daily"]
    keep_days: Count


class Period(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class ReportRules:
    """`at` is local time of the working calendar. A weekly report has a weekday, a monthly one a day of the month."""

    title: Text
    period: Period
    at: time
    audience: Annotated[tuple[Role, ...], Field(min_length=1)]
    weekday: Weekday | None = None
    day: Annotated[int, Field(ge=1, le=28)] | None = None


@dataclass(frozen=True, slots=True)
class DashboardRules:
    operations_refresh_seconds: Seconds
    agents_refresh_seconds: Seconds
    executive_refresh_seconds: Seconds


@dataclass(frozen=True, slots=True)
class OutboundRules:
    """Calls to vendors: one try and `retries` more, waiting longer each time, and a breaker that stops asking."""

    timeout_seconds: Seconds
    retries: Annotated[int, Field(ge=0, le=20)]
    backoff_seconds: Seconds
    max_backoff_seconds: Seconds
    breaker_failures: Count
    breaker_reset_seconds: Seconds


@dataclass(frozen=True, slots=True)
class LoadRules:
    """What an installation is sized and measured for."""

    concurrent_users: Count
    tickets_per_second: Count
    p95_milliseconds: Count
    tickets_in_work: Count
    min_replicas: Count
    max_replicas: Count

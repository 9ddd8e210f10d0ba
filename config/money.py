"""The inputs of the return on investment, and where the desk came from and is going."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from config.values import Count, Money


@dataclass(frozen=True, slots=True)
class MoneyRules:
    """US dollars."""

    tickets_per_month: Count
    cost_per_ticket_before: Money
    cost_per_ticket_after: Money
    implementation_cost: Money


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    before: Annotated[float, Field(ge=0)]
    after: Annotated[float, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class AimRules:
    """Before the desk, and what is aimed for with it."""

    csat_percent: BeforeAfter
    first_contact_percent: BeforeAfter
    resolution_hours: BeforeAfter
    auto_resolved_percent: BeforeAfter
    sla_compliance_percent: BeforeAfter
    tickets_per_agent_day: BeforeAfter

"""The business rules as one frozen tree, in the order of `support.yaml`. `config.loader.load_rules` builds it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from config.automation import (
    Approval,
    ApprovalRules,
    AssignmentRules,
    AutomationRules,
    EscalationRules,
    Playbook,
    ResolutionAim,
)
from config.channels import (
    ChannelRules,
    Channels,
    ChatRules,
    EmailRules,
    LanguageRules,
    LifecycleRules,
    PhoneRules,
    SelfServiceRules,
    SmsRules,
    SocialMediaRules,
    SocialPlatform,
)
from config.money import AimRules, BeforeAfter, MoneyRules
from config.operations import (
    AlertMetric,
    AlertRule,
    DashboardRules,
    LoadRules,
    LoggingRules,
    LogLevel,
    MonitoringRules,
    OutboundRules,
    Period,
    ReportRules,
    Severity,
)
from config.quality import (
    ComplianceRules,
    CsatRules,
    FirstContactRules,
    Framework,
    NpsRules,
    QualityRules,
    ReviewCriterion,
    ReviewRules,
)
from config.routing import (
    Conditions,
    NotifyKind,
    NotifyTarget,
    PriorityLevels,
    PriorityRules,
    QueueRules,
    RoutingRule,
    TierRules,
)
from config.sla import CalendarRules, Coverage, Holiday, SlaRules, SlaTarget
from config.values import HolidayDate, Name, OpenHours, Percent, Table, Text, Weekday
from core.domain.enums import CustomerTier


@dataclass(frozen=True, slots=True)
class BusinessRules:
    """Everything that an operator may change without touching code.

    `routing` is ordered by number. Tables are read-only, so a reader may keep the whole tree while it is replaced.
    """

    # Strict: a quoted number, or 1 for true, is a mistake that an operator wants to hear of.
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

    channels: Channels
    languages: LanguageRules
    lifecycle: LifecycleRules
    tiers: Table[CustomerTier, TierRules]
    priority: PriorityRules
    skills: Table[Name, Text]
    queues: Annotated[Table[Name, QueueRules], Field(min_length=1)]
    notify_targets: Table[Name, NotifyTarget]
    routing: Annotated[tuple[RoutingRule, ...], Field(min_length=1)]
    assignment: AssignmentRules
    sla: SlaRules
    calendar: CalendarRules
    automation: AutomationRules
    escalation: EscalationRules
    playbooks: Table[Name, Playbook]
    approvals: ApprovalRules
    resolution_aims: Table[Name, ResolutionAim]
    overall_auto_resolved_percent: Percent
    quality: QualityRules
    compliance: ComplianceRules
    alerts: Table[Name, AlertRule]
    monitoring: MonitoringRules
    logging: LoggingRules
    reports: Table[Name, ReportRules]
    dashboards: DashboardRules
    money: MoneyRules
    aims: AimRules
    outbound: OutboundRules
    load: LoadRules

    @property
    def default_rule(self) -> RoutingRule:
        """The last rule, which matches everything."""
        return self.routing[-1]


__all__ = [
    "AimRules",
    "AlertMetric",
    "AlertRule",
    "Approval",
    "ApprovalRules",
    "AssignmentRules",
    "AutomationRules",
    "BeforeAfter",
    "BusinessRules",
    "CalendarRules",
    "ChannelRules",
    "Channels",
    "ChatRules",
    "ComplianceRules",
    "Conditions",
    "Coverage",
    "CsatRules",
    "DashboardRules",
    "EmailRules",
    "EscalationRules",
    "FirstContactRules",
    "Framework",
    "Holiday",
    "HolidayDate",
    "LanguageRules",
    "LifecycleRules",
    "LoadRules",
    "LogLevel",
    "LoggingRules",
    "MoneyRules",
    "MonitoringRules",
    "NotifyKind",
    "NotifyTarget",
    "NpsRules",
    "OpenHours",
    "OutboundRules",
    "Period",
    "PhoneRules",
    "Playbook",
    "PriorityLevels",
    "PriorityRules",
    "QualityRules",
    "QueueRules",
    "ReportRules",
    "ResolutionAim",
    "ReviewCriterion",
    "ReviewRules",
    "RoutingRule",
    "SelfServiceRules",
    "Severity",
    "SlaRules",
    "SlaTarget",
    "SmsRules",
    "SocialMediaRules",
    "SocialPlatform",
    "TierRules",
    "Weekday",
]

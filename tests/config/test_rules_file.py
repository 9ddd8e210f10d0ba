"""The rules as they are delivered."""

from decimal import Decimal

import pytest

from config.loader import load_rules
from config.rules import AlertMetric, BusinessRules, Period, Weekday
from core.domain.enums import Channel, CustomerTier, Priority, Role, TicketStatus


@pytest.fixture(scope="module")
def rules() -> BusinessRules:
    return load_rules()


def test_routing_rules_are_in_order_and_end_with_the_default(rules: BusinessRules) -> None:
    assert [(rule.number, rule.id) for rule in rules.routing] == [
        (1, "VIP_001"),
        (2, "TECH_001"),
        (3, "BILL_001"),
        (4, "COMP_001"),
        (5, "RET_001"),
        (999, "DEFAULT_001"),
    ]
    assert rules.default_rule.when.match_everything
    assert [rule.sla_hours for rule in rules.routing] == [4, 8, 6, 4, 12, 24]
    assert [rule.raise_priority for rule in rules.routing] == [1, 0, 1, 2, 0, 0]


def test_tiers_shorten_the_service_level(rules: BusinessRules) -> None:
    multipliers = {tier.value: rules.tiers[tier].sla_multiplier for tier in CustomerTier}
    assert multipliers == {"enterprise": 0.5, "platinum": 0.75, "gold": 1, "standard": 1}
    points = {tier.value: rules.tiers[tier].priority_points for tier in CustomerTier}
    assert points == {"enterprise": 2, "platinum": 1, "gold": 0, "standard": 0}
    assert rules.tiers[CustomerTier.ENTERPRISE].dedicated_agent


def test_channels_follow_others_where_they_have_no_targets(rules: BusinessRules) -> None:
    for priority in Priority:
        assert rules.sla.target(Channel.SMS, priority) == rules.sla.target(Channel.CHAT, priority)
        assert rules.sla.target(Channel.SELF_SERVICE, priority) == rules.sla.target(Channel.EMAIL, priority)
    assert rules.sla.warn_ratio == 0.8
    assert rules.sla.compliance_target_percent == 94
    assert rules.sla.pause_statuses == {TicketStatus.PENDING_CUSTOMER}


def test_channel_limits(rules: BusinessRules) -> None:
    assert rules.channels.email.max_automatic_thread_messages == 100
    assert rules.channels.chat.max_sessions == 50
    assert rules.channels.sms.max_reply_chars == 160
    assert rules.channels.social_media.response_target_minutes == 15
    assert not rules.channels.phone.automatic_reply
    assert rules.channels.of(Channel.SMS) is rules.channels.sms
    for channel in Channel:
        assert (rules.channels.of(channel).conversation_window_hours > 0) == channel.continues_conversation


def test_automation_and_approvals(rules: BusinessRules) -> None:
    automation = rules.automation
    assert (automation.min_confidence, automation.max_attempts, automation.min_article_success_rate) == (0.8, 3, 0.75)
    assert {name: (book.success_percent, book.minutes) for name, book in rules.playbooks.items()} == {
        "password_reset": (95, 5),
        "refund_status": (88, 10),
        "track_shipment": (92, 3),
        "troubleshooting": (72, 25),
    }
    approvals = rules.approvals
    assert approvals.refund.under_usd == Decimal(100)
    assert (approvals.replacement.under_usd, approvals.replacement.needs_manager) == (Decimal(250), True)
    assert approvals.credit.under_usd == Decimal(50)


def test_aims_of_resolution(rules: BusinessRules) -> None:
    aims = {name: (aim.auto_resolved_percent, aim.minutes) for name, aim in rules.resolution_aims.items()}
    assert aims == {
        "password_reset": (95, 5),
        "refund_status": (88, 10),
        "order_tracking": (92, 3),
        "technical": (72, 25),
        "billing": (85, 12),
        "account": (90, 8),
        "product_info": (93, 4),
        "complaints": (45, 35),
    }
    assert rules.overall_auto_resolved_percent == 70


def test_quality_and_compliance(rules: BusinessRules) -> None:
    quality = rules.quality
    assert (quality.csat.target_percent, quality.csat.alert_below_percent, quality.csat.send_after_minutes) == (
        90,
        85,
        5,
    )
    assert quality.csat.channels == (Channel.EMAIL, Channel.CHAT, Channel.SMS)
    assert (quality.nps.target, quality.nps.every_months) == (50, 3)
    assert quality.first_contact_resolution.target_percent == 75
    assert quality.first_contact_resolution.minimum_percent == 70
    assert (quality.reviews.sample_percent, quality.reviews.pass_percent, len(quality.reviews.criteria)) == (10, 85, 5)
    assert rules.compliance.retention_days == 2555
    assert {framework.value for framework in rules.compliance.frameworks} == {"gdpr", "ccpa", "pci_dss", "hipaa"}


def test_alerts_are_raised_beyond_their_limit_only(rules: BusinessRules) -> None:
    by_metric = {alert.metric: alert for alert in rules.alerts.values()}
    assert set(by_metric) == set(AlertMetric)
    assert by_metric[AlertMetric.SLA_BREACH_PERCENT].is_raised(10.1)
    assert not by_metric[AlertMetric.SLA_BREACH_PERCENT].is_raised(10)
    assert by_metric[AlertMetric.CSAT_PERCENT].is_raised(84.9)
    assert not by_metric[AlertMetric.CSAT_PERCENT].is_raised(85)
    assert by_metric[AlertMetric.ESCALATION_PERCENT].above == 30
    assert by_metric[AlertMetric.QUEUE_DEPTH].above == 100


def test_reports_dashboards_and_checks(rules: BusinessRules) -> None:
    when = {name: (report.period, report.at.hour) for name, report in rules.reports.items()}
    assert when == {
        "operations": (Period.DAILY, 9),
        "executive": (Period.WEEKLY, 8),
        "performance": (Period.MONTHLY, 8),
    }
    assert rules.reports["executive"].weekday is Weekday.MONDAY
    assert rules.reports["executive"].audience == (Role.EXECUTIVE,)
    assert rules.reports["performance"].day == 1
    dashboards = rules.dashboards
    assert dashboards.operations_refresh_seconds == 30
    assert dashboards.agents_refresh_seconds == 60
    assert dashboards.executive_refresh_seconds == 300
    assert (rules.monitoring.health_check_seconds, rules.monitoring.metrics_seconds) == (60, 30)
    assert (rules.logging.format, rules.logging.rotate, rules.logging.keep_days) == ("json", "daily", 30)


def test_money_gives_the_expected_return(rules: BusinessRules) -> None:
    money = rules.money
    before = 12 * money.tickets_per_month * money.cost_per_ticket_before
    after = 12 * money.tickets_per_month * money.cost_per_ticket_after
    assert (before, after) == (Decimal(4_500_000), Decimal(1_800_000))
    assert (before - after - money.implementation_cost) / money.implementation_cost == Decimal("9.8")


def test_calls_out_and_load(rules: BusinessRules) -> None:
    assert (rules.outbound.timeout_seconds, rules.outbound.retries) == (30, 3)
    load = rules.load
    assert (load.concurrent_users, load.tickets_per_second, load.p95_milliseconds) == (1000, 500, 100)
    assert (load.tickets_in_work, load.min_replicas, load.max_replicas) == (1000, 3, 50)


def test_tables_can_not_be_written(rules: BusinessRules) -> None:
    with pytest.raises(TypeError):
        rules.queues["mine"] = rules.queues["vip_support"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        rules.money = rules.money  # type: ignore[misc]

"""What an operator reads when the rules file is wrong."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config import yaml_tree
from config.loader import DEFAULT_RULES_FILE, MAX_FILE_BYTES, load_rules
from core.domain.errors import ConfigurationError

GOOD = DEFAULT_RULES_FILE.read_text(encoding="utf-8")


def problems_of(text: str | bytes, folder: Path) -> list[str]:
    """The problems of a file with this content, without its name."""
    path = folder / "support.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ConfigurationError) as caught:
        load_rules(path)
    assert all(problem.startswith(f"{path}:") for problem in caught.value.problems)
    return [problem.removeprefix(f"{path}:") for problem in caught.value.problems]


def changed(old: str, new: str) -> tuple[str, int]:
    """The good file with the first `old` replaced, and the line where `new` begins."""
    assert old in GOOD
    start = GOOD.index(old)
    return GOOD.replace(old, new, 1), GOOD.count("\n", 0, start) + 1


NAME = "a name of lower-case letters, digits and underscores, a letter first"
AMOUNT = 'an amount in quotes, not negative, with at most two decimals, such as "100.00"'
CASES = [
    ("warn_percent: 80", "warn_percent: 120", "sla.warn_percent: 120 is not allowed; give a number from 1 to 99."),
    ("warn_percent: 80", "warn_percent: '80'", "sla.warn_percent: '80' is not allowed; give a number from 1 to 99."),
    ("warn_percent: 80", "warn_percent: .inf", "sla.warn_percent: '.inf' is not allowed; give a number from 1 to 99."),
    (
        "warn_percent: 80",
        "warn_percent: 1e999",
        "sla.warn_percent: '1e999' is not allowed; give a number from 1 to 99.",
    ),
    ("warn_percent: 80", "warn_percent:", "sla.warn_percent: nothing is not allowed; give a number from 1 to 99."),
    ("warn_percent: 80", "warn_percent: [80]", "sla.warn_percent: a list is not allowed; give a number from 1 to 99."),
    (
        "max_sessions: 50",
        "max_sessions: 0",
        "channels.chat.max_sessions: 0 is not allowed; give a whole number from 1 to 1000000.",
    ),
    (
        "max_sessions: 50",
        "max_sessions: 2.5",
        "channels.chat.max_sessions: 2.5 is not allowed; give a whole number from 1 to 1000000.",
    ),
    (
        "max_sessions: 50",
        "max_sessions: true",
        "channels.chat.max_sessions: true is not allowed; give a whole number from 1 to 1000000.",
    ),
    (
        "typing_indicators: true",
        "typing_indicators: yes",
        "channels.chat.typing_indicators: 'yes' is not allowed; give true or false.",
    ),
    ("label: E-mail", "label: 7", "channels.email.label: 7 is not allowed; give text."),
    ("label: E-mail", 'label: ""', "channels.email.label: '' is not allowed; give text that is not empty."),
    (
        "platforms: [twitter, facebook, instagram]",
        "platforms: [twitter, facebok, instagram]",
        "channels.social_media.platforms[1]: 'facebok' is not allowed; give one of twitter, facebook, instagram.",
    ),
    (
        "platforms: [twitter, facebook, instagram]",
        "platforms: []",
        "channels.social_media.platforms: an empty list is not allowed; give a list or table with at least one entry.",
    ),
    (
        "platforms: [twitter, facebook, instagram]",
        "platforms: twitter",
        "channels.social_media.platforms: 'twitter' is not allowed; give a list.",
    ),
    (
        "  default: en",
        "  defualt: en",
        "languages.defualt: this key is unknown (perhaps default); allowed here: supported, default, min_confidence.",
    ),
    ("  default: en", "  default: de2", "languages.default: 'de2' is not allowed; give one of en, es, fr, de, ja, zh."),
    (
        "sla_multiplier: 0.5",
        "sla_multiplier: 0",
        "tiers.enterprise.sla_multiplier: 0 is not allowed; give a number above 0 up to 10.",
    ),
    (
        "    queue: vip_support",
        "    queue: vip_suport",
        "routing[0].queue: 'vip_suport' is not allowed; give one of queues: vip_support, technical_support, "
        "billing_specialist, escalation_team, returns_processing, general_support.",
    ),
    (
        "skills: [returns_handling]",
        "skills: [returns]",
        "queues.returns_processing.skills[0]: 'returns' is not allowed; give one of skills: technical_troubleshooting, "
        "product_expertise, billing_expertise, account_security, de_escalation, returns_handling.",
    ),
    (
        "notify: [supervisors]",
        "notify: [bosses]",
        "routing[2].notify[0]: 'bosses' is not allowed; give one of notify_targets: vip_slack, vip_email, "
        "operations_slack, operations_email, supervisors.",
    ),
    ("number: 4", "number: 3", "routing[3].number: 3 is not allowed; give one that no other rule has."),
    ("id: COMP_001", "id: TECH_001", "routing[3].id: 'TECH_001' is not allowed; give one that no other rule has."),
    (
        "id: COMP_001",
        "id: comp",
        "routing[3].id: 'comp' is not allowed; give an id of capital letters, digits and underscores, a letter first.",
    ),
    (
        "categories: [complaint]",
        "categories: []",
        "routing[3].when.categories: an empty list is not allowed; give a list or table with at least one entry.",
    ),
    (
        "intents: [request_refund, refund_status,",
        "intents: [refund_request, refund_status,",
        "routing[4].when.intents[0]: 'refund_request' is not allowed; give one of the 45 intents, perhaps "
        "feature_request or refund_status or escalation_request.",
    ),
    (
        'auto_approve_usd: "100.00"',
        "auto_approve_usd: 100.00",
        f"routing[4].auto_approve_usd: 100.0 is not allowed; give {AMOUNT}.",
    ),
    (
        'refund: {under_usd: "100.00"',
        'refund: {under_usd: "-1.00"',
        f"approvals.refund.under_usd: '-1.00' is not allowed; give {AMOUNT}.",
    ),
    (
        "    high: 3",
        "    high: 5",
        "priority.levels.high: 5 is not allowed; give less than critical, which is 5.",
    ),
    (
        "    other: 0",
        "    others: 0",
        "priority.category.others: this key is unknown (perhaps other); allowed here: technical, billing, account, "
        "product_info, shipping, returns, complaint, feature_request, other.",
    ),
    (
        "sms: chat",
        "sms: pager",
        "sla.follows.sms: 'pager' is not allowed; give one of email, chat, phone, social_media, self_service, sms.",
    ),
    (
        "sms: chat",
        "sms: self_service",
        "sla.follows.sms: 'self_service' is not allowed; give a channel with targets: chat, email, "
        "phone, social_media.",
    ),
    ("sms: chat", "chat: email", "sla.follows.chat: has targets of its own; remove one of the two."),
    (
        "resolution_hours: 2, escalate_after_hours: 1}",
        "resolution_hours: 2, escalate_after_hours: 3}",
        "sla.targets.chat.critical.escalate_after_hours: 3 is not allowed; give at most resolution_hours, which is 2.",
    ),
    (
        "critical: {first_response_minutes: 15,",
        "critical: {first_response_minutes: 31,",
        "sla.targets.email.critical.first_response_minutes: 31 is not allowed; give at most that of high, 30.",
    ),
    (
        "critical: {first_response_minutes: 15,",
        "critical: {first_response_minutes: 300,",
        "sla.targets.email.critical.first_response_minutes: 300 is not allowed; give at most the resolution time, 240.",
    ),
    (
        "time_zone: UTC",
        "time_zone: Mars/Olympus",
        "calendar.time_zone: 'Mars/Olympus' is not allowed; give a time zone of the IANA list, such as "
        "Europe/Berlin or UTC.",
    ),
    (
        "time_zone: UTC",
        "time_zone: ../../etc/passwd",
        "calendar.time_zone: '../../etc/passwd' is not allowed; give a time zone of the IANA list, "
        "such as Europe/Berlin or UTC.",
    ),
    (
        'tuesday: ["00:00-24:00"]',
        'tuesday: ["17:00-09:00"]',
        "calendar.week.tuesday[0]: '17:00-09:00' is not allowed; give hours such as \"09:00-17:30\", the end after the "
        'start, at most "24:00".',
    ),
    (
        'tuesday: ["00:00-24:00"]',
        'tuesday: ["12:00-18:00", "09:00-12:30"]',
        "calendar.week.tuesday: '12:00-18:00' is not allowed; give hours that do not overlap '09:00-12:30'.",
    ),
    (
        '{date: "12-26"',
        '{date: "02-30"',
        "calendar.holidays[3].date: '02-30' is not allowed; give a day such as "
        '"2026-04-03", or "12-25" for every year.',
    ),
    (
        "to: supervisor}",
        "to: boss}",
        "notify_targets.supervisors.to: 'boss' is not allowed; give one of the roles agent, supervisor, "
        "executive, admin.",
    ),
    ("    above: 10\n", "    below: 85\n    above: 10\n", "alerts.sla_breaches: needs exactly one of above and below."),
    (
        'at: "09:00"',
        'at: "25:00"',
        "reports.operations.at: '25:00' is not allowed; give a time in quotes such as \"09:00\".",
    ),
    ("weekday: monday, at:", "at:", "reports.executive.weekday: is missing; a weekly report needs it."),
    (
        "period: daily,",
        "period: daily, day: 2,",
        "reports.operations.day: only a monthly report has it; remove it or change the period.",
    ),
    (
        "alert_below_percent: 85",
        "alert_below_percent: 95",
        "quality.csat.alert_below_percent: 95 is not allowed; give less than target_percent, which is 90.",
    ),
    (
        "minimum_percent: 70",
        "minimum_percent: 80",
        "quality.first_contact_resolution.minimum_percent: 80 is not allowed; give at most "
        "target_percent, which is 75.",
    ),
    (
        "min_replicas: 3",
        "min_replicas: 51",
        "load.min_replicas: 51 is not allowed; give at most max_replicas, which is 50.",
    ),
    ("rotate: daily", "rotate: hourly", "logging.rotate: 'hourly' is not allowed; give one of daily."),
    ("  deep_queue:", "  Deep-Queue:", f"alerts.Deep-Queue: 'Deep-Queue' is not allowed; give {NAME}."),
]


@pytest.mark.parametrize(("old", "new", "sentence"), CASES)
def test_a_mistake_is_named_with_line_key_value_and_remedy(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    text, line = changed(old, new)
    assert sentence in {problem.partition(": ")[2] for problem in problems_of(text, tmp_path)}
    if old.count("\n") == new.count("\n"):
        assert f"{line}: {sentence}" in problems_of(text, tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("  warn_percent: 80\n", "", "sla.warn_percent: is missing."),
        ("load:\n", "loads:\n", "load: is missing."),
    ],
)
def test_what_is_missing_is_named(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    text, _ = changed(old, new)
    assert any(problem.endswith(f": {sentence}") for problem in problems_of(text, tmp_path))


def test_every_member_of_a_closed_list_is_needed(tmp_path: Path) -> None:
    start = GOOD.index("  gold:\n")
    text = GOOD[:start] + GOOD[GOOD.index("  standard:\n") :]
    line = GOOD[: GOOD.index("\ntiers:")].count("\n") + 2
    assert problems_of(text, tmp_path) == [f"{line}: tiers.gold: is missing."]


def test_the_default_language_must_be_supported(tmp_path: Path) -> None:
    text, _ = changed("supported: [en, es, fr, de, ja, zh]", "supported: [es, fr]")
    (problem,) = problems_of(text, tmp_path)
    assert "languages.default: 'en' is not allowed; give one of languages.supported: es, fr." in problem


def test_a_channel_without_targets_must_follow_one(tmp_path: Path) -> None:
    text, _ = changed("    sms: chat\n", "")
    assert [problem.split(": ", 1)[1] for problem in problems_of(text, tmp_path)] == [
        "sla.targets.sms: is missing; add targets, or name the channel it follows in sla.follows."
    ]


def test_only_the_last_rule_may_match_everything(tmp_path: Path) -> None:
    text, _ = changed("    when:\n      categories: [technical]\n", "")
    (problem,) = problems_of(text, tmp_path)
    assert "routing[1].when: is missing; only the rule with the highest number may match everything." in problem


def test_there_must_be_a_default_rule(tmp_path: Path) -> None:
    text, _ = changed("number: 999", "number: 999\n    when: {tiers: [gold]}")
    (problem,) = problems_of(text, tmp_path)
    assert "routing[5].when: the rule with the highest number is the default and must have no conditions." in problem


def test_the_weights_of_a_review_add_up_to_100(tmp_path: Path) -> None:
    text, _ = changed("{label: Accuracy, weight_percent: 20}", "{label: Accuracy, weight_percent: 30}")
    (problem,) = problems_of(text, tmp_path)
    assert "quality.reviews.criteria: the weights add up to 110; they must give 100." in problem


def test_a_week_that_is_closed_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace('day: ["00:00-24:00"]', "day: []")
    assert any("calendar.week: is closed on every day" in problem for problem in problems_of(text, tmp_path))


def test_a_key_that_comes_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    text, line = changed("  warn_percent: 80", "  warn_percent: 80\n  warn_percent: 90")
    assert problems_of(text, tmp_path) == [
        f"{line + 1}: sla.warn_percent: is given twice, first in line {line}; remove one."
    ]


def test_all_mistakes_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    text = (
        GOOD.replace("max_sessions: 50", "max_sessions: many")
        .replace("    queue: general_support", "    queue: nowhere")
        .replace("warn_percent: 80", "warn_percent: 0")
        .replace("retention_days: 2555", "retention_day: 2555")
        .replace("number: 5\n", "number: 4\n")
    )
    problems = problems_of(text, tmp_path)
    keys = [problem.split(": ")[1] for problem in problems]
    assert keys == [
        "channels.chat.max_sessions",
        "routing[4].number",
        "routing[5].queue",
        "sla.warn_percent",
        "compliance.retention_days",
        "compliance.retention_day",
    ]
    lines = [int(problem.split(":")[0]) for problem in problems]
    assert lines == sorted(lines)


def test_rules_may_stand_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "support.yaml"
    path.write_text(GOOD.replace("number: 1\n", "number: 900\n"), encoding="utf-8")
    assert [rule.id for rule in load_rules(path).routing] == [
        "TECH_001",
        "BILL_001",
        "COMP_001",
        "RET_001",
        "VIP_001",
        "DEFAULT_001",
    ]


@pytest.fixture(params=["CBaseLoader", "BaseLoader"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers of PyYAML: the C one is not in every build of it."""
    monkeypatch.setattr(yaml_tree, "_LOADER", getattr(yaml, request.param))


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1: (file): nothing is not allowed; give a table of keys."),
        ("just words", "1: (file): 'just words' is not allowed; give a table of keys."),
        ("- a\n- b\n", "1: (file): a list is not allowed; give a table of keys."),
        ("a: &x [1]\nb: *x\n", "1: anchors (&) and aliases (*) are not allowed; write the values out."),
        ("a: 1\nb: *x\n", "2: anchors (&) and aliases (*) are not allowed; write the values out."),
        ("a: !!python/object/apply:os.system [ls]\n", "1: tags (!) are not allowed; write plain values."),
        ("a: 1\n---\nb: 2\n", "2: a second document (---) is not allowed."),
        ("? [a, b]\n: 1\n", "1: a key must be text."),
        ("a:\n  b: [" + "[" * 50 + "]" * 50 + "]\n", "2: nested deeper than 12 levels."),
        (b"a: 1\nb: \xff\n", "2: this is not UTF-8 text; save the file as UTF-8."),
    ],
)
def test_hostile_and_foreign_files_are_refused(text: str | bytes, problem: str, tmp_path: Path) -> None:
    assert problems_of(text, tmp_path) == [problem]


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("text", ['a: "\\ud800"\n', "a: [1\nb: 2\n", "a: 'x\n", "\ta: 1\n", "a: \x00\n", "a: b: c\n"])
def test_what_is_not_yaml_is_told_with_its_line(text: str, tmp_path: Path) -> None:
    (problem,) = problems_of(text, tmp_path)
    assert problem.split(":")[0] in ("1", "2")
    assert ": not YAML: " in problem or "half of a surrogate pair" in problem


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (problem,) = problems_of("#" * (MAX_FILE_BYTES + 1), tmp_path)
    assert "larger than 1,000,000 bytes" in problem


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_rules(tmp_path / "none.yaml")
    assert caught.value.problems == (f"{tmp_path / 'none.yaml'}: the rules can't be read: No such file or directory.",)


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    text = GOOD.replace("rotate: daily", 'rotate: "\\e[31mred"\n  "\\e[2J": 1')
    assert all("\x1b" not in problem for problem in problems_of(text, tmp_path))


lines_of_the_file = st.lists(st.integers(0, GOOD.count("\n")), min_size=1, max_size=3)
junk = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)


@given(lines_of_the_file, junk)
def test_no_damage_to_the_file_escapes_as_another_error(
    tmp_path_factory: pytest.TempPathFactory, where: list[int], what: str
) -> None:
    lines = GOOD.split("\n")
    for number in where:
        lines[number] = lines[number][: len(lines[number]) // 2] + what
    path = tmp_path_factory.mktemp("rules") / "support.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    try:
        load_rules(path)
    except ConfigurationError as error:
        assert error.problems  # noqa: PT017 - either outcome is fine, any other exception is not

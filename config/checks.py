"""What must hold between values of the rules file: references, completeness, order, sums.

The checks read the plain tree, not the built rules, so that they run, and speak, even while types are wrong elsewhere.
What has the wrong shape is skipped here; the types have complained about it.
"""

from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeGuard

from config.problems import Problems
from config.values import Weekday
from config.yaml_tree import Path
from core.domain.enums import Category, Channel, CustomerTier, Priority, Role, Sentiment

REFERENCES: tuple[tuple[str, str], ...] = (
    ("routing.*.queue", "queues"),
    ("routing.*.skills.*", "skills"),
    ("routing.*.notify.*", "notify_targets"),
    ("queues.*.skills.*", "skills"),
    ("alerts.*.notify.*", "notify_targets"),
)
"""Names, and the table that must have them."""

COMPLETE: tuple[tuple[str, type[StrEnum]], ...] = (
    ("tiers", CustomerTier),
    ("priority.sentiment", Sentiment),
    ("priority.category", Category),
    ("sla.targets.*", Priority),
    ("calendar.week", Weekday),
)
"""Tables that need every member."""

ASCENDING: tuple[tuple[str, str, str], ...] = (
    ("priority.levels", "medium", "high"),
    ("priority.levels", "high", "critical"),
    ("quality.csat", "alert_below_percent", "target_percent"),
    ("outbound", "backoff_seconds", "max_backoff_seconds"),
)
"""Within a table the first value must be less than the second."""

NOT_ABOVE: tuple[tuple[str, str, str], ...] = (
    ("quality.first_contact_resolution", "minimum_percent", "target_percent"),
    ("load", "min_replicas", "max_replicas"),
    ("sla.targets.*.*", "escalate_after_hours", "resolution_hours"),
)


def check_all(tree: Any, problems: Problems) -> None:
    for check in (
        _references,
        _complete,
        _order,
        _routing,
        _sla_channels,
        _sla_first_response,
        _sla_by_priority,
        _hours,
        _languages,
        _notify_roles,
        _alerts,
        _reports,
        _review_weights,
    ):
        check(tree, problems)


def select(tree: Any, pattern: str) -> Iterator[tuple[Path, Any]]:
    """Every path that fits `pattern` with its value; `*` is any key or position. Dead ends yield nothing."""
    yield from _walk(tree, tuple(pattern.split(".")), ())


def _walk(value: Any, steps: tuple[str, ...], path: Path) -> Iterator[tuple[Path, Any]]:
    if not steps:
        yield path, value
        return
    step, rest = steps[0], steps[1:]
    if step == "*":
        entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, entry in entries:
            yield from _walk(entry, rest, (*path, key))
    elif isinstance(value, dict) and step in value:
        yield from _walk(value[step], rest, (*path, step))


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _table(tree: Any, pattern: str) -> dict[str, Any]:
    return next((value for _, value in select(tree, pattern) if isinstance(value, dict)), {})


def _references(tree: Any, problems: Problems) -> None:
    for pattern, target in REFERENCES:
        known = _table(tree, target)
        for path, name in select(tree, pattern):
            if isinstance(name, str) and known and name not in known:
                problems.refuse(path, name, f"one of {target}: {', '.join(known)}")


def _complete(tree: Any, problems: Problems) -> None:
    for pattern, members in COMPLETE:
        for path, table in select(tree, pattern):
            for member in members if isinstance(table, dict) else ():
                if member.value not in table:
                    problems.missing((*path, member.value))


def _order(tree: Any, problems: Problems) -> None:
    for orders, strict in ((ASCENDING, True), (NOT_ABOVE, False)):
        for pattern, low, high in orders:
            for path, table in select(tree, pattern):
                a, b = (table.get(low), table.get(high)) if isinstance(table, dict) else (None, None)
                if _is_number(a) and _is_number(b) and (a >= b if strict else a > b):
                    relation = "less than" if strict else "at most"
                    problems.refuse((*path, low), a, f"{relation} {high}, which is {b}")


def _routing(tree: Any, problems: Problems) -> None:
    rules = [(path, rule) for path, rule in select(tree, "routing.*") if isinstance(rule, dict)]
    for key in ("number", "id"):
        seen: dict[Any, Path] = {}
        for path, rule in rules:
            value = rule.get(key)
            if isinstance(value, int | str) and value in seen:
                problems.refuse((*path, key), value, "one that no other rule has")
            elif isinstance(value, int | str):
                seen[value] = path
    numbered = [(rule["number"], path, rule) for path, rule in rules if _is_number(rule.get("number"))]
    if not numbered or len(numbered) != len(rules):
        return
    numbered.sort(key=lambda entry: entry[0])
    for _, path, rule in numbered[:-1]:
        if not rule.get("when"):
            problems.say((*path, "when"), "is missing; only the rule with the highest number may match everything")
    _, path, last = numbered[-1]
    if last.get("when"):
        problems.say((*path, "when"), "the rule with the highest number is the default and must have no conditions")


def _sla_channels(tree: Any, problems: Problems) -> None:
    targets, follows = _table(tree, "sla.targets"), _table(tree, "sla.follows")
    if not targets:
        return
    for channel in Channel:
        if channel.value not in targets and channel.value not in follows:
            problems.say(
                ("sla", "targets", channel.value),
                "is missing; add targets, or name the channel it follows in sla.follows",
            )
    for channel_name, leader in follows.items():
        path: Path = ("sla", "follows", channel_name)
        if channel_name in targets:
            problems.say(path, "has targets of its own; remove one of the two")
        elif isinstance(leader, str) and leader not in targets:
            problems.refuse(path, leader, f"a channel with targets: {', '.join(targets)}")


def _sla_first_response(tree: Any, problems: Problems) -> None:
    for path, target in select(tree, "sla.targets.*.*"):
        if not isinstance(target, dict):
            continue
        minutes, hours = target.get("first_response_minutes"), target.get("resolution_hours")
        if _is_number(minutes) and _is_number(hours) and minutes > hours * 60:
            problems.refuse((*path, "first_response_minutes"), minutes, f"at most the resolution time, {hours * 60:g}")


def _sla_by_priority(tree: Any, problems: Problems) -> None:
    """A more urgent ticket never has more time than a less urgent one."""
    by_urgency = sorted(Priority, key=lambda priority: priority.rank)
    for path, table in select(tree, "sla.targets.*"):
        if not isinstance(table, dict):
            continue
        for lower, higher in pairwise(by_urgency):
            calm, urgent = table.get(lower.value), table.get(higher.value)
            if not isinstance(calm, dict) or not isinstance(urgent, dict):
                continue
            for key, limit in calm.items():
                if _is_number(limit) and _is_number(urgent.get(key)) and urgent[key] > limit:
                    problems.refuse((*path, higher.value, key), urgent[key], f"at most that of {lower.value}, {limit}")


def _hours(tree: Any, problems: Problems) -> None:
    for pattern in ("calendar.week.*", "calendar.reduced_hours"):
        for path, day in select(tree, pattern):
            spans = sorted(span for span in day if isinstance(span, str)) if isinstance(day, list) else []
            for earlier, later in pairwise(spans):
                if later.split("-")[0] < earlier.split("-")[-1]:
                    problems.refuse(path, later, f"hours that do not overlap {earlier!r}")
    week = [day for _, day in select(tree, "calendar.week.*")]
    if week and all(day == [] for day in week):
        problems.say(("calendar", "week"), "is closed on every day; give at least one day its hours")


def _languages(tree: Any, problems: Problems) -> None:
    languages = _table(tree, "languages")
    supported, default = languages.get("supported"), languages.get("default")
    if isinstance(supported, list) and isinstance(default, str) and default not in supported:
        problems.refuse(
            ("languages", "default"), default, f"one of languages.supported: {', '.join(map(str, supported))}"
        )


def _notify_roles(tree: Any, problems: Problems) -> None:
    roles = [role.value for role in Role]
    for path, target in select(tree, "notify_targets.*"):
        if isinstance(target, dict) and target.get("kind") == "role" and target.get("to") not in roles:
            problems.refuse((*path, "to"), target.get("to"), f"one of the roles {', '.join(roles)}")


def _alerts(tree: Any, problems: Problems) -> None:
    for path, alert in select(tree, "alerts.*"):
        if isinstance(alert, dict) and (alert.get("above") is None) == (alert.get("below") is None):
            problems.say(path, "needs exactly one of above and below")


def _reports(tree: Any, problems: Problems) -> None:
    for path, report in select(tree, "reports.*"):
        if not isinstance(report, dict):
            continue
        for key, period in (("weekday", "weekly"), ("day", "monthly")):
            if report.get("period") == period and report.get(key) is None:
                problems.say((*path, key), f"is missing; a {period} report needs it")
            elif report.get("period") != period and report.get(key) is not None:
                problems.say((*path, key), f"only a {period} report has it; remove it or change the period")


def _review_weights(tree: Any, problems: Problems) -> None:
    weights = [weight for _, weight in select(tree, "quality.reviews.criteria.*.weight_percent")]
    if weights and all(_is_number(weight) for weight in weights) and abs(sum(weights) - 100) > 0.01:
        problems.say(("quality", "reviews", "criteria"), f"the weights add up to {sum(weights):g}; they must give 100")

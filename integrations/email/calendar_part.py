"""A readable summary of an invitation (iCalendar, RFC 5545; methods of RFC 5546)."""

import re
from datetime import datetime

_FOLD = re.compile(r"\r?\n[ \t]")
_HEADLINES = {"CANCEL": "Cancelled", "REPLY": "Answer to the invitation", "COUNTER": "Proposed change"}
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative", "DELEGATED": "delegated"}
_MAX_CHARS = 200_000


def summarise_calendar(text: str) -> str:
    """What, when, where and who of the first event; "" when there is none."""
    lines = _FOLD.sub("", text[:_MAX_CHARS]).replace("\r\n", "\n").split("\n")
    method = next((value for name, _, value in map(_property, lines) if name == "METHOD"), "")
    event = _first_event(lines)
    if not event:
        return ""
    rows = [
        (_HEADLINES.get(method.upper(), "Invitation"), _unescape(event.get("SUMMARY", ("", ""))[1]) or "(untitled)"),
        ("When", _period(event)),
        ("Where", _unescape(event.get("LOCATION", ("", ""))[1])),
        ("Organiser", _person(*event.get("ORGANIZER", ("", "")))),
        ("Reply", _answer(event) if method.upper() == "REPLY" else ""),
        ("Notes", _unescape(event.get("DESCRIPTION", ("", ""))[1])[:5000]),
    ]
    return "\n".join(f"{label}: {value}" for label, value in rows if value)


def _first_event(lines: list[str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    depth = 0
    for line in lines:
        name, parameters, value = _property(line)
        if name == "BEGIN" and (depth or value.upper() in ("VEVENT", "VTODO")):
            depth += 1
        elif name == "END" and depth:
            depth -= 1
            if depth == 0:
                break
        elif depth == 1:
            found.setdefault(name, (parameters, value))
    return found


def _property(line: str) -> tuple[str, str, str]:
    """Name, parameters and value; a colon inside quoted parameters doesn't end them."""
    quoted = False
    for position, char in enumerate(line[:2000]):
        if char == '"':
            quoted = not quoted
        elif char == ":" and not quoted:
            name, _, parameters = line[:position].partition(";")
            return name.strip().upper(), parameters, line[position + 1 :].strip()
    return "", "", ""


def _period(event: dict[str, tuple[str, str]]) -> str:
    start = _moment(*event.get("DTSTART", ("", "")))
    end = _moment(*event.get("DTEND", ("", "")))
    return f"{start} to {end}" if start and end else start


def _moment(parameters: str, value: str) -> str:
    zone = re.search(r"TZID=\"?([^\";:]+)", parameters, re.IGNORECASE)
    suffix = " UTC" if value.endswith("Z") else f" ({zone[1]})" if zone else ""
    for pattern, shown in (("%Y%m%dT%H%M%S", "%Y-%m-%d %H:%M"), ("%Y%m%d", "%Y-%m-%d")):
        try:
            return datetime.strptime(value.rstrip("Z"), pattern).strftime(shown) + suffix  # noqa: DTZ007
        except ValueError:
            continue
    return value[:60]


def _person(parameters: str, value: str) -> str:
    name = re.search(r"(?:^|;)CN=(\"[^\"]*\"|[^;:]*)", parameters, re.IGNORECASE)
    address = re.sub(r"^mailto:", "", value, flags=re.IGNORECASE)
    shown = name[1].strip('"') if name else ""
    return f"{shown} <{address}>" if shown and shown != address else address


def _answer(event: dict[str, tuple[str, str]]) -> str:
    parameters, value = event.get("ATTENDEE", ("", ""))
    state = re.search(r"PARTSTAT=([A-Z-]+)", parameters, re.IGNORECASE)
    return f"{_person(parameters, value)} {_ANSWERS.get(state[1].upper(), state[1].lower()) if state else ''}".strip()


def _unescape(value: str) -> str:
    return re.sub(r"\\([nN,;\\])", lambda match: "\n" if match[1] in "nN" else match[1], value).strip()

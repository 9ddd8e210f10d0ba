"""The Date header (RFC 5322 section 3.3 with the obsolete forms) as an aware UTC time."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from integrations.email.defects import Defects

_COMMENT = re.compile(r"\([^()]*\)")
_SPACES_AROUND_COLON = re.compile(r"\s*:\s*")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_TOO_FAR_AHEAD = timedelta(days=1)


def parse_date(value: str, now: datetime, defects: Defects) -> datetime | None:
    """None, with a defect, when the header is missing, unreadable or more than a day ahead of `now`."""
    if not value.strip():
        defects.add("There is no date.")
        return None
    parsed = _parse(value[:200])
    if parsed is None:
        defects.add(f"The date {value[:60]!r} can't be read.")
        return None
    if parsed > now + _TOO_FAR_AHEAD:
        defects.add(f"The date {value[:60]!r} lies in the future.")
        return None
    return parsed


def _parse(value: str) -> datetime | None:
    text = value
    while (shorter := _COMMENT.sub(" ", text)) != text:
        text = shorter
    text = _SPACES_AROUND_COLON.sub(":", " ".join(text.split()))
    try:
        iso = _ISO.match(text)
        moment = datetime.fromisoformat(text) if iso else parsedate_to_datetime(text)
        # -0000 and a missing zone mean that the zone is unknown; UTC is the least wrong.
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None

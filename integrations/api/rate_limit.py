"""How many calls a token may make: a bucket that holds a minute's worth and fills evenly."""

from dataclasses import dataclass
from math import ceil

from core.domain.errors import RateLimited
from integrations.api.responses import Header


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


class RateLimit:
    """`per_minute` calls for each key, 0 for no limit. Times are seconds of any clock that goes forward."""

    def __init__(self, per_minute: int) -> None:
        self._most, self._each_second = float(per_minute), per_minute / 60
        self._buckets: dict[int, _Bucket] = {}
        self._policy: Header = (b"ratelimit-policy", b'"token";q=%d;w=60' % per_minute)

    def take(self, key: int, now: float, told: list[Header]) -> None:
        """Count one call, and add to `told` what the answer's headers say of it; raises RateLimited.

        The headers follow draft-ietf-httpapi-ratelimit-headers: `r` calls are left, `t` seconds until all are back.
        """
        if not self._most:
            return
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(self._most, now)
        bucket.level = min(self._most, bucket.level + max(0.0, now - bucket.at) * self._each_second)
        bucket.at = now
        allowed = bucket.level >= 1
        if allowed:
            bucket.level -= 1
        missing = ceil((self._most - bucket.level) / self._each_second)
        told.append(self._policy)
        told.append((b"ratelimit", b'"token";r=%d;t=%d' % (int(bucket.level), missing)))
        if not allowed:
            raise RateLimited((1 - bucket.level) / self._each_second)

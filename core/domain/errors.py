"""The one tree of errors that callers may meet. Each says what happened, to what, and what to do.

FrontlineError
├── InvalidInput            a value is wrong; names the field and the remedy
│   └── TooLarge            a body, field or attachment is over its limit
├── NotFound                the named thing does not exist, or is not visible to the actor
├── Conflict                the thing changed since it was read, or is in a state that forbids this
│   └── VersionConflict     carries the version that is current
├── NotAllowed              the actor lacks a permission
├── NotAuthenticated        nobody is signed in, or the credential is wrong
├── RateLimited             too many calls; carries the seconds to wait
├── Unavailable             storage, model or a vendor can't be used now; nothing was done; try again
│   └── StorageFull         the disk is full
├── Unreadable              a raw message can't be understood; it is kept in quarantine
├── ConfigurationError      settings or business rules are wrong; lists every problem
└── DeliveryError           an outbound message was not accepted by its channel
    ├── TemporaryDeliveryError   may succeed later
    └── PermanentDeliveryError   will not succeed; goes to the dead-letter list
"""

from collections.abc import Sequence


class FrontlineError(Exception):
    """Base of all errors that Frontline raises on purpose. `str(error)` is one sentence fit for a user."""

    code = "error"


class InvalidInput(FrontlineError):
    code = "invalid_input"

    def __init__(self, field: str, problem: str, remedy: str = "") -> None:
        self.field, self.problem, self.remedy = field, problem, remedy
        super().__init__(f"{field}: {problem}." + (f" {remedy}." if remedy else ""))


class TooLarge(InvalidInput):
    code = "too_large"


class NotFound(FrontlineError):
    code = "not_found"

    def __init__(self, noun: str, key: object) -> None:
        self.noun, self.key = noun, key
        super().__init__(f"There is no {noun} {key}.")


class Conflict(FrontlineError):
    code = "conflict"


class VersionConflict(Conflict):
    code = "version_conflict"

    def __init__(self, noun: str, key: object, current: int) -> None:
        self.noun, self.key, self.current = noun, key, current
        super().__init__(
            f"{noun.capitalize()} {key} was changed by someone else (now version {current}). Read it again and repeat."
        )


class NotAllowed(FrontlineError):
    code = "not_allowed"

    def __init__(self, permission: str) -> None:
        self.permission = permission
        super().__init__(f"This needs the permission {permission}. Ask an administrator for a role that has it.")


class NotAuthenticated(FrontlineError):
    code = "not_authenticated"


class RateLimited(FrontlineError):
    code = "rate_limited"

    def __init__(self, retry_after: float) -> None:
        self.retry_after = retry_after
        super().__init__(f"Too many requests. Wait {retry_after:.0f} s and repeat.")


class Unavailable(FrontlineError):
    code = "unavailable"

    def __init__(self, what: str, retry_after: float = 1.0) -> None:
        self.what, self.retry_after = what, retry_after
        super().__init__(f"{what}. Nothing was changed; repeat in {retry_after:.0f} s.")


class StorageFull(Unavailable):
    code = "storage_full"


class Unreadable(FrontlineError):
    code = "unreadable"


class ConfigurationError(FrontlineError):
    code = "configuration"

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class DeliveryError(FrontlineError):
    code = "delivery"


class TemporaryDeliveryError(DeliveryError):
    code = "delivery_temporary"


class PermanentDeliveryError(DeliveryError):
    code = "delivery_permanent"

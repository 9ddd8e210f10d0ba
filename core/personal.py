"""What belongs to one person of the desk belongs to nobody else, and to no program."""

from core.domain.access import Actor, Permission
from core.domain.errors import InvalidInput


def person_of(actor: Actor, *needed: Permission) -> int:
    """The user's id. Raises NotAllowed without all that is `needed`, and InvalidInput for who is no person."""
    for permission in needed:
        actor.require(permission)
    if actor.user_id is None:
        raise InvalidInput("actor", "a program keeps nothing of its own here", "Sign in as a person")
    return actor.user_id

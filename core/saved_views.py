"""Lists that people come back to: each has their own, and those who may share them with the desk."""

from typing import Any

from core.domain.access import Actor, Permission
from core.domain.errors import InvalidInput, NotFound
from core.domain.events import EventType, NewEvent
from core.domain.saved_views import SavedView
from core.personal import person_of
from core.storage.database import Database
from core.storage.transaction import Transaction

__all__ = ["SavedView", "SavedViews"]

LONGEST_NAME, LONGEST_QUERY = 80, 2_000
MOST_VIEWS = 50


class SavedViews:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, actor: Actor) -> list[SavedView]:
        """One's own, then what others share, each by name."""
        user_id = person_of(actor, Permission.TICKET_READ)
        async with self._database.read() as tx:
            found = await tx.saved_views.visible_to(user_id)
        return sorted(found, key=lambda view: (view.owner_id != user_id, view.name.casefold(), view.id))

    async def save(self, actor: Actor, name: str, query: str, shared: bool = False) -> SavedView:
        """Keep a list under a name; one's own of the same name is replaced. Sharing it needs the permission.

        Raises InvalidInput and NotAllowed.
        """
        user_id = person_of(actor, Permission.TICKET_READ, *([Permission.VIEW_SHARE] if shared else []))
        name, query = _checked_name(name), _checked_query(query)
        async with self._database.transaction() as tx:
            # So that two screens of one person do not both add the last view that there is room for.
            await tx.users.lock([user_id])
            was = await tx.saved_views.named(user_id, name)
            if was is not None and (was.query, was.shared) == (query, shared):
                return was
            if was is None and await tx.saved_views.count(user_id) >= MOST_VIEWS:
                raise InvalidInput("name", f"there are {MOST_VIEWS} views already", "Remove one first")
            view = await tx.saved_views.put(user_id, name, query, shared=shared)
            before = {"query": was.query, "shared": was.shared} if was else None
            _record(tx, actor, view, "changed" if was else "added", was=before)
        return view

    async def remove(self, actor: Actor, view_id: int) -> None:
        """Forget a view of one's own, or one that somebody shares if the actor may share. Raises NotFound."""
        user_id = person_of(actor, Permission.TICKET_READ)
        async with self._database.transaction() as tx:
            view = await tx.saved_views.get(view_id)
            if view.owner_id != user_id:
                if not view.shared:
                    raise NotFound("saved view", view_id)
                actor.require(Permission.VIEW_SHARE)
            await tx.saved_views.remove(view_id)
            _record(tx, actor, view, "removed")


def _checked_name(name: str) -> str:
    cleaned = " ".join(name.replace("\x00", "").split())
    if not 1 <= len(cleaned) <= LONGEST_NAME:
        raise InvalidInput("name", f"has {len(cleaned)} characters", f"Give from 1 to {LONGEST_NAME}")
    return cleaned


def _checked_query(query: str) -> str:
    cleaned = query.strip().removeprefix("?")
    if len(cleaned) > LONGEST_QUERY:
        raise InvalidInput("query", f"has {len(cleaned):,} characters", f"Give at most {LONGEST_QUERY:,}")
    if not cleaned.isprintable():
        raise InvalidInput("query", "holds control characters", "Give it as it stands in the address")
    return cleaned


def _record(tx: Transaction, actor: Actor, view: SavedView, change: str, **more: Any) -> None:
    data = {"view_id": view.id, "name": view.name, "query": view.query, "shared": view.shared, "change": change, **more}
    tx.record(NewEvent(EventType.VIEW_SAVED, actor, data=data))

"""One open page in one browser: calls to its script, in the order in which they are made."""

from typing import Any

import orjson
from nicegui import Client

from ui.markup import Html


class RawJson(str):
    """An argument that is JSON already, made once for many browsers."""

    __slots__ = ()


class Browser:
    """A page that is gone takes calls and does nothing, since that may happen at any await."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._shown: dict[str, int] = {}

    @property
    def is_connected(self) -> bool:
        return not self.client.is_deleted and self.client.has_socket_connection

    def call(self, function: str, *arguments: Any) -> None:
        """Run `frontline.<function>(...)`. Arguments travel as JSON, so no text can become script."""
        if not self.client.is_deleted:
            # What run_javascript does when nobody awaits an answer, without a task and an id for it: a thousand desks
            # are told in one go.
            message = {"code": script_of(function, *arguments)}
            self.client.outbox.enqueue_message("run_javascript", message, self.client.id)

    def put(self, slot: str, markup: Html) -> None:
        """Show `markup` in the slot, unless it is there already."""
        digest = hash(markup)
        if self._shown.get(slot) != digest:
            self._shown[slot] = digest
            self.call("put", slot, markup)

    def forget(self, slot: str | None = None) -> None:
        """What the slots show, or this one, is not known any more."""
        if slot is None:
            self._shown.clear()
        else:
            self._shown.pop(slot, None)

    def toast(self, text: str, **more: Any) -> None:
        """A notice; `undo` is the label of a button that asks for the act "undo_change"."""
        self.call("toast", text, "good", more)

    def complain(self, text: str) -> None:
        self.call("toast", text, "bad", {})

    def go(self, path: str) -> None:
        """Follow a link inside the desk, without loading the page anew."""
        self.call("go", path)


def script_of(function: str, *arguments: Any) -> str:
    """The one line that a browser is sent for a call."""
    return f"frontline.{function}({','.join(map(_json, arguments))})"


def _json(argument: Any) -> str:
    return str(argument) if isinstance(argument, RawJson) else orjson.dumps(argument, default=str).decode()

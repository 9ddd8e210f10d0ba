"""One open page in one browser: calls to its script, in the order in which they are made."""

from typing import Any

import orjson
from nicegui import Client


class RawJson(str):
    """An argument that is JSON already, made once for many browsers."""

    __slots__ = ()


class Browser:
    """A page that is gone takes calls and does nothing, since that may happen at any await."""

    def __init__(self, client: Client) -> None:
        self.client = client

    @property
    def is_connected(self) -> bool:
        return not self.client.is_deleted and self.client.has_socket_connection

    def call(self, function: str, *arguments: Any) -> None:
        """Run `frontline.<function>(...)`. Arguments travel as JSON, so no text can become script."""
        if not self.client.is_deleted:
            self.client.run_javascript(f"frontline.{function}({','.join(map(_json, arguments))})")

    def toast(self, text: str) -> None:
        self.call("toast", text, "good")

    def complain(self, text: str) -> None:
        self.call("toast", text, "bad")

    def go(self, path: str) -> None:
        self.call("go", path)


def _json(argument: Any) -> str:
    return str(argument) if isinstance(argument, RawJson) else orjson.dumps(argument).decode()

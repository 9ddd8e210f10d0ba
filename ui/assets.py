"""The static files, with addresses that change when their content does, so that browsers may keep them."""

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
PATH = "/static"
BRAND_PATH = "/brand.css"
"""The colour of the house, which is no file: it follows the settings."""
PLAIN_STYLES = ("tokens.css", "icons.css", "design.css", "app.css")
LIVE_STYLES = (
    "tokens.css", "icons.css", "design.css", "bridge.css", "app.css", "shell.css", "queue.css", "ticket.css",
    "commands.css", "model.css",
)  # fmt: skip
LIVE_SCRIPTS = (
    "theme.js", "frontline.js", "keys.js", "commands.js", "cells.js", "list.js", "ticket.js", "why.js", "composer.js",
    "shell.js",
    "model.js",
)  # fmt: skip


@cache
def asset(name: str) -> str:
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"{PATH}/{name}?v={digest}"

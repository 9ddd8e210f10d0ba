"""The description of the API as one page for people. It loads nothing, so it works without a network."""

from collections.abc import Iterator
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code, pre { font: 14px/1.5 ui-monospace, monospace }
pre { white-space: pre-wrap }
summary { cursor: pointer; padding: .25rem 0 }
.method { display: inline-block; min-width: 4.5rem; font-weight: 600 }
table { border-collapse: collapse; margin: .5rem 0 1rem }
td { padding: .15rem 1rem .15rem 0; vertical-align: top }
"""
HEADERS = ((b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),)


def docs_page(document: dict[str, Any]) -> bytes:
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>",
        f"<title>{escape(document['info']['title'])} API</title><style>{_STYLE}</style>",
        f"<h1>{escape(document['info']['title'])} API</h1><pre>{escape(document['info']['description'])}</pre>",
        "<p>The whole description, for programs: <a href=/api/openapi.json>/api/openapi.json</a></p>",
    ]
    for tag in document["tags"]:
        parts.append(f"<h2>{escape(tag['name'].capitalize())}</h2><p>{escape(tag['description'])}</p>")
        parts += [_operation(*found) for found in _operations(document, tag["name"])]
    return "".join(parts).encode()


def _operations(document: dict[str, Any], tag: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if tag in operation["tags"]:
                yield method, path, operation


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    head = f"<span class=method>{method.upper()}</span> <code>{escape(path)}</code> — {escape(operation['summary'])}"
    text = escape(operation.get("description", ""))
    given = "".join(_parameter(parameter) for parameter in operation.get("parameters", ()))
    answers = "".join(
        f"<tr><td>{escape(status)}<td>{escape(answer['description'])}"
        for status, answer in operation["responses"].items()
    )
    return f"<details><summary>{head}</summary><p>{text}</p><table>{given}</table><table>{answers}</table></details>"


def _parameter(parameter: dict[str, Any]) -> str:
    told = parameter.get("description") or parameter["schema"].get("description", "")
    return f"<tr><td><code>{escape(parameter['name'])}</code><td>{escape(parameter['in'])}<td>{escape(told)}"

"""The ways into an application, as they are registered."""

from collections.abc import Iterable, Iterator

from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount, Route


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """(method, path) of each route, those of included routers among them; HEAD goes with GET."""
    return {
        (method, route.path)
        for route in _flat(app.router.routes)
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }


def mounts_of(app: FastAPI) -> set[str]:
    return {route.path for route in _flat(app.router.routes) if isinstance(route, Mount)}


def _flat(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    for route in routes:
        # FastAPI keeps an included router as one entry.
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from _flat(inner.routes)

"""The API of one engine: an application of its own, which `main` puts in front of the pages."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Route

from core.bootstrap import Engine
from core.domain.errors import FrontlineError
from core.domain.messages import Receipt
from core.domain.ports import DriftReader
from integrations.api import (
    articles,
    customers,
    events,
    explanations,
    health,
    messages,
    model,
    operating,
    operations_metrics,
    queues,
    ticket_verbs,
    tickets,
)
from integrations.api.access import Access
from integrations.api.calls import Parts
from integrations.api.docs_page import HEADERS as DOCS_HEADERS
from integrations.api.docs_page import docs_page
from integrations.api.envelope import MESSAGES_PATH, Envelope
from integrations.api.event_stream import Streams
from integrations.api.health import Readiness
from integrations.api.intake import MessageIntake, RawRoute
from integrations.api.measurements import Measurements
from integrations.api.openapi import MESSAGE_OPERATION, description_of
from integrations.api.pages import Cursors
from integrations.api.problems import documented, http_problem, problem_of
from integrations.api.responses import Bytes, Json, Problem
from integrations.api.validation import validation_problem

ROUTERS = (
    tickets.router,
    ticket_verbs.router,
    explanations.router,
    messages.router,
    customers.router,
    articles.router,
    queues.router,
    events.router,
    operating.router,
    operations_metrics.router,
    model.router,
    health.router,
)


def create_api(engine: Engine, drift: DriftReader) -> FastAPI:
    """Serves /api/, /healthz, /readyz and /metrics with their full paths.

    `app.state.parts.streams.close()` ends the open event streams; call it when the server begins to stop.
    """
    app = FastAPI(
        title="Frontline",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    settings = engine.settings
    access = Access(engine.people, engine.clock, settings.rate_limit_per_minute)
    cursors = Cursors(settings.secret_key.get_secret_value().encode())
    streams = Streams(engine.views, engine.bus)
    measurements = Measurements(engine, streams)
    app.state.parts = Parts(engine, access, cursors, streams, drift)
    app.state.readiness, app.state.measurements = Readiness(engine), measurements
    app.add_middleware(Envelope, observe=measurements.observe, message_bytes=settings.max_message_bytes)
    app.add_exception_handler(FrontlineError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_wrong_request)
    app.add_exception_handler(HTTPException, _on_refusal)
    _add_intake(app, MessageIntake(engine, access))
    for router in ROUTERS:
        app.include_router(router)
    _add_description(app)
    return app


def _add_intake(app: FastAPI, intake: MessageIntake) -> None:
    # First, so that the busiest path is found at once.
    app.router.add_api_route(
        MESSAGES_PATH,
        intake.receive,
        methods=["POST"],
        status_code=202,
        response_model=Receipt,
        responses=documented(400, 409, 413),
        tags=["messages"],
        name="send_message",
        summary="Send in a customer's message",
        description="The receipt is given once the message is durable. Analysis and routing follow within moments.",
        response_description="The message is kept under these ids",
        openapi_extra=MESSAGE_OPERATION,
        route_class_override=RawRoute,
    )


def _add_description(app: FastAPI) -> None:
    async def openapi(_: Request) -> Json:
        return Json(description_of(app))

    async def docs(_: Request) -> Bytes:
        return Bytes(docs_page(description_of(app)), 200, b"text/html; charset=utf-8", DOCS_HEADERS)

    app.add_route("/api/openapi.json", openapi, include_in_schema=False)
    app.add_route("/api/docs", docs, include_in_schema=False)
    app.openapi = lambda: description_of(app)  # type: ignore[method-assign]


def _operation_id(route: APIRoute) -> str:
    """The function's name: what generated clients call the operation."""
    return route.name


async def _on_error(_: Request, error: Exception) -> Problem:
    assert isinstance(error, FrontlineError)
    return problem_of(error)


async def _on_wrong_request(_: Request, error: Exception) -> Problem:
    assert isinstance(error, RequestValidationError)
    return validation_problem(error)


async def _on_refusal(request: Request, error: Exception) -> Problem:
    assert isinstance(error, HTTPException)
    return http_problem(error, _methods_of(request.app, request.url.path) if error.status_code == 405 else ())


def _methods_of(app: FastAPI, path: str) -> set[str]:
    """All that a path takes. Starlette tells only those of the first of its routes."""
    found: set[str] = set()
    for route in (*app.routes, *(route for router in ROUTERS for route in router.routes)):
        if isinstance(route, Route) and route.path_regex.match(path):
            found |= route.methods or set()
    return found

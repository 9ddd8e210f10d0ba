"""The rest of an answer that was too long for a text message: public, behind the signature in the link."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from core.bootstrap import Engine
from core.domain.entities import Message
from core.domain.errors import NotFound
from ui.markup import tag
from ui.plain import brand, missing_page, plain_page
from ui.session import language_of, speak
from ui.texts import say, speaking


def message_routes(engine: Engine) -> APIRouter:
    """GET /m/{token}."""
    routes = APIRouter(include_in_schema=False, dependencies=[Depends(speak)])

    @routes.get("/m/{token}")
    async def show(request: Request, token: str) -> HTMLResponse:
        try:
            message = await engine.public_messages.read(token)
        except NotFound:
            return missing_page(say("message.missing"))
        with speaking(language_of(request, await engine.public_messages.language(message.ticket_id))):
            return _page(message)

    return routes


def _page(message: Message) -> HTMLResponse:
    letter = tag("div", message.text, class_="letter", dir="auto")
    main = tag("main", brand(), tag("h1", say("message.title")), letter, class_="signin")
    answer = plain_page(say("message.title"), main, style="login alone")
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer

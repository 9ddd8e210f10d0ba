"""The customer's answer to a survey: public, behind the secret in the link."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse

from core.agents.satisfaction import LONGEST_COMMENT
from core.bootstrap import Engine
from core.domain.errors import NotFound
from core.links import Signed
from ui.figures import number
from ui.markup import Html, tag
from ui.plain import brand, missing_page, notice, plain_page
from ui.session import language_of
from ui.texts import say, speaking

_SCORES = ("1", "2", "3", "4", "5")


def survey_routes(engine: Engine) -> APIRouter:
    """GET and POST /survey/{token}, in the language of the ticket that it asks about."""

    async def speak(request: Request, token: str) -> AsyncIterator[None]:
        ticket_id = engine.links.opened(Signed.SURVEY, token)
        known = await engine.public_messages.language(ticket_id) if ticket_id is not None else None
        with speaking(language_of(request, known)):
            yield

    routes = APIRouter(include_in_schema=False, dependencies=[Depends(speak)])

    @routes.get("/survey/{token}")
    async def ask(token: str) -> HTMLResponse:
        if engine.links.opened(Signed.SURVEY, token) is None:
            return missing_page(say("survey.missing"))
        return _page(_form(token))

    @routes.post("/survey/{token}")
    async def answer(
        token: str,
        score: Annotated[str, Form(max_length=10)] = "",
        comment: Annotated[str, Form(max_length=100_000)] = "",
    ) -> HTMLResponse:
        if score not in _SCORES:
            return _page(notice(say("survey.choose")), _form(token, comment=comment), status=422)
        if len(comment) > LONGEST_COMMENT:
            too_long = notice(say("survey.too_long", most=number(LONGEST_COMMENT)))
            return _page(too_long, _form(token, int(score), comment), status=422)
        try:
            await engine.satisfaction.answer(token, int(score), comment)
        except NotFound:
            return missing_page(say("survey.missing"))
        thanks = tag("div", tag("b", say("survey.thanks")), class_="banner good", role="status")
        return _page(thanks, tag("p", say("survey.again"), class_="soft"), _form(token, int(score), comment))

    return routes


def _page(*content: Html, status: int = 200) -> HTMLResponse:
    main = tag("main", brand(), tag("h1", say("survey.title")), *content, class_="signin survey")
    return plain_page(say("survey.title"), main, style="login alone", status=status)


def _form(token: str, score: int | None = None, comment: str = "") -> Html:
    return tag(
        "form",
        tag("p", say("survey.lead"), class_="soft"),
        tag("fieldset", tag("legend", say("survey.title"), class_="sr"),
            [_score(value, score) for value in map(int, _SCORES)], class_="scores"),
        tag("div", tag("label", say("survey.comment"), for_="comment"),
            tag("textarea", comment, class_="input area", id="comment", name="comment", maxlength=LONGEST_COMMENT,
                rows=4),
            class_="field"),
        tag("button", say("survey.submit"), class_="btn primary", type="submit"),
        method="post",
        action=f"/survey/{token}",
        class_="vs",
    )  # fmt: skip


def _score(value: int, chosen: int | None) -> Html:
    box = tag("input", type="radio", name="score", value=value, required=True, checked=value == chosen)
    return tag("label", box, tag("b", value), tag("span", say(f"score.{value}")), class_="score")

"""The customer's answer to a survey: public, behind the secret in the link."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse

from core.bootstrap import Engine
from core.domain.errors import InvalidInput, NotFound
from core.links import Signed
from ui.markup import Html, tag
from ui.plain import brand, missing_page, notice, plain_page
from ui.texts import say


def survey_routes(engine: Engine) -> APIRouter:
    """GET and POST /survey/{token}."""
    routes = APIRouter(include_in_schema=False)

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
        if not score.isascii() or not score.isdigit():
            return _page(notice(say("survey.choose")), _form(token, comment=comment), status=422)
        try:
            await engine.satisfaction.answer(token, int(score), comment)
        except NotFound:
            return missing_page(say("survey.missing"))
        except InvalidInput as error:
            return _page(notice(str(error)), _form(token, comment=comment), status=422)
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
            [_score(value, score) for value in range(1, 6)], class_="scores"),
        tag("div", tag("label", say("survey.comment"), for_="comment"),
            tag("textarea", comment, class_="input area", id="comment", name="comment", maxlength=2_000, rows=4),
            class_="field"),
        tag("button", say("survey.submit"), class_="btn primary", type="submit"),
        method="post",
        action=f"/survey/{token}",
        class_="vs",
    )  # fmt: skip


def _score(value: int, chosen: int | None) -> Html:
    box = tag("input", type="radio", name="score", value=value, required=True, checked=value == chosen)
    return tag("label", box, tag("b", value), tag("span", say(f"score.{value}")), class_="score")

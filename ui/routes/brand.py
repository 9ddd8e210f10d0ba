"""The colour of the house as a stylesheet, for every page."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from ui.assets import BRAND_PATH
from ui.design.brand import stylesheet

_HOUR = 3600


def brand_routes(colour: str) -> APIRouter:
    """GET /brand.css. The tones are made once, at the start."""
    routes = APIRouter(include_in_schema=False)
    css = stylesheet(colour)

    @routes.get(BRAND_PATH)
    def brand() -> Response:
        return PlainTextResponse(css, media_type="text/css", headers={"Cache-Control": f"public, max-age={_HOUR}"})

    return routes

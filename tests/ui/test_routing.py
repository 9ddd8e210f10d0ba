"""Addresses of the desk."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ui.routing import Place, Route, parse, queue_path, ticket_path


@pytest.mark.parametrize(
    ("address", "route"),
    [
        ("/queue", Route(Place.WORK, view="")),
        ("/queue/at-risk", Route(Place.WORK, view="at_risk")),
        ("/queue/mine?status=new&q=a%20b", Route(Place.WORK, view="mine", query={"status": "new", "q": "a b"})),
        ("/queue?view=breached", Route(Place.WORK, view="breached")),
        ("/tickets/1234", Route(Place.WORK, ticket_id=1234)),
        ("/design", Route(Place.DESIGN)),
    ],
)
def test_an_address_leads_to_its_route(address: str, route: Route) -> None:
    assert parse(address) == route


@pytest.mark.parametrize(
    "address", ["/", "/tickets", "/tickets/x", "/tickets/" + "9" * 19, "/queue/a/b", "/login", "/queue/" + "a" * 2_000]
)
def test_an_address_without_a_page_leads_nowhere(address: str) -> None:
    assert parse(address) is None


@given(some.text(min_size=1, alphabet=some.characters(blacklist_categories=["Cs"])), some.text(max_size=20))
def test_any_text_of_a_search_comes_back_from_the_address(text: str, more: str) -> None:
    query = {key: value for key, value in {"q": text, "x": more}.items() if value}
    found = parse(queue_path("at_risk", query))
    assert found is None or (found.view, dict(found.query)) == ("at_risk", query)


def test_a_ticket_has_an_address() -> None:
    assert parse(ticket_path(7)) == Route(Place.WORK, ticket_id=7)

"""Coming in, and being led out."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPerson, Served

pytestmark = pytest.mark.browser


def test_a_deep_link_leads_through_sign_in_to_its_ticket(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("Where is my parcel?", subject="Parcel 77 is late")
    ada = person()
    ada.open(f"/tickets/{ticket_id}")
    expect(ada.page).to_have_url(re.compile(rf"/login\?next=%2Ftickets%2F{ticket_id}$"))
    ada.page.get_by_label("E-mail").fill("ada@desk.example")
    ada.page.get_by_label("Password").fill("correct horse battery")
    ada.page.keyboard.press("Enter")
    expect(ada.page.get_by_role("heading", name="Parcel 77 is late")).to_be_visible()


def test_a_wrong_password_is_said_and_the_address_kept(person: NewPerson) -> None:
    ada = person()
    ada.open("/login")
    ada.page.get_by_label("E-mail").fill("nobody@desk.example")
    ada.page.get_by_label("Password").fill("wrong password")
    ada.page.get_by_role("button", name="Sign in").click()
    expect(ada.page.get_by_role("alert")).to_contain_text("wrong")
    expect(ada.page.get_by_label("E-mail")).to_have_value("nobody@desk.example")
    ada.problems.clear()  # Chromium reports the 401 as an error.


@pytest.mark.parametrize(
    ("role", "sees"),
    [("Agent", "Queue"), ("Supervisor", "Queue"), ("Administrator", "Queue")],
)
def test_one_click_signs_in_with_a_role_of_the_demo(person: NewPerson, role: str, sees: str) -> None:
    somebody = person()
    somebody.open("/login")
    somebody.page.get_by_role("button", name=role).click()
    expect(somebody.page.get_by_role("heading", name=sees)).to_be_visible()


def test_an_executive_is_told_what_there_is_to_see_and_finds_no_ticket(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("A secret complaint", subject="Only for agents")
    vera = person()
    vera.open("/login")
    vera.page.get_by_role("button", name="Executive").click()
    expect(vera.page.get_by_text("Figures are on their way")).to_be_visible()
    vera.open(f"/tickets/{ticket_id}")
    expect(vera.page.get_by_text("Figures are on their way")).to_be_visible()
    assert "Only for agents" not in vera.page.content()


def _sign_out(page: Page) -> None:
    """By the menu behind one's own picture."""
    page.locator(".rail [data-run=account]").click()
    page.get_by_role("option", name="Sign out").click()


def test_signing_out_ends_the_other_pages_of_the_session(person: NewPerson, desk: Served) -> None:
    ada = person()
    ada.sign_in("ada@desk.example")
    expect(ada.page.get_by_role("heading", name="Queue")).to_be_visible()
    second = ada.context.new_page()
    second.goto(f"{desk.url}/queue")
    second.locator("#queue-shown:not(:empty)").wait_for()
    _sign_out(ada.page)
    expect(ada.page).to_have_url(re.compile("/login"))
    expect(second).to_have_url(re.compile("/login.*ended=1"))
    expect(second.get_by_text("Your session has ended")).to_be_visible()


def test_a_session_that_was_ended_elsewhere_drops_out_at_the_next_action(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("Please help", subject="Long session")
    ada = person()
    ada.sign_in("ada@desk.example", f"/tickets/{ticket_id}")
    ada.page.get_by_role("textbox", name="Text of the reply or note").fill("Half a sentence")
    ada.page.evaluate("delete window.sessionStorage.x")
    secret = next(found["value"] for found in ada.context.cookies() if found["name"] == "frontline_session")
    other = person()
    other.context.add_cookies([{"name": "frontline_session", "value": secret, "url": desk.url}])
    other.open("/queue")
    other.page.locator("#queue-shown:not(:empty)").wait_for()
    _sign_out(other.page)
    expect(ada.page).to_have_url(re.compile("/login.*ended=1"))
    ada.sign_in("ada@desk.example", f"/tickets/{ticket_id}")
    expect(ada.page.get_by_role("textbox", name="Text of the reply or note")).to_have_value("Half a sentence")

"""On a phone, and in the dark."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPerson, Served

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def _overflows(page: Page) -> bool:
    wide: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wide


def test_a_phone_shows_cards_and_can_reply(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("Can I pair two phones?", subject="A question from the sofa")
    ada = person(viewport=PHONE, has_touch=True, is_mobile=True)
    page = ada.sign_in("ada@desk.example")
    card = page.locator("a.item", has_text="A question from the sofa")
    expect(card).to_be_visible()
    assert not _overflows(page)
    card.tap()
    expect(page.get_by_role("log")).to_contain_text("Can I pair two phones?")
    assert not _overflows(page)
    page.get_by_role("textbox", name="Text of the reply or note").fill("Yes, as many as you like.")
    page.get_by_role("button", name="Send").tap()
    expect(page.locator(".msg.out", has_text="as many as you like")).to_be_visible()
    page.get_by_role("button", name="Details").tap()
    expect(page.get_by_role("heading", name="Assistant")).to_be_visible()
    assert str(ticket_id) in page.url


def test_the_sign_in_page_fits_a_phone(person: NewPerson) -> None:
    ada = person(viewport=PHONE)
    page = ada.open("/login")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert not _overflows(page)


def test_the_theme_follows_the_system_and_the_choice_is_kept(person: NewPerson) -> None:
    ada = person(color_scheme="dark")
    page = ada.sign_in("ada@desk.example")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(page.locator("body.body--dark")).to_have_count(0)

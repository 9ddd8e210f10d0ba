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


def test_on_a_phone_every_control_of_the_queue_is_large_enough_to_touch(person: NewPerson, desk: Served) -> None:
    desk.receive("A finger is wide", subject="Touch me")
    page = person(viewport=PHONE, has_touch=True, is_mobile=True).sign_in("ada@desk.example")
    page.locator("a.item").first.wait_for()
    small = page.evaluate(
        """() => [...document.querySelectorAll('.listpane a.item, .listpane nav.tabs a, .listpane .search')]
        .filter((one) => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 44)
        .map((one) => `${one.className} ${one.getBoundingClientRect().height}`)"""
    )
    assert small == []


def test_back_from_a_ticket_on_a_phone_is_the_list_as_it_was(person: NewPerson, desk: Served) -> None:
    ids = [desk.receive("Postcard", subject=f"From afar {number}") for number in range(2)]
    page = person(viewport=PHONE, has_touch=True, is_mobile=True).sign_in(
        "ada@desk.example", "/queue/open%3Fq%3DPostcard"
    )
    expect(page.locator("a.item")).to_have_count(len(ids))
    page.locator("a.item", has_text="From afar 1").tap()
    expect(page.get_by_role("log")).to_contain_text("Postcard")
    page.locator(".head [data-back]").tap()
    expect(page.get_by_role("log")).to_be_hidden()
    expect(page.locator("a.item")).to_have_count(len(ids))
    assert page.url.endswith("q=Postcard")


@pytest.mark.parametrize("width", [768, 1024, 1366])
def test_list_and_ticket_fit_every_width(person: NewPerson, desk: Served, width: int) -> None:
    ticket_id = desk.receive("Wide and narrow", subject="A subject that is longer than any column of a list can show")
    ada = person(viewport={"width": width, "height": 768})
    page = ada.sign_in("ada@desk.example")
    expect(ada.row(ticket_id)).to_be_attached()
    assert not _overflows(page)
    page.goto(f"{desk.url}/tickets/{ticket_id}")
    expect(page.get_by_role("log")).to_contain_text("Wide and narrow")
    assert not _overflows(page)


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

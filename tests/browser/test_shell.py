"""The frame: what is remembered of a person, and what the bell tells."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPerson, Served

pytestmark = pytest.mark.browser


def _choose(page: Page, command: str, option: str) -> None:
    expect(page.locator("body[data-layout]")).to_be_attached()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill(command)
    page.keyboard.press("Enter")
    page.get_by_role("option", name=option, exact=False).click()


def test_the_look_is_the_same_in_another_browser(person: NewPerson) -> None:
    page = person().sign_in("mei@desk.example")
    _choose(page, "theme", "Dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    _choose(page, "density", "Compact")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    other = person().sign_in("mei@desk.example")
    expect(other.locator("html")).to_have_attribute("data-theme", "dark")
    expect(other.locator("html")).to_have_attribute("data-density", "compact")
    expect(other.locator("body.body--dark")).to_have_count(1)


def test_the_language_is_the_same_in_another_browser(person: NewPerson) -> None:
    page = person().sign_in("sam@desk.example")
    _choose(page, "language", "Deutsch")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    other = person().sign_in("sam@desk.example")
    expect(other.locator("html")).to_have_attribute("lang", "de")
    expect(other.get_by_role("button", name="Tastatur")).to_be_visible()


def test_the_sign_in_page_speaks_what_the_browser_asks_for(person: NewPerson) -> None:
    page = person(locale="fr-FR").open("/login")
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_a_mention_reaches_the_bell_while_the_desk_is_open(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("Please look", subject="For Ada")
    page = person().sign_in("ada@desk.example")
    expect(page.locator("body[data-layout]")).to_be_attached()
    theo = person()
    theirs = theo.sign_in("theo@desk.example", f"/tickets/{ticket_id}")
    expect(theirs.get_by_role("log")).to_contain_text("Please look")
    theirs.keyboard.press("n")
    theirs.keyboard.type("@Ada Okafor can you take this one")
    theirs.get_by_role("button", name=re.compile("Add note")).click()
    expect(page.locator(".toast")).to_contain_text("For Ada")
    expect(page).to_have_title(re.compile(r"^\(\d+\) "))
    page.locator('.rail [data-run="alerts"]').click()
    unread = page.locator(".alert.unread", has_text="For Ada")
    expect(unread).to_be_visible()
    page.get_by_role("button", name="Mark all as read").click()
    expect(unread).to_have_count(0)
    expect(page).to_have_title(re.compile(r"^[^(]"))
    page.locator(".alert", has_text="For Ada").click()
    expect(page).to_have_url(re.compile(f"/tickets/{ticket_id}$"))

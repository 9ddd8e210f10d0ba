"""The command bar, the keys and their help."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPerson, Served

pytestmark = pytest.mark.browser


def _bar(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Command bar")).to_be_focused()


def _ready(page: Page) -> Page:
    expect(page.locator("body[data-layout]")).to_be_attached()
    expect(page.locator(".ag-row, .empty:visible").first).to_be_visible()
    return page


def test_the_command_bar_goes_down_a_level_and_backspace_comes_back(person: NewPerson) -> None:
    page = _ready(person().sign_in("ada@desk.example"))
    _bar(page)
    page.keyboard.type("dens")
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="Compact")).to_be_visible()
    expect(page.locator(".palette .q .badge")).to_have_text("Density")
    page.keyboard.press("Backspace")
    expect(page.locator(".palette .q .badge")).to_have_count(0)
    expect(page.get_by_role("option", name="Theme")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_number_opens_its_ticket(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("The code never arrives", subject="Reset code")
    page = _ready(person().sign_in("ada@desk.example"))
    _bar(page)
    page.keyboard.type(f"#{ticket_id}")
    expect(page.get_by_role("option", name=f"Open ticket #{ticket_id}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/tickets/{ticket_id}$"))
    expect(page.get_by_role("heading", name="Reset code")).to_be_visible()


def test_words_find_a_ticket_on_the_server(person: NewPerson, desk: Served) -> None:
    desk.receive("Das Gehäuse hat einen Riss", subject="Türschloss beschädigt")
    page = _ready(person().sign_in("ada@desk.example"))
    _bar(page)
    page.keyboard.type("open ticket")
    page.keyboard.press("Enter")
    page.keyboard.type("Gehäuse")
    page.get_by_role("option", name=re.compile("Türschloss")).click()
    expect(page.get_by_role("heading", name="Türschloss beschädigt")).to_be_visible()


def test_accents_and_other_scripts_are_found_as_they_are_typed(person: NewPerson) -> None:
    page = _ready(person().sign_in("ada@desk.example"))
    _bar(page)
    page.keyboard.type("language")
    page.keyboard.press("Enter")
    for typed, found in (("francais", "Français"), ("日本", "日本語"), ("german", "Deutsch")):
        page.get_by_role("combobox").fill(typed)
        expect(page.get_by_role("option")).to_have_count(1)
        expect(page.get_by_role("option")).to_contain_text(found)


def test_the_help_lists_every_registered_key(person: NewPerson) -> None:
    page = _ready(person().sign_in("ada@desk.example"))
    page.keyboard.press("?")
    help_panel = page.get_by_role("dialog", name="Keyboard")
    expect(help_panel).to_be_visible()
    expected = page.evaluate("frontline.page().commands.filter((one) => one.keys).map((one) => one.title)")
    assert len(expected) > 5
    assert sorted(help_panel.locator(".keyrow").evaluate_all("rows => rows.map((row) => row.firstChild.data)")) == (
        sorted(expected)
    )
    expect(help_panel).to_contain_text("Keys rest while you type")


def test_keys_rest_while_typing(person: NewPerson) -> None:
    page = _ready(person().sign_in("ada@desk.example"))
    page.keyboard.press("/")
    search = page.locator("input:focus")
    expect(search).to_have_count(1)
    page.keyboard.type("?")
    expect(search).to_have_value("?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_command_bar_keeps_the_focus_and_gives_it_back(person: NewPerson) -> None:
    page = _ready(person().sign_in("ada@desk.example"))
    bell = page.get_by_role("button", name="Notifications")
    bell.focus()
    _bar(page)
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('[role=dialog]')")
    page.keyboard.press("Escape")
    expect(bell).to_be_focused()


def test_a_control_says_its_verb_and_its_key(person: NewPerson) -> None:
    page = _ready(person().sign_in("ada@desk.example"))
    page.locator('.rail [data-run="help"]').hover()
    expect(page.get_by_role("tooltip")).to_have_text(re.compile(r"Keyboard\s*\?"))

"""The page of the model in a browser: an administrator walks there, lets it learn, and decides."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPerson, Served

pytestmark = pytest.mark.browser


def _open_by_command(page: Page) -> None:
    expect(page.locator("body[data-layout]")).to_be_attached()
    page.keyboard.press("Control+k")
    page.keyboard.type("go to model")
    page.keyboard.press("Enter")


def test_an_administrator_goes_there_by_the_rail_or_by_a_command(person: NewPerson) -> None:
    page = person().sign_in("theo@desk.example", "/queue")
    _open_by_command(page)
    expect(page).to_have_url(re.compile("/model$"))
    expect(page.get_by_role("heading", name="Model", exact=True)).to_be_visible()
    page.get_by_role("link", name="Queue").click()
    expect(page).to_have_url(re.compile("/queue$"))
    page.get_by_role("link", name="Model").click()
    expect(page.get_by_role("link", name="Model")).to_have_attribute("aria-current", "page")
    expect(page.get_by_text("abc+def").first).to_be_visible()


def test_the_confusion_is_a_table_that_can_be_read_without_seeing_it(person: NewPerson) -> None:
    page = person().sign_in("theo@desk.example", "/model")
    table = page.get_by_role("table", name=re.compile("^Confusion matrix"))
    expect(table.get_by_role("columnheader")).to_have_count(10)
    expect(table.get_by_role("rowheader")).to_have_count(9)
    expect(table.get_by_role("cell", name=re.compile("%")).first).to_be_attached()
    expect(page.get_by_role("img", name=re.compile("^Share that is right against confidence"))).to_be_visible()


def test_the_model_learns_from_a_correction_and_a_person_accepts_and_goes_back(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("Where is my parcel?", subject="Parcel")
    start = person()
    page = start.sign_in("theo@desk.example", f"/tickets/{ticket_id}")
    expect(page.get_by_role("log")).to_contain_text("Where is my parcel?")
    page.get_by_role("button", name=re.compile("^Intent: Product question")).click()
    page.keyboard.type("track order")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Intent: Track order"))).to_be_visible()
    page.evaluate("frontline.go('/model')")
    expect(page.get_by_role("link", name=re.compile("Where is my parcel"))).to_be_visible()

    page.get_by_role("button", name="Retrain").click()
    dialog = page.get_by_role("dialog", name="Retrain on the corrections?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Retrain").click()
    dialog.get_by_role("button", name="Retrain").click()
    proposals = page.get_by_role("region", name="Proposals").get_by_role("table")
    expect(page.get_by_text("Training has begun")).to_be_visible()
    # The page looks again by itself while the model learns; here it has learned at once.
    page.get_by_role("button", name="Refresh").click()
    expect(proposals.get_by_text("Proposed")).to_be_visible()
    proposals.get_by_role("button", name="Accept").click()
    ask = page.get_by_role("dialog", name="Put these heads in force?")
    expect(ask.get_by_role("row", name=re.compile("Category 80.0 % 90.0 %"))).to_be_visible()
    ask.get_by_role("button", name="Accept").click()
    expect(proposals.get_by_text("In force")).to_be_visible()
    proposals.get_by_role("button", name="Roll back").click()
    page.get_by_role("dialog").get_by_role("button", name="Roll back").click()
    expect(proposals.get_by_text("Rolled back", exact=True)).to_be_visible()


def test_an_agent_does_not_see_it(person: NewPerson) -> None:
    page = person().sign_in("ada@desk.example", "/model")
    expect(page.locator(".empty")).to_be_visible()
    expect(page.get_by_role("link", name="Model")).to_have_count(0)
    expect(page.locator(".kpi")).to_have_count(0)

"""Three before one queue: two agents and whoever leads them. And the ways in and back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPerson, Served
from tests.browser.serve import PASSWORD

pytestmark = pytest.mark.browser


def test_a_supervisor_sees_what_both_agents_change(person: NewPerson, desk: Served) -> None:
    first, second = (desk.receive("Chessboard", subject=f"Board {number}") for number in range(2))
    ada, mei, sam = person(), person(), person()
    everybody = {"ada": ada, "mei": mei, "sam": sam}
    for name, one in everybody.items():
        one.sign_in(f"{name}@desk.example", "/queue/open%3Fq%3DChessboard")
        expect(one.row(first)).to_be_visible()
        expect(one.row(second)).to_be_visible()
    ada.page.evaluate("(id) => frontline.run('take', null, [id])", first)
    mei.page.evaluate("(id) => frontline.run('priority', 'critical', [id])", second)
    for one in everybody.values():
        expect(one.row(first)).to_contain_text("Ada Okafor")
        expect(one.row(second).get_by_role("img", name="Priority Critical")).to_be_visible()


def test_what_is_a_colleagues_is_named_and_the_rest_of_many_is_taken(person: NewPerson, desk: Served) -> None:
    ids = [desk.receive("Orchestra", subject=f"Seat {number}") for number in range(3)]
    ada, mei = person(), person()
    for one, email in ((ada, "ada@desk.example"), (mei, "mei@desk.example")):
        one.sign_in(email, "/queue/open%3Fq%3DOrchestra")
        for each in ids:
            expect(one.row(each)).to_be_visible()
    ada.page.evaluate("(id) => frontline.run('take', null, [id])", ids[1])
    expect(mei.row(ids[1])).to_contain_text("Ada Okafor")
    mei.page.keyboard.press("j")
    mei.page.keyboard.press("Shift+J")
    mei.page.keyboard.press("Shift+J")
    mei.page.keyboard.press("t")
    notice = mei.page.locator(".toast.bad")
    expect(notice).to_contain_text(f"#{ids[1]} not changed")
    expect(notice).to_contain_text("Ada Okafor")
    for each, owner in zip(ids, ("Mei Takeda", "Ada Okafor", "Mei Takeda"), strict=True):
        expect(mei.row(each)).to_contain_text(owner)


def test_many_are_chosen_given_to_somebody_and_taken_back(person: NewPerson, desk: Served) -> None:
    ids = [desk.receive("Parcels", subject=f"Parcel {number}") for number in range(3)]
    sam, mei = person(), person()
    for one, email in ((sam, "sam@desk.example"), (mei, "mei@desk.example")):
        one.sign_in(email, "/queue/open%3Fq%3DParcels")
        for each in ids:
            expect(one.row(each)).to_be_visible()
    page = sam.page
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.get_by_role("toolbar", name="Selected tickets")).to_contain_text("2 selected")
    chosen = page.evaluate("frontline.list.selected()")
    page.keyboard.press("a")
    page.get_by_role("option", name="Mei Takeda").wait_for()
    page.keyboard.type("mei")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("2 tickets assigned to Mei Takeda")
    for one in (sam, mei):
        for each in chosen:
            expect(one.row(each)).to_contain_text("Mei Takeda")
        [left] = set(ids) - set(chosen)
        expect(one.row(left)).to_contain_text("Unassigned")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("Taken back")
    for one in (sam, mei):
        for each in ids:
            expect(one.row(each)).to_contain_text("Unassigned")


@pytest.mark.parametrize("path", ["/tickets/{ticket}", "/queue/at-risk?priority=high&sort=newest"])
def test_who_signs_in_arrives_where_the_link_led(person: NewPerson, desk: Served, path: str) -> None:
    wanted = path.format(ticket=desk.receive("A link in a mail", subject="Deep link"))
    ada = person()
    page = ada.open(wanted)
    expect(page).to_have_url(re.compile("/login"))
    page.get_by_label("E-mail").fill("ada@desk.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(desk.url + wanted)
    if "tickets" in wanted:
        expect(page.get_by_role("heading", name="Deep link")).to_be_visible()
    else:
        expect(page.locator("nav.tabs a.on")).to_contain_text("At risk")
        expect(page.get_by_role("button", name="Priority is High", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Newest first")).to_be_visible()


def test_the_back_button_goes_through_what_was_seen(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("Breadcrumb", subject="Way back")
    ada = person()
    page = ada.sign_in("ada@desk.example", "/queue/open%3Fq%3DBreadcrumb")
    ada.row(ticket_id).get_by_role("link").click()
    expect(page.get_by_role("heading", name="Way back")).to_be_visible()
    page.goto(f"{desk.url}/queue/unassigned")
    expect(page.locator("nav.tabs a.on")).to_contain_text("Unassigned")
    page.get_by_role("link", name="All open").first.click()
    expect(page.locator("nav.tabs a.on")).to_contain_text("All open")
    page.go_back()
    expect(page.locator("nav.tabs a.on")).to_contain_text("Unassigned")
    page.go_back()
    expect(page.get_by_role("heading", name="Way back")).to_be_visible()
    page.go_back()
    expect(page.locator("body")).to_have_attribute("data-layout", "queue")
    expect(page.locator(".ag-row")).to_have_count(1)
    page.go_forward()
    expect(page.get_by_role("heading", name="Way back")).to_be_visible()

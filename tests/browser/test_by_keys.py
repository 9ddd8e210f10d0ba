"""What agents do most, by keys alone: no test here touches the mouse."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPerson, Person, Served

pytestmark = pytest.mark.browser


def _listed(page: Page) -> list[int]:
    """The ids of the rows, from the top."""
    found: list[int] = page.evaluate(
        "() => Array.from({ length: frontline.list.api.getDisplayedRowCount() },"
        " (_, at) => frontline.list.api.getDisplayedRowAtIndex(at).data.id)"
    )
    return found


def _search(agent: Person, word: str, ids: list[int], email: str = "ada@desk.example") -> list[int]:
    """Somebody before a list of these tickets alone; returns them in its order."""
    page = agent.sign_in(email, f"/queue/open%3Fq%3D{word}")
    for ticket_id in ids:
        expect(agent.row(ticket_id)).to_be_visible()
    return _listed(page)


def _open(agent: Person, ticket_id: int, email: str = "ada@desk.example") -> Page:
    page = agent.sign_in(email, f"/tickets/{ticket_id}")
    expect(page.locator("#thread > *").first).to_be_visible()
    return page


def _choose(page: Page, command: str, typed: str, option: str) -> None:
    """Press the key of a command, type, and take the first that is found."""
    page.keyboard.press(command)
    expect(page.get_by_role("combobox")).to_be_focused()
    page.get_by_role("option").first.wait_for()
    page.keyboard.type(typed)
    expect(page.get_by_role("option", name=option).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")


def _ticket(desk: Served, ticket_id: int) -> Any:
    return desk.call("GET", f"/tickets/{ticket_id}")


def test_up_and_down_the_list_into_a_ticket_and_back(person: NewPerson, desk: Served) -> None:
    ids = [desk.receive("Stepladder", subject=f"Step {number}") for number in range(3)]
    ada = person()
    order = _search(ada, "Stepladder", ids)
    for key, expected in (("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1)):
        ada.page.keyboard.press(key)
        expect(ada.row(order[expected])).to_have_class(re.compile("is-current"))
    ada.page.keyboard.press("Enter")
    expect(ada.page).to_have_url(re.compile(f"/tickets/{order[1]}$"))
    expect(ada.page.get_by_role("log")).to_contain_text("Stepladder")
    ada.page.keyboard.press("j")
    expect(ada.page).to_have_url(re.compile(f"/tickets/{order[2]}$"))
    ada.page.keyboard.press("Escape")
    expect(ada.page).to_have_url(re.compile("q=Stepladder"))
    expect(ada.row(order[2])).to_have_class(re.compile("is-current"))


def test_a_ticket_is_taken_from_the_list(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("Takeaway", subject="Whose is it")
    ada = person()
    _search(ada, "Takeaway", [ticket_id])
    ada.page.keyboard.press("j")
    ada.page.keyboard.press("t")
    expect(ada.row(ticket_id)).to_contain_text("Ada Okafor")
    expect(ada.page.locator(".toast")).to_contain_text(f"#{ticket_id} assigned to Ada Okafor")


def test_a_ticket_is_assigned_to_somebody_by_typing_their_name(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("Handover", subject="For Mei")
    sam = person()
    _search(sam, "Handover", [ticket_id], "sam@desk.example")
    sam.page.keyboard.press("j")
    _choose(sam.page, "a", "mei", "Mei Takeda")
    expect(sam.row(ticket_id)).to_contain_text("Mei Takeda")
    assert _ticket(desk, ticket_id)["assignee"]["name"] == "Mei Takeda"


def test_status_and_priority_are_set_from_the_list(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("Thermometer", subject="Set me")
    ada = person()
    _search(ada, "Thermometer", [ticket_id])
    ada.page.keyboard.press("j")
    _choose(ada.page, "p", "crit", "Critical")
    expect(ada.row(ticket_id).get_by_role("img", name="Priority Critical")).to_be_visible()
    _choose(ada.page, "s", "pend", "Pending customer")
    expect(ada.page.locator(".toast")).to_contain_text(f"#{ticket_id} set to Pending customer")
    found = _ticket(desk, ticket_id)
    assert (found["priority"], found["status"]) == ("critical", "pending_customer")


def test_a_reply_and_a_note_are_written(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("How many keys?", subject="Pen and paper")
    page = _open(person(), ticket_id)
    page.keyboard.press("r")
    page.keyboard.type("As many as you like.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.out", has_text="As many as you like.")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("She has three.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.noted", has_text="She has three.")).to_be_visible()


def test_a_macro_is_put_in(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("Which floor?", subject="Macro", name="Kim Bellweather")
    page = _open(person(), ticket_id)
    _choose(page, "m", "roll", "Roll-out plan")
    expect(page.get_by_role("textbox", name="Text of the reply or note")).to_have_value(
        f"Hello Kim, #{ticket_id} is on its way."
    )


def test_resolving_leaves_the_ticket_and_with_shift_opens_the_next(person: NewPerson, desk: Served) -> None:
    ids = [desk.receive("Dominoes", subject=f"Domino {number}") for number in range(3)]
    ada = person()
    order = _search(ada, "Dominoes", ids)
    ada.page.keyboard.press("j")
    ada.page.keyboard.press("e")
    expect(ada.page.locator(".toast")).to_contain_text(f"#{order[0]} resolved")
    ada.page.keyboard.press("j")
    ada.page.keyboard.press("Enter")
    expect(ada.page).to_have_url(re.compile(f"/tickets/{order[1]}$"))
    expect(ada.page.locator("#thread > *").first).to_be_visible()
    ada.page.keyboard.press("Shift+E")
    expect(ada.page).to_have_url(re.compile(f"/tickets/{order[2]}$"))
    expect(ada.page.locator(".toast")).to_contain_text(f"#{order[1]} resolved")
    assert [_ticket(desk, each)["status"] == "resolved" for each in order] == [True, True, False]


def test_a_search_from_an_open_ticket_and_back_to_it(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("A marmalade stain", subject="Kitchen door")
    page = _open(person(), desk.receive("Nothing", subject="Elsewhere"))
    page.keyboard.press("/")
    expect(page.get_by_label("Search tickets")).to_be_focused()
    page.keyboard.type("marmalade")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=marmalade"))
    expect(page.locator(".ag-row")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/tickets/{ticket_id}$"))


def test_the_command_bar_jumps_to_a_ticket_and_to_a_view(person: NewPerson, desk: Served) -> None:
    first, second = (desk.receive("Trampoline", subject=f"Jump {number}") for number in range(2))
    page = _open(person(), first)
    page.keyboard.press("Control+k")
    page.keyboard.type(f"{second}")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/tickets/{second}$"))
    expect(page.get_by_role("heading", name="Jump 1")).to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("open view")
    expect(page.get_by_role("option", name="Open view", exact=True)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.get_by_role("option", name="At risk").wait_for()
    page.keyboard.type("risk")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/queue/at-risk$"))


def test_a_filter_is_added_and_taken_away(person: NewPerson, desk: Served) -> None:
    chat = desk.receive("By chat", subject="Sieve, chat", channel="chat")
    mail = desk.receive("By mail", subject="Sieve, mail")
    ada = person()
    page = ada.sign_in("ada@desk.example", "/queue/open%3Fsort%3Dnewest")
    expect(ada.row(mail)).to_be_visible()
    _choose(page, "f", "channel chat", "Chat")
    expect(page).to_have_url(re.compile("channel=chat"))
    expect(ada.row(mail)).to_have_count(0)
    expect(ada.row(chat)).to_be_visible()
    _choose(page, "f", "channel chat", "Chat")
    expect(page).to_have_url(re.compile(r"/queue/open\?sort=newest$"))
    expect(ada.row(mail)).to_be_visible()


def test_several_are_chosen_and_let_go(person: NewPerson, desk: Served) -> None:
    ids = [desk.receive("Bouquet", subject=f"Flower {number}") for number in range(3)]
    ada = person()
    _search(ada, "Bouquet", ids)
    bar = ada.page.get_by_role("toolbar", name="Selected tickets")
    for key, said in (("j", None), ("x", "1 selected"), ("Shift+J", "2 selected"), ("x", "1 selected")):
        ada.page.keyboard.press(key)
        if said:
            expect(bar).to_contain_text(said)
    ada.page.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_the_keys_go_on_where_a_row_was_that_has_left(person: NewPerson, desk: Served) -> None:
    ids = [desk.receive("Peas in a pod", subject=f"Pea {number}") for number in range(3)]
    sam = person()
    _search(sam, "Peas", ids, "sam@desk.example")
    page = sam.page
    page.evaluate("(ids) => frontline.run('take', null, ids)", ids)
    expect(page.locator(".toast")).to_contain_text("3 tickets assigned to Sam Lindqvist")
    page.goto(f"{desk.url}/queue/mine")
    for each in ids:
        expect(sam.row(each)).to_be_visible()
    order = _listed(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(sam.row(order[1])).to_have_count(0)
    assert page.evaluate("frontline.targets()") == []
    page.keyboard.press("p")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("j")
    expect(sam.row(order[2])).to_have_class(re.compile("is-current"))
    page.keyboard.press("k")
    expect(sam.row(order[0])).to_have_class(re.compile("is-current"))
    assert _ticket(desk, order[2])["status"] != "resolved"


def test_a_late_answer_for_a_ticket_that_was_left_does_not_turn_the_keys_to_it(person: NewPerson, desk: Served) -> None:
    first, second = (desk.receive("Latecomer", subject=f"Late {number}") for number in range(2))
    page = _open(person(), first)
    page.evaluate("(path) => frontline.go(path)", f"/tickets/{second}")
    page.evaluate("(id) => frontline.layout('ticket', id)", first)
    assert page.evaluate("frontline.targets()") == [second]
    page.keyboard.press("Escape")
    page.evaluate("(id) => frontline.layout('ticket', id)", second)
    expect(page.locator("body")).to_have_attribute("data-layout", "queue")
    assert page.evaluate("frontline.openTicket") is None

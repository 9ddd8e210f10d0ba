"""The queue as agents work it: by keys, many tickets at once, in lists of their own, and still under the eye."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPerson, Person, Served

pytestmark = pytest.mark.browser


@pytest.fixture
def arrive(desk: Served) -> Callable[..., list[int]]:
    """Makes tickets that a search for the word they share finds, and nothing else."""

    def make(word: str, many: int = 3, **values: str) -> list[int]:
        return [desk.receive(f"{word} {number}", subject=f"{word} {number}", **values) for number in range(many)]

    return make


def _listed(page: Page) -> list[int]:
    """The ids of the rows, from the top."""
    found: list[int] = page.evaluate(
        "() => { const ids = [];"
        " frontline.list.api.forEachNodeAfterFilterAndSort((node) => ids.push(node.data.id)); return ids; }"
    )
    return found


def _shown(person: Person, ids: list[int]) -> None:
    for ticket_id in ids:
        expect(person.row(ticket_id)).to_be_visible()


def _search(person: Person, email: str, word: str, ids: list[int]) -> Page:
    page = person.sign_in(email, f"/queue/open%3Fq%3D{word}")
    _shown(person, ids)
    page.mouse.move(5, 5)
    return page


def test_the_day_goes_by_keys_alone(person: NewPerson, desk: Served, arrive: Callable[..., list[int]]) -> None:
    ids = arrive("Keystroke")
    ada = person()
    page = _search(ada, "ada@desk.example", "Keystroke", ids)
    order = _listed(page)
    page.keyboard.press("j")
    expect(ada.row(order[0])).to_have_class(re.compile("is-current"))
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(ada.row(order[0])).to_have_class(re.compile("is-current"))
    page.keyboard.press("t")
    expect(ada.row(order[0])).to_contain_text("Ada Okafor")
    page.keyboard.press("p")
    page.get_by_role("option", name="Critical").wait_for()
    page.keyboard.type("crit")
    page.keyboard.press("Enter")
    expect(ada.row(order[0]).get_by_role("img", name="Priority Critical")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/tickets/{order[0]}$"))
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(f"/tickets/{order[1]}$"))
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("q=Keystroke"))
    page.keyboard.press("e")
    expect(page.get_by_role("status").filter(has_text="resolved")).to_be_visible()
    assert desk.call("GET", f"/tickets/{order[1]}")["status"] == "resolved"


def test_resolve_and_next_opens_the_next_of_the_list(
    person: NewPerson, desk: Served, arrive: Callable[..., list[int]]
) -> None:
    ids = arrive("Conveyor")
    ada = person()
    page = _search(ada, "ada@desk.example", "Conveyor", ids)
    order = _listed(page)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/tickets/{order[0]}$"))
    page.get_by_role("log").wait_for()
    page.keyboard.press("Shift+E")
    expect(page).to_have_url(re.compile(f"/tickets/{order[1]}$"))
    expect(page.get_by_role("status").filter(has_text=f"#{order[0]} resolved")).to_be_visible()
    assert desk.call("GET", f"/tickets/{order[0]}")["status"] == "resolved"
    assert desk.call("GET", f"/tickets/{order[1]}")["status"] != "resolved"


def test_many_are_changed_at_once_and_put_back(
    person: NewPerson, desk: Served, arrive: Callable[..., list[int]]
) -> None:
    ids = arrive("Bulkhead")
    ada = person()
    page = _search(ada, "ada@desk.example", "Bulkhead", ids)
    page.keyboard.press("j")
    page.keyboard.press("Shift+J")
    page.keyboard.press("Shift+J")
    bar = page.get_by_role("toolbar", name="Selected tickets")
    expect(bar).to_contain_text("3 selected")
    bar.get_by_role("button", name="Priority").click()
    page.get_by_role("option", name="Critical").click()
    expect(page.locator(".toast")).to_contain_text("3 tickets set to priority Critical")
    assert {desk.call("GET", f"/tickets/{each}")["priority"] for each in ids} == {"critical"}
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("Taken back")
    assert "critical" not in {desk.call("GET", f"/tickets/{each}")["priority"] for each in ids}
    for each in ids:
        expect(ada.row(each).get_by_role("img", name="Priority Critical")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_of_two_who_take_a_ticket_one_is_told_who_was_first(
    person: NewPerson, arrive: Callable[..., list[int]]
) -> None:
    [ticket_id] = arrive("Racehorse", 1)
    ada, mei = person(), person()
    pages = [_search(ada, "ada@desk.example", "Racehorse", [ticket_id])]
    pages.append(_search(mei, "mei@desk.example", "Racehorse", [ticket_id]))
    for page in pages:
        page.keyboard.press("j")
        page.evaluate("frontline.run('take')")
    for agent in (ada, mei):
        expect(agent.page.locator(".toast")).to_be_visible()
    tones = sorted("bad" in (page.locator(".toast").get_attribute("class") or "") for page in pages)
    assert tones == [False, True]
    winner = "Ada Okafor" if "bad" not in (pages[0].locator(".toast").get_attribute("class") or "") else "Mei Takeda"
    loser = pages[0] if winner == "Mei Takeda" else pages[1]
    expect(loser.locator(".toast")).to_contain_text(winner)
    for agent in (ada, mei):
        expect(agent.row(ticket_id)).to_contain_text(winner)


def test_new_rows_wait_behind_the_pill_while_somebody_reads(person: NewPerson, desk: Served) -> None:
    later = [desk.receive(f"Slow {number}", subject=f"Slow {number}") for number in range(2)]
    ada = person()
    page = ada.sign_in("ada@desk.example", "/queue/open")
    _shown(ada, later[:1])
    page.keyboard.press("j")
    page.keyboard.press("x")
    before = _listed(page)
    urgent = desk.receive("Help at once", subject="Ahead of all", channel="chat")
    pill = page.locator("#list-pill")
    expect(pill).to_contain_text("1 new above")
    assert _listed(page) == before
    page.keyboard.press(".")
    expect(ada.row(urgent)).to_be_visible()
    expect(pill).to_be_hidden()
    assert [each for each in _listed(page) if each != urgent] == before


def test_filters_and_order_survive_a_reload_and_go_one_by_one(person: NewPerson, desk: Served) -> None:
    chat = desk.receive("By chat", subject="Chatty", channel="chat")
    mail = desk.receive("By mail", subject="Letter")
    ada = person()
    page = ada.sign_in("ada@desk.example", "/queue/open")
    expect(ada.row(mail)).to_be_attached()
    page.keyboard.press("f")
    page.get_by_role("option", name="Chat", exact=True).wait_for()
    page.keyboard.type("channel chat")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/queue/open\?channel=chat$"))
    expect(ada.row(mail)).to_have_count(0)
    page.goto(page.url + "&sort=newest")
    expect(ada.row(chat)).to_be_visible()
    expect(ada.row(mail)).to_have_count(0)
    assert _listed(page) == sorted(_listed(page), reverse=True)
    expect(page.get_by_role("button", name="Newest first")).to_be_visible()
    page.get_by_role("link", name="Remove the filter Channel is Chat").click()
    expect(page).to_have_url(re.compile(r"/queue/open\?sort=newest$"))
    expect(ada.row(mail)).to_be_visible()


def test_an_address_with_nonsense_is_a_list_with_a_notice(person: NewPerson) -> None:
    page = person().sign_in("ada@desk.example", "/queue/open%3Fstatus%3Dlazy")
    expect(page.get_by_role("alert")).to_contain_text("status=lazy")
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def test_a_saved_view_is_kept_for_its_owner_and_can_be_removed(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("By text", subject="Short message", channel="sms")
    ada = person()
    page = ada.sign_in("ada@desk.example", "/queue/open%3Fchannel%3Dsms")
    expect(ada.row(ticket_id)).to_be_visible()
    page.get_by_role("button", name="Save as view").first.click()
    page.keyboard.type("Texts")
    page.get_by_role("option", name="Save for me as “Texts”").wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("View “Texts” saved")
    ada.row(ticket_id).get_by_role("link").click()
    link = page.get_by_role("complementary", name="Views").get_by_role("link", name="Texts")
    expect(link).to_be_visible()
    expect(link).to_have_attribute("href", "/queue/open?channel=sms")
    mei = person()
    mei.sign_in("mei@desk.example", f"/tickets/{ticket_id}")
    expect(mei.page.get_by_role("link", name="All open").first).to_be_visible()
    expect(mei.page.get_by_role("link", name="Texts")).to_have_count(0)
    page.evaluate("frontline.run('remove_view')")
    page.get_by_role("option", name="Texts").click()
    expect(link).to_have_count(0)


def test_the_list_shrinks_to_cards_and_comes_back_as_it_was(
    person: NewPerson, arrive: Callable[..., list[int]]
) -> None:
    ids = arrive("Concertina")
    ada = person()
    page = _search(ada, "ada@desk.example", "Concertina", ids)
    expect(page.get_by_role("columnheader", name="Assignee")).to_be_visible()
    order = _listed(page)
    ada.row(order[1]).get_by_role("link").click()
    expect(page.locator("a.item[aria-current=true]")).to_contain_text("Concertina")
    expect(page.locator("a.item")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.get_by_role("columnheader", name="Assignee")).to_be_visible()
    assert _listed(page) == order


def test_colleagues_see_who_is_on_a_ticket_and_what_is_unread(
    person: NewPerson, arrive: Callable[..., list[int]]
) -> None:
    [ticket_id] = arrive("Lighthouse", 1)
    ada, mei = person(), person()
    _search(ada, "ada@desk.example", "Lighthouse", [ticket_id])
    expect(ada.row(ticket_id).get_by_role("img", name="1 unread")).to_be_visible()
    mei.sign_in("mei@desk.example", f"/tickets/{ticket_id}")
    expect(ada.row(ticket_id).get_by_role("img", name="Mei Takeda looking at it")).to_be_visible()
    mei.page.keyboard.press("Escape")
    expect(ada.row(ticket_id).get_by_role("img", name="Mei Takeda looking at it")).to_have_count(0)
    ada.row(ticket_id).get_by_role("link").click()
    ada.page.get_by_role("log").wait_for()
    ada.page.keyboard.press("Escape")
    expect(ada.row(ticket_id).get_by_role("img", name="1 unread")).to_have_count(0)
    ada.page.reload()
    expect(ada.row(ticket_id)).to_be_visible()
    expect(ada.row(ticket_id).get_by_role("img", name="1 unread")).to_have_count(0)

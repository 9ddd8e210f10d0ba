"""axe-core has nothing to say against any page or panel: light and dark, at a desk and on a phone.

The bar is higher than serious and critical: landmarks and headings, which axe calls moderate, are how people who hear
the desk find their way in it.
"""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from config.settings import load_settings
from core.links import Links
from tests.browser.conftest import NewPerson, Person, Served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("theme", ["light", "dark"]),
]
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
on_both_sizes = pytest.mark.parametrize("size", SIZES)
Start = Callable[..., Person]


@pytest.fixture
def theo(person: NewPerson, theme: str) -> Start:
    """The administrator sees every page."""

    def start(path: str, size: str = "desktop") -> Person:
        made = person(viewport=SIZES[size], color_scheme=theme)
        made.sign_in("theo@desk.example", path)
        expect(made.page.locator("body[data-layout]")).to_be_attached()
        # Whoever chose a theme in another test does not decide here.
        made.page.evaluate("theme => frontlineTheme.set(theme, 'comfortable')", theme)
        expect(made.page.locator("html")).to_have_attribute("data-theme", theme)
        return made

    return start


def _sound(page: Page) -> None:
    """Nothing of what the page shows now breaks a rule, once it stands still."""
    # A tooltip that the last click left is no part of what was opened.
    page.mouse.move(0, 0)
    expect(page.locator("body > .tipbox")).to_have_count(0)
    page.wait_for_function(
        "document.getAnimations().every((one) =>"
        " one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)"
    )
    found = Axe().run(page).response
    assert found["testEngine"]["name"] == "axe-core"
    problems = [
        f"{rule['impact']} {rule['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:220]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    if problems:
        pytest.fail(f"{page.url}\n" + "\n".join(problems))


def test_a_page_with_faults_is_found_out(person: NewPerson, theme: str) -> None:
    page = person(color_scheme=theme).open("/login")
    page.evaluate("document.body.append(document.createElement('button'))")
    with pytest.raises(pytest.fail.Exception, match="button-name"):
        _sound(page)


@on_both_sizes
def test_the_pages_before_signing_in(person: NewPerson, desk: Served, theme: str, size: str) -> None:
    kim = person(viewport=SIZES[size], color_scheme=theme)
    kim.open("/login")
    _sound(kim.page)
    ticket_id = desk.receive("It works again", subject="How did we do?")
    secret = load_settings(_env_file=None, data_dir=desk.folder).secret_key
    kim.open(Links("", secret.get_secret_value().encode()).survey(ticket_id))
    expect(kim.page.get_by_role("radio")).to_have_count(5)
    _sound(kim.page)


@on_both_sizes
def test_the_list_and_a_list_without_tickets(theo: Start, desk: Served, size: str) -> None:
    ticket_id = desk.receive("Nothing opens any more", subject="Doors on floor three", channel="chat")
    start = theo("/queue/open%3Fsort%3Dnewest", size)
    page = start.page
    expect(start.row(ticket_id)).to_be_visible()
    _sound(page)
    page.evaluate("frontline.go('/queue/open?language=zh&channel=phone&priority=low')")
    expect(page.locator("#queue-empty")).to_be_visible()
    _sound(page)


def test_the_list_with_a_selection_and_its_bar(theo: Start, desk: Served) -> None:
    desk.receive("The hub beeps", subject="A beep at night")
    page = theo("/queue").page
    expect(page.locator(".ag-row").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_role("toolbar", name="Selected tickets")).to_contain_text("1 selected")
    _sound(page)


def test_the_command_bar_the_help_and_the_notifications(theo: Start, desk: Served) -> None:
    desk.receive("The app is slow", subject="Slow since Monday")
    page = theo("/queue").page
    expect(page.locator(".ag-row").first).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    _sound(page)
    page.keyboard.type("density")
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="Compact")).to_be_visible()
    _sound(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    _sound(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("^Notifications")).click()
    expect(page.locator("section.alerts")).to_be_visible()
    _sound(page)


@on_both_sizes
def test_a_ticket_its_note_its_reply_and_its_menus(theo: Start, desk: Served, size: str) -> None:
    ticket_id = desk.receive("[mood=very_negative] Third time now", subject="Refund", channel="chat")
    page = theo(f"/tickets/{ticket_id}", size).page
    box = page.get_by_role("textbox", name="Text of the reply or note")
    expect(page.get_by_role("log")).to_contain_text("Third time now")
    page.locator("[data-mode-button=note]").click()
    box.fill("She called twice.")
    _sound(page)
    box.press("Control+Enter")
    expect(page.locator(".msg.noted", has_text="She called twice.")).to_be_visible()
    page.locator("[data-mode-button=reply]").click()
    box.fill("It is on its way.")
    page.locator("#composer-send").click()
    expect(page.locator(".msg.out", has_text="It is on its way.")).to_be_visible()
    _sound(page)
    page.get_by_role("button", name="Status afterwards").click()
    expect(page.get_by_role("menuitemradio").first).to_be_visible()
    _sound(page)
    page.keyboard.press("Escape")
    if size == "phone":
        page.get_by_role("button", name="Details").click()
    expect(page.get_by_role("heading", name="Assistant")).to_be_visible()
    _sound(page)


@on_both_sizes
def test_the_words_behind_a_label_by_key_alone(theo: Start, desk: Served, size: str) -> None:
    text = "[intent=wrong_charge mood=negative] Charged <b>twice</b> and charged again"
    ticket_id = desk.receive(text, subject="November")
    page = theo(f"/tickets/{ticket_id}", size).page
    expect(page.get_by_role("log")).to_contain_text("charged again")
    expect(page.locator(".side [data-key=why-category]")).to_be_attached()
    page.locator("body").press("w")
    expect(page.get_by_role("option", name=re.compile("^Category"))).to_be_visible()
    page.keyboard.type("categ")
    page.keyboard.press("Enter")
    words = page.get_by_role("group", name="Why Category: Billing")
    expect(words).to_contain_text("90 % sure")
    expect(words.get_by_role("listitem").first).to_contain_text("Charged")
    expect(words.get_by_role("listitem").first).to_contain_text("adds 50 points")
    expect(words.get_by_role("listitem").nth(1)).to_contain_text("<b>twice</b>")
    expect(page.locator("[data-key=why-category]")).to_be_focused()
    marked = (
        "name => [...(CSS.highlights.get(name) || [])]"
        ".map((one) => one.startContainer.data.slice(one.startOffset, one.endOffset))"
    )
    assert page.evaluate(marked, "carried") == ["Charged", "charged"]
    assert page.evaluate(marked, "countered") == ["<b>twice</b>"]
    _sound(page)
    page.keyboard.press("Enter")
    expect(words).to_have_count(0)
    assert page.evaluate(marked, "carried") == []


@on_both_sizes
def test_a_ticket_that_does_not_exist(theo: Start, size: str) -> None:
    page = theo("/tickets/999999", size).page
    expect(page.get_by_role("heading", name="This ticket does not exist")).to_be_visible()
    _sound(page)


@on_both_sizes
def test_the_design_page(theo: Start, size: str) -> None:
    page = theo("/design", size).page
    expect(page.locator("[data-specimen]").first).to_be_visible()
    _sound(page)


@on_both_sizes
def test_the_page_of_the_model_with_its_days_and_its_card_unfolded(theo: Start, desk: Served, size: str) -> None:
    desk.receive("Hello there", subject="For the days")
    page = theo("/model", size).page
    expect(page.get_by_role("table", name=re.compile("^Confusion matrix"))).to_be_visible()
    page.locator("summary").evaluate_all("all => all.forEach((one) => one.click())")
    expect(page.get_by_role("region", name="Model card")).to_be_visible()
    _sound(page)

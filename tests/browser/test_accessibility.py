"""axe-core finds nothing serious, light and dark, at a desk and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPerson, Served

pytestmark = pytest.mark.browser
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
GRAVE = ("serious", "critical")


def _grave(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:220]}"
        for rule in found
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


def _settled(page: Page) -> None:
    expect(page.locator("body[data-layout]")).to_be_attached()
    page.wait_for_function("document.getAnimations().every((one) => one.playState !== 'running')")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_serious_on_any_page(person: NewPerson, desk: Served, theme: str, size: str) -> None:
    ticket_id = desk.receive("Nothing opens any more", subject="Doors on floor three", channel="chat")
    theo = person(viewport=SIZES[size], color_scheme=theme)
    found = {"login": _grave(theo.open("/login"))}
    page = theo.sign_in("theo@desk.example")
    expect(page.locator(".ag-row").first).to_be_visible()
    # Whoever chose a theme in another test does not decide here.
    page.evaluate(f"frontlineTheme.set('{theme}', 'comfortable')")
    _settled(page)
    found["queue"] = _grave(page)
    for name, keys in (("command bar", "Control+k"), ("help", "?")):
        page.keyboard.press(keys)
        expect(page.get_by_role("dialog")).to_be_visible()
        found[name] = _grave(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator('.rail [data-run="alerts"]').click()
    expect(page.locator("section.alerts")).to_be_visible()
    found["bell"] = _grave(page)
    page.keyboard.press("Escape")
    for name, path in (("ticket", f"/tickets/{ticket_id}"), ("design", "/design")):
        theo.open(path)
        expect(page.get_by_role("log") if name == "ticket" else page.locator("[data-specimen]").first).to_be_visible()
        page.evaluate(f"frontlineTheme.set('{theme}', 'comfortable')")
        _settled(page)
        found[name] = _grave(page)
    problems = [f"{name}: {problem}" for name, problems in found.items() for problem in problems]
    if problems:
        pytest.fail("\n".join(problems))

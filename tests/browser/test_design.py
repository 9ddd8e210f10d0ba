"""The design page shows every component and what the tokens measure."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPerson
from ui.design.specimens import SPECIMENS

pytestmark = pytest.mark.browser


def test_an_administrator_sees_every_component_in_the_chosen_look(person: NewPerson) -> None:
    page = person().sign_in("theo@desk.example", "/design")
    names = [name for column in SPECIMENS for name, _ in column]
    for name in names:
        expect(page.locator(f'[data-specimen="{name}"]')).to_be_visible()
    expect(page.locator(".tokens tbody tr")).to_have_count(
        2 * page.locator(".tokens .card").first.locator("tbody tr").count()
    )
    page.locator('[data-choice="theme"] [data-value="dark"]').click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator('[data-choice="theme"] [data-value="dark"]')).to_have_attribute("aria-pressed", "true")
    page.locator('[data-choice="density"] [data-value="compact"]').click()
    expect(page.locator("html")).to_have_attribute("data-density", "compact")


def test_an_agent_does_not_see_it(person: NewPerson) -> None:
    page = person().sign_in("ada@desk.example", "/design")
    expect(page.locator(".empty")).to_be_visible()
    expect(page.locator("[data-specimen]")).to_have_count(0)

"""The design system on one page, for administrators: every component in all its states, and what the tokens measure."""

from collections.abc import Mapping
from typing import ClassVar

from core.domain.access import Permission
from core.preferences import Density, Theme
from ui.design.brand import accents
from ui.design.colours import Colour
from ui.design.specimens import sheet, token_table
from ui.design.tokens import TEXT, THEMES, measured
from ui.frame import show
from ui.markup import Html, tag
from ui.news import News
from ui.page import Action, Page
from ui.routing import Route
from ui.texts import say


class DesignPage(Page):
    permission: ClassVar[Permission] = Permission.ADMINISTER

    def build(self) -> None:
        tokens = tag("div", [self._tokens(theme) for theme in THEMES], class_="tokens")
        body = tag("div", sheet(), tokens, class_="scroll", tabindex="0", role="region", aria_label=say("design.title"))
        show(tag("div", _bar(), body, class_="page"), style="page design")

    async def open(self, route: Route) -> None:
        self.browser.call("layout", "design")

    async def load(self) -> None:
        """It shows nothing that changes."""

    def apply(self, news: News) -> None:
        """Tickets do not show here."""

    def actions(self) -> Mapping[str, Action]:
        return {}

    def _tokens(self, theme: Theme) -> Html:
        brand = self.engine.settings.brand_color
        found = measured(theme, accents(Colour.parse(brand), theme) if brand else None)
        lowest = min(ratio for pair, ratio in found if pair.least == TEXT)
        rows = [(pair.ink, pair.ground, ratio, pair.least) for pair, ratio in found]
        title = f"{say('design.tokens')}: {say(f'theme.{theme}')}"
        lead = say("design.tokens.lead", count=len(rows), lowest=f"{lowest:.2f}")
        return tag("section", tag("h2", title), tag("p", lead, class_="is-sm muted"), token_table(rows),
                   data_theme=theme, class_="card")  # fmt: skip


def _bar() -> Html:
    def switch(command: str, values: tuple[str, ...]) -> Html:
        choices = [
            tag("button", say(f"{command}.{value}"), type="button", data_run=command, data_value=value)
            for value in values
        ]
        return tag(
            "span", choices, class_="seg", data_choice=command, role="group", aria_label=say(f"command.{command}")
        )

    lead = tag("span", say("design.lead"), class_="is-sm muted grow clip")
    looks = (switch("theme", (Theme.LIGHT, Theme.DARK)), switch("density", tuple(Density)))
    return tag("div", tag("h1", say("design.title")), lead, looks, class_="bar")

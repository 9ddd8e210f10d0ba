"""How the desk looks and speaks to one person: theme, density, language, remembered on the server."""

from typing import TYPE_CHECKING, Any

from core.domain.enums import Language
from core.preferences import Density, Theme
from ui.commands.registry import Command, Group, Option, Run
from ui.texts import name_of, say

if TYPE_CHECKING:
    from ui.shell import Shell

_THEME_ICONS = {Theme.LIGHT: "sun", Theme.DARK: "moon", Theme.SYSTEM: "device-desktop"}
_DENSITY_ICONS = {Density.COMFORTABLE: "list-details", Density.COMPACT: "layout-list"}
_BROWSER = "browser"
"""The choice to speak whatever language the browser asks for."""


async def _themes(shell: "Shell", _: str, __: tuple[int, ...]) -> list[Option]:
    return [
        Option(theme, say(f"theme.{theme}"), _THEME_ICONS[theme], is_on=theme is shell.preferences.theme)
        for theme in Theme
    ]


async def _densities(shell: "Shell", _: str, __: tuple[int, ...]) -> list[Option]:
    return [
        Option(one, say(f"density.{one}"), _DENSITY_ICONS[one], is_on=one is shell.preferences.density)
        for one in Density
    ]


async def _languages(shell: "Shell", _: str, __: tuple[int, ...]) -> list[Option]:
    """Each under its own name, so that everybody finds theirs."""
    chosen = shell.preferences.language
    return [
        Option(_BROWSER, say("language.of_browser"), "world", is_on=chosen is None),
        *(
            Option(one, say(f"language.own.{one}"), "language", search=name_of("language", one), is_on=one is chosen)
            for one in Language
        ),
    ]


async def _set_theme(shell: "Shell", run: Run) -> None:
    await _prefer(shell, theme=run.value)


async def _set_density(shell: "Shell", run: Run) -> None:
    await _prefer(shell, density=run.value)


async def _prefer(shell: "Shell", **changes: Any) -> None:
    shell.preferences = await shell.engine.preferences.change(shell.actor, **changes)
    shell.browser.call("look", shell.preferences.theme, shell.preferences.density)


async def _set_language(shell: "Shell", run: Run) -> None:
    """Every text of the page changes, so it is loaded anew."""
    chosen = None if run.value == _BROWSER else run.value
    shell.preferences = await shell.engine.preferences.change(shell.actor, language=chosen)
    shell.browser.call("reload")


LOOKS = (
    Command("theme", "moon", Group.LOOK, options=_themes, run=_set_theme),
    Command("density", "list-details", Group.LOOK, options=_densities, run=_set_density),
    Command("language", "language", Group.LOOK, options=_languages, run=_set_language),
)

"""Renders every page, light and dark, on a desk and on a phone, into docs/pictures: `make screenshots`.

It serves the product with demo data in a folder of its own, signs in with the demo buttons and looks with Chromium.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.servers import served

FOLDER = Path(__file__).parent / "pictures"
DESK, PHONE = (1440, 900), (390, 844)


@dataclass(frozen=True)
class Picture:
    """One page: who looks, where, and what is done before the picture is taken."""

    name: str
    role: str
    address: str
    prepare: Callable[[Page], None] = lambda _: None
    sizes: tuple[tuple[int, int], ...] = (DESK, PHONE)


def _select_three(page: Page) -> None:
    for row in (1, 3, 4):
        page.locator(f'.ag-row[row-index="{row}"]').get_by_role("checkbox").first.click()


def _open_liveliest(page: Page) -> None:
    """The ticket whose conversation shows most: several channels, a note, a colleague."""
    page.locator(".ag-row", has_text="Kingsferry").click()
    page.wait_for_selector(".thread article")


def _macros(page: Page) -> None:
    _open_liveliest(page)
    page.keyboard.press("m")
    page.wait_for_timeout(900)


def _press(keys: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        page.locator(".ag-row").first.wait_for()
        page.keyboard.press(keys)
        page.wait_for_timeout(700)

    return press


def _measured(page: Page) -> None:
    """With the model at work: it is loaded while the desk opens."""
    page.locator(".model .badge.good").wait_for(timeout=120_000)


PICTURES = (
    Picture("login", "", "/login"),
    Picture("queue", "supervisor", "/queue"),
    Picture("queue-selected", "supervisor", "/queue", _select_three, (DESK,)),
    Picture("ticket", "agent", "/queue/mine", _open_liveliest),
    Picture("command-bar", "agent", "/queue", _press("Control+k")),
    Picture("macros", "agent", "/queue/mine", _macros, (DESK,)),
    Picture("help", "agent", "/queue", _press("?"), (DESK,)),
    Picture("model", "admin", "/model", _measured),
    Picture("design", "admin", "/design"),
)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with _demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox", "--disable-gpu"])
        for theme in ("light", "dark"):
            for picture in PICTURES:
                for size in picture.sizes:
                    _take(browser, address, picture, theme, size)
        browser.close()


def _take(browser: Browser, address: str, picture: Picture, theme: str, size: tuple[int, int]) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if theme == "dark" else "light",
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address + "/login")
    if picture.role:
        page.locator(f'button[name="role"][value="{picture.role}"]').click()
        page.wait_for_load_state()
    page.goto(address + picture.address)
    page.wait_for_timeout(1_500)
    picture.prepare(page)
    page.wait_for_timeout(700)
    name = "-".join([picture.name, *(["phone"] if size == PHONE else []), *(["dark"] if theme == "dark" else [])])
    page.screenshot(path=FOLDER / f"{name}.png")
    sys.stderr.write(f"docs/pictures/{name}.png\n")
    context.close()


@contextmanager
def _demo() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/frontline.db"
        with served(url, start_seconds=300, data_dir=folder, demo="true") as server:
            yield server.address


def _chromium() -> str:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise SystemExit("There is no Chromium here. Install it, or set CHROMIUM to its path.")
    return path


if __name__ == "__main__":
    main()

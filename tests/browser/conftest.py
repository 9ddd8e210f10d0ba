"""A served desk and real browsers before it. Every test gets tickets of its own, so that a file shares one server; a
queue that held the tickets of every file would be longer than a screen."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-default-apps", "--disable-sync", "--no-first-run",
)  # fmt: skip
_numbers = count(1)


@dataclass(frozen=True)
class Served:
    """A running desk: its address, its data folder, and the API as a program uses it."""

    url: str
    token: str
    folder: Path

    def receive(self, text: str, *, name: str = "Kim Bellweather", channel: str = "email", **message: Any) -> int:
        """A customer's message arrives through the API; returns its ticket. Each call is another customer."""
        number = next(_numbers)
        email = message.pop("email", f"kim{number}@customer.example")
        customer = {"email": email, "name": name, **message.pop("customer", {})}
        body = {"channel": channel, "external_id": f"m{number}", "text": text, "customer": customer, **message}
        ticket_id: int = self.call("POST", "/messages", body)["ticket_id"]
        return ticket_id

    def call(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(f"{self.url}/api/v1{path}", method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, json.dumps(body).encode() if body else None, timeout=30) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("desk")
    port = _free_port()
    log = (folder / "server.log").open("wb")
    command = [sys.executable, "-m", "tests.browser.serve", str(port), str(folder)]
    # NiceGUI serves otherwise when it believes that it runs inside a test.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    server = subprocess.Popen(command, cwd=ROOT, env=outside, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(f"http://127.0.0.1:{port}/login", server, folder / "server.log")
        yield Served(f"http://127.0.0.1:{port}", (folder / "token").read_text(), folder)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
        log.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail(f"the desk did not start:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """For one file only: while Playwright is open it keeps an event loop running, which other tests can't have."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium here; set CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@dataclass
class Person:
    """Somebody before a browser of their own. What scripts complain of is kept, and fails the test."""

    context: BrowserContext
    page: Page
    url: str
    problems: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def sign_in(self, email: str, path: str = "/queue") -> Page:
        from tests.browser.serve import PASSWORD

        self.open(f"/login?next={path}")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        return self.page

    def row(self, ticket_id: int) -> Any:
        return self.page.locator(f'.ag-row[row-id="{ticket_id}"]')


NewPerson = Callable[..., Person]


@pytest.fixture
def person(chromium: Browser, desk: Served) -> Iterator[NewPerson]:
    """Makes people, each with a browser of their own."""
    people: list[Person] = []

    def make(**options: Any) -> Person:
        context = chromium.new_context(viewport=options.pop("viewport", {"width": 1440, "height": 900}), **options)
        context.set_default_timeout(10_000)
        made = Person(context, context.new_page(), desk.url, [])
        made.page.on("pageerror", lambda error: made.problems.append(str(error)))
        made.page.on("console", lambda line: made.problems.append(line.text) if line.type == "error" else None)
        people.append(made)
        return made

    expect.set_options(timeout=10_000)
    yield make
    problems = [problem for made in people for problem in made.problems]
    for made in people:
        made.context.close()
    assert not problems

"""Reading and answering a ticket."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPerson, Served

pytestmark = pytest.mark.browser


def test_a_newer_message_stops_the_reply_once(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("It is broken", subject="Stopped once", email="stop@customer.example", channel="chat")
    ada = person()
    page = ada.sign_in("ada@desk.example", f"/tickets/{ticket_id}")
    box = page.get_by_role("textbox", name="Text of the reply or note")
    box.fill("Please send it back.")
    desk.receive("It works again, thank you", email="stop@customer.example", ticket_id=ticket_id, channel="chat")
    expect(page.get_by_role("log")).to_contain_text("It works again")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("wrote again while you were writing")).to_be_visible()
    expect(box).to_have_value("Please send it back.")
    expect(page.locator(".msg.out", has_text="Please send it back.")).to_have_count(0)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".msg.out", has_text="Please send it back.")).to_be_visible()
    expect(box).to_have_value("")


def test_a_note_is_tinted_and_stays_inside(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("Refund please", subject="With a note")
    ada = person()
    page = ada.sign_in("ada@desk.example", f"/tickets/{ticket_id}")
    page.get_by_role("log").wait_for()
    page.keyboard.press("n")
    page.keyboard.type("She called twice.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg.noted")).to_contain_text("She called twice.")
    found = desk.call("GET", f"/tickets/{ticket_id}/messages")["items"]
    assert [message["text"] for message in found if message["kind"] == "note"] == ["She called twice."]


def test_a_reply_can_be_taken_back_and_its_text_returns(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("Which key fits?", subject="Undo")
    ada = person()
    page = ada.sign_in("ada@desk.example", f"/tickets/{ticket_id}")
    box = page.get_by_role("textbox", name="Text of the reply or note")
    box.fill("The wrong answer")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Undo").click()
    expect(box).to_have_value("The wrong answer")
    expect(page.locator(".msg.out", has_text="The wrong answer").get_by_role("img", name="Taken back")).to_be_visible()


def test_a_suggested_answer_is_inserted(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("Door hub offline hold the reset button", subject="Suggest something")
    ada = person()
    page = ada.sign_in("ada@desk.example", f"/tickets/{ticket_id}")
    page.get_by_role("button", name="Insert").first.click()
    expect(page.get_by_role("textbox", name="Text of the reply or note")).to_have_value(
        "Hold the reset button for ten seconds."
    )


def test_status_and_priority_change_for_both_readers(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("A small thing", subject="Changed")
    ada, mei = person(), person()
    path = f"/tickets/{ticket_id}"
    ada.sign_in("ada@desk.example", path)
    mei.sign_in("mei@desk.example", path)
    ada.page.get_by_label("Priority", exact=True).select_option("critical")
    expect(mei.page.get_by_label("Priority", exact=True)).to_have_value("critical")
    mei.page.get_by_label("Status", exact=True).select_option("resolved")
    expect(ada.page.get_by_label("Status", exact=True)).to_have_value("resolved")


def test_a_draft_survives_a_reload(person: NewPerson, desk: Served) -> None:
    ticket_id = desk.receive("Slow typing", subject="Draft")
    ada = person()
    page = ada.sign_in("ada@desk.example", f"/tickets/{ticket_id}")
    page.get_by_role("textbox", name="Text of the reply or note").fill("Not finished y")
    page.reload()
    expect(page.get_by_role("textbox", name="Text of the reply or note")).to_have_value("Not finished y")


def test_hostile_text_is_only_text(person: NewPerson, desk: Served) -> None:
    evil = "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>"
    ticket_id = desk.receive(
        f"Body {evil} {{{{7*7}}}} ${{document.title='pwned'}} `x`", subject=f"Subject {evil}", name=evil[:190]
    )
    ada = person()
    ada.sign_in("ada@desk.example")
    expect(ada.row(ticket_id)).to_contain_text("Subject <img src=x")
    expect(ada.row(ticket_id)).to_contain_text("Body <img src=x")
    assert ada.page.locator(".ag-row img").count() == 0
    ada.open(f"/tickets/{ticket_id}")
    expect(ada.page.get_by_role("log")).to_contain_text("<script>document.title='pwned'</script>")
    expect(ada.page.get_by_role("log")).to_contain_text("{{7*7}}")
    assert ada.page.locator(".panel img, .panel script").count() == 0
    assert ada.page.evaluate("document.title").startswith(f"#{ticket_id} Subject <img")
    ada.page.get_by_role("textbox", name="Text of the reply or note").fill(evil)
    ada.page.get_by_role("button", name="Send").click()
    expect(ada.page.locator(".msg.out", has_text=evil).last).to_contain_text("Ada Okafor")
    assert "pwned" not in ada.page.evaluate("document.title.slice(0, 6)")
    assert ada.page.locator(".panel img, .panel script").count() == 0


def test_the_original_is_shown_in_a_frame_without_rights(person: NewPerson, desk: Served) -> None:
    html = "<p>Hello <b>there</b></p><img src='https://tracker.example/pixel.png'>"
    ticket_id = desk.receive("", html=html, subject="Fancy mail")
    ada = person()
    page = ada.sign_in("ada@desk.example", f"/tickets/{ticket_id}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Show original").click()
    frame = page.locator("iframe")
    expect(frame).to_have_attribute("sandbox", "")
    expect(page.frame_locator("iframe").locator("b")).to_have_text("there")
    assert not any("tracker.example" in url for url in asked)
    page.get_by_role("button", name="Show original").click()
    expect(frame).to_have_count(0)
    ada.problems.clear()  # Chromium reports what the frame's policy blocked.


def test_an_attachment_is_a_download_and_never_a_page(person: NewPerson, desk: Served) -> None:
    attachment = {
        "filename": "bill.html",
        "content_type": "text/html",
        "content": "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    }
    ticket_id = desk.receive("See the file", subject="With a file", attachments=[attachment])
    ada = person()
    page = ada.sign_in("ada@desk.example", f"/tickets/{ticket_id}")
    with page.expect_download() as started:
        page.get_by_role("link", name="bill.html").click()
    assert started.value.suggested_filename == "bill.html"
    href = page.get_by_role("link", name="bill.html").get_attribute("href")
    stranger = person()
    stranger.open(href or "")
    expect(stranger.page).to_have_url(re.compile("/login"))


def test_a_ticket_that_is_not_there_says_so(person: NewPerson) -> None:
    ada = person()
    page = ada.sign_in("ada@desk.example", "/tickets/99999999")
    expect(page.get_by_text("This ticket does not exist")).to_be_visible()
    ada.problems.clear()  # Chromium reports the 404 as an error.

"""Reading messages, their originals and their files."""

import base64

import orjson
import pytest

from core.domain.messages import InboundAttachment
from integrations.api.responses import disposition
from tests.factories import a_message, a_ticket
from tests.integrations.api.caller import Caller, a_payload

PICTURE = InboundAttachment('Größe "1".html', "text/html", b"<script>alert(1)</script>")


async def test_conversation_is_read_page_by_page(ada: Caller) -> None:
    ticket = await a_ticket(ada.engine)
    for number in range(6):
        await ada.post(f"/tickets/{ticket.id}/notes", {"text": f"Note {number}"}, 201)
    items = await ada.walk(f"/tickets/{ticket.id}/messages", 2)
    ids = [item["id"] for item in items]
    assert ids == sorted(set(ids))
    assert [item["text"] for item in items if item["kind"] == "note"] == [f"Note {number}" for number in range(6)]
    whole = await ada.get(f"/tickets/{ticket.id}")
    assert items == whole["messages"]


async def test_conversation_of_an_unknown_ticket_is_not_found(ada: Caller) -> None:
    assert (await ada.problem("GET", "tickets/999999/messages", 404))["noun"] == "ticket"


async def test_one_message_is_read(ada: Caller) -> None:
    ticket = await a_ticket(ada.engine, "It crashes [intent=error_report]")
    (listed, *_) = (await ada.get(f"/tickets/{ticket.id}/messages"))["items"]
    message = await ada.get(f"/messages/{listed['id']}")
    assert message == listed
    assert message["analysis"]["intent"] == "error_report"


async def test_unknown_message_is_not_found(ada: Caller) -> None:
    await ada.problem("GET", "messages/999999", 404)
    await ada.problem("GET", "messages/999999/original", 404)


async def test_original_comes_back_byte_for_byte_as_a_download(ada: Caller) -> None:
    body = orjson.dumps(a_payload(html="<b onclick=x>hi</b><script>1</script>"))
    receipt = (await ada.ask("POST", "/api/v1/messages", content=body)).json()
    response = await ada.ask("GET", f"/api/v1/messages/{receipt['message_id']}/original")
    assert response.content == body
    assert response.headers["content-type"] == "application/json"
    assert response.headers["content-disposition"].startswith('attachment; filename="message-')
    assert "sandbox" in response.headers["content-security-policy"]


async def test_large_original_comes_back_too(ada: Caller) -> None:
    body = orjson.dumps(a_payload(text="word " * 10_000))
    receipt = (await ada.ask("POST", "/api/v1/messages", content=body)).json()
    response = await ada.ask("GET", f"/api/v1/messages/{receipt['message_id']}/original")
    assert response.content == body


async def test_note_has_no_original(ada: Caller) -> None:
    ticket = await a_ticket(ada.engine)
    note = await ada.post(f"/tickets/{ticket.id}/notes", {"text": "Hm."}, 201)
    await ada.problem("GET", f"messages/{note['id']}/original", 404)


async def test_hostile_file_is_only_ever_saved(ada: Caller) -> None:
    receipt = await ada.engine.intake.accept(a_message(attachments=(PICTURE,)))
    (listed,) = (await ada.get(f"/messages/{receipt.message_id}"))["attachments"]
    response = await ada.ask("GET", listed["url"])
    assert response.content == PICTURE.content
    disposed = response.headers["content-disposition"]
    assert disposed.startswith("attachment;")
    assert "filename*=UTF-8''Gr%C3%B6%C3%9Fe" in disposed
    policy = response.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy


async def test_refused_file_keeps_its_name_and_has_no_content(ada: Caller) -> None:
    file = {"filename": "setup.exe", "content": base64.b64encode(b"MZ").decode()}
    receipt = await ada.post("/messages", a_payload(attachments=[file]), 202)
    (listed,) = (await ada.get(f"/messages/{receipt['message_id']}"))["attachments"]
    assert (listed["state"], listed["url"]) == ("rejected", None)
    assert ".exe" in listed["reason"]
    told = await ada.problem("GET", f"attachments/{listed['id']}", 404)
    assert str(listed["id"]) in told["detail"]


async def test_unknown_attachment_is_not_found(ada: Caller) -> None:
    await ada.problem("GET", "attachments/999999", 404)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("bill.pdf", "bill.pdf"),
        ('a"b\r\nc.txt', "a_b__c.txt"),
        ("日本.txt", "__.txt"),
        ("x" * 300, "x" * 100),
        ("\ud800.txt", "_.txt"),
        ("", "file"),
    ],
)
def test_name_of_a_download_can_not_break_the_header(name: str, plain: str) -> None:
    told = disposition(name)
    assert told.startswith(f"attachment; filename=\"{plain}\"; filename*=UTF-8''")
    assert told.isascii()
    assert told.isprintable()

"""Delivery to a real SMTP server in the same process, which answers as it is told."""

import asyncio
import email
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr

from config.smtp import SmtpServer, TlsMode
from core.domain.enums import Channel
from core.domain.errors import DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from core.domain.messages import OutboundMessage
from integrations.email.sender_address import MailboxAddress
from integrations.email.smtp import SmtpChannel
from integrations.email.thread_ids import ThreadSigner
from tests.smtp import smtp_server

REPLY = OutboundMessage(
    outbox_id=5,
    effect_key="reply:77",
    channel=Channel.EMAIL,
    recipient="kim@customer.example",
    ticket_id=42,
    message_id=77,
    subject="Re: My order",
    text="Dear Kim,\n.\n..two dots\n",
    sender_name="Ada",
    automatic=False,
    queued_at=datetime(2025, 3, 1, tzinfo=UTC),
)
PASSWORD = "open sesame"


class Server:
    """Answers each step with `answers[step]` when set; `drop_at` closes the connection there instead."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.drop_at: str | None = None
        self.taken: list[Envelope] = []
        self.port = 0

    async def _step(self, step: str, otherwise: str, protocol: SMTP) -> str:
        if self.drop_at == step:
            assert isinstance(protocol.transport, asyncio.Transport)
            protocol.transport.abort()
            await asyncio.sleep(0)
        return self.answers.get(step, otherwise)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, mail_options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self._step("mail", "250 OK", server)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await self._step("rcpt", "250 OK", server)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await self._step("data", "250 queued as 17", server)
        if answer.startswith("2"):
            self.taken.append(envelope)
        return answer

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
        return AuthResult(success=good, handled=False)


@pytest.fixture
async def start() -> AsyncIterator[Callable[..., Awaitable[Server]]]:
    async with AsyncExitStack() as running:

        async def _start(*, wants_password: bool = False) -> Server:
            server = Server()
            listening = smtp_server(
                server,
                auth_required=wants_password,
                auth_require_tls=False,
                authenticator=server.authenticate if wants_password else None,
            )
            server.port = await running.enter_async_context(listening)
            return server

        yield _start


def channel(signer: ThreadSigner, port: int, **options: Any) -> SmtpChannel:
    timeout = options.pop("timeout", 5.0)
    server = SmtpServer("127.0.0.1", port, options.pop("tls", TlsMode.NONE), **options)
    return SmtpChannel(server, sender=MailboxAddress("support@desk.example"), signer=signer, timeout=timeout)


async def test_message_is_delivered_whole(start: Callable[..., Awaitable[Server]], signer: ThreadSigner) -> None:
    server = await start()
    receipt = await channel(signer, server.port).deliver(REPLY)
    assert receipt.external_id == signer.message_id(42, 5, "desk.example")
    assert "queued as 17" in receipt.detail
    (envelope,) = server.taken
    assert envelope.mail_from == "support@desk.example"
    assert envelope.rcpt_tos == ["kim@customer.example"]
    assert isinstance(envelope.content, bytes)
    assert email.message_from_bytes(envelope.content).get_payload(decode=True) == b"Dear Kim,\r\n.\r\n..two dots\r\n"


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 5.1.1 no such user", PermanentDeliveryError),
        ("552 too big", PermanentDeliveryError),
        ("450 4.2.1 mailbox busy", TemporaryDeliveryError),
        ("452 4.2.2 mailbox full", TemporaryDeliveryError),
    ],
)
async def test_answers_of_the_server_become_errors(
    start: Callable[..., Awaitable[Server]], signer: ThreadSigner, step: str, answer: str, error: type[DeliveryError]
) -> None:
    server = await start()
    server.answers[step] = answer
    with pytest.raises(error, match=answer[:3]):
        await channel(signer, server.port).deliver(REPLY)
    assert server.taken == []


@pytest.mark.parametrize("step", ["mail", "rcpt"])
async def test_break_before_the_content_is_temporary(
    start: Callable[..., Awaitable[Server]], signer: ThreadSigner, step: str
) -> None:
    server = await start()
    server.drop_at = step
    with pytest.raises(TemporaryDeliveryError):
        await channel(signer, server.port).deliver(REPLY)


async def test_break_after_the_content_left_is_neither_sent_nor_failed(
    start: Callable[..., Awaitable[Server]], signer: ThreadSigner
) -> None:
    server = await start()
    server.drop_at = "data"
    with pytest.raises(DeliveryError, match="may have been sent") as caught:
        await channel(signer, server.port).deliver(REPLY)
    assert not isinstance(caught.value, TemporaryDeliveryError | PermanentDeliveryError)


async def test_closed_port_is_temporary(signer: ThreadSigner) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(TemporaryDeliveryError, match="can't be used"):
        await channel(signer, port).deliver(REPLY)


async def test_silent_server_times_out(signer: ThreadSigner) -> None:
    ended = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        ended.set()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with silent:
        port = silent.sockets[0].getsockname()[1]
        with pytest.raises(TemporaryDeliveryError):
            await channel(signer, port, timeout=0.1).deliver(REPLY)
        await asyncio.wait_for(ended.wait(), 5)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_password_is_used_and_never_shown(
    start: Callable[..., Awaitable[Server]], signer: ThreadSigner, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = await start(wants_password=True)
    good = channel(signer, server.port, user="ada", password=SecretStr(PASSWORD))
    await good.deliver(REPLY)
    assert len(server.taken) == 1
    wrong = channel(signer, server.port, user="ada", password=SecretStr("wrong secret"))
    with pytest.raises(TemporaryDeliveryError, match="user name or password") as caught:
        await wrong.deliver(REPLY)
    assert PASSWORD not in repr(good)
    assert "wrong secret" not in f"{caught.value!r}{wrong!r}"
    assert PASSWORD not in caplog.text


async def test_server_without_starttls_gets_nothing(
    start: Callable[..., Awaitable[Server]], signer: ThreadSigner
) -> None:
    server = await start()
    with pytest.raises(TemporaryDeliveryError):
        await channel(signer, server.port, tls=TlsMode.STARTTLS).deliver(REPLY)
    assert server.taken == []


@pytest.mark.parametrize("recipient", ["", "kim", "kim@x.example\r\nRCPT TO:<a@b.example>", "jö@x.example"])
async def test_bad_recipient_is_permanent(signer: ThreadSigner, recipient: str) -> None:
    with pytest.raises(PermanentDeliveryError):
        await channel(signer, 1).deliver(replace(REPLY, recipient=recipient))

"""Delivers e-mail through an SMTP server (RFC 5321, RFC 3207, RFC 4954)."""

import ssl
from contextlib import suppress

import aiosmtplib

from config.smtp import SmtpServer, TlsMode
from core.domain.errors import DeliveryError, InvalidInput, PermanentDeliveryError, TemporaryDeliveryError
from core.domain.messages import DeliveryReceipt, OutboundMessage
from integrations.email.addresses import normalise_address
from integrations.email.sender_address import MailboxAddress
from integrations.email.thread_ids import ThreadSigner
from integrations.email.writer import ascii_address, message_id_of, write_email

_TIMEOUT_SECONDS = 30.0


class SmtpChannel:
    """The channel "email" over SMTP.

    `server`: host, port, TLS mode and, when both are given, user and password; the password is in no error, log or
    repr. `sender`: the mailbox that mail leaves from, also the envelope sender, so that bounces come back to the desk.
    `timeout`: seconds for each step. `tls_context`: what certificates are checked against, by default the system's.

    Not idempotent: SMTP has no way to ask whether a message was taken. When the connection breaks after the content
    left, `deliver` raises a plain DeliveryError, neither temporary nor permanent: the message may have arrived.
    """

    name = "email"
    is_idempotent = False

    def __init__(
        self,
        server: SmtpServer,
        *,
        sender: MailboxAddress,
        signer: ThreadSigner,
        timeout: float = _TIMEOUT_SECONDS,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._server, self._sender, self._signer = server, sender, signer
        self._timeout, self._tls_context = timeout, tls_context

    def __repr__(self) -> str:
        return f"SmtpChannel({self._server.host}:{self._server.port}, {self._server.tls}, {self._sender.address})"

    async def deliver(self, message: OutboundMessage) -> DeliveryReceipt:
        """Hand one message to the server; returns after it was accepted for this recipient."""
        try:
            content = write_email(message, sender=self._sender, signer=self._signer)
            recipient = ascii_address(normalise_address(message.recipient) or "")
        except InvalidInput as error:
            raise PermanentDeliveryError(str(error)) from error
        client = self._client()
        try:
            await self._open(client)
            await self._address(client, recipient)
            answer = await self._send(client, content)
            # The server has taken the message; how the goodbye goes changes nothing.
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
        finally:
            client.close()
        return DeliveryReceipt(
            message_id_of(message, self._sender, self._signer), f"{self._server.host}: {answer}"[:500]
        )

    def _client(self) -> aiosmtplib.SMTP:
        server = self._server
        signs_in = server.user is not None and server.password is not None
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls is TlsMode.TLS,
            start_tls=server.tls is TlsMode.STARTTLS,
            username=server.user if signs_in else None,
            password=server.password.get_secret_value() if signs_in and server.password else None,
            timeout=self._timeout,
            tls_context=self._tls_context,
        )

    async def _open(self, client: aiosmtplib.SMTP) -> None:
        """Connect, encrypt, sign in. Whatever fails here is the server's or the settings' fault, not the message's."""
        try:
            await client.connect()
        except aiosmtplib.SMTPAuthenticationError as error:
            raise TemporaryDeliveryError(
                f"{self._server.host} refused the user name or password ({error.code}). Check the SMTP settings."
            ) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise TemporaryDeliveryError(
                f"{self._server.host}:{self._server.port} can't be used: {_said(error)}."
            ) from error

    async def _address(self, client: aiosmtplib.SMTP, recipient: str) -> None:
        try:
            await client.mail(self._sender.address)
            await client.rcpt(recipient)
        except aiosmtplib.SMTPResponseException as error:
            raise self._refusal(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise TemporaryDeliveryError(f"{self._server.host} broke off: {_said(error)}.") from error

    async def _send(self, client: aiosmtplib.SMTP, content: bytes) -> str:
        try:
            response = await client.data(content)
        except aiosmtplib.SMTPResponseException as error:
            if error.code < 0:
                raise self._unknown(error) from error
            raise self._refusal(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._unknown(error) from error
        return f"{response.code} {' '.join(response.message.split())}"

    def _refusal(self, error: aiosmtplib.SMTPResponseException) -> DeliveryError:
        sentence = f"{self._server.host} answered {_said(error)}."
        # 421 and codes outside the standard say that the server is unwell, not that the message is wrong.
        return PermanentDeliveryError(sentence) if 500 <= error.code < 600 else TemporaryDeliveryError(sentence)

    def _unknown(self, error: Exception) -> DeliveryError:
        return DeliveryError(
            f"{self._server.host} broke off while it took the message ({_said(error)}). It may have been sent; "
            "look in the mailbox of the server before it is sent again."
        )


def _said(error: Exception) -> str:
    """The server's words on one line; never more than it said, so no credential of ours is in it."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{error.code} {' '.join(str(error.message).split())}"[:300].rstrip(". ")
    return " ".join(str(error).split())[:300].rstrip(". ") or type(error).__name__

"""Chooses what fills the engine's ports in the running product."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from config.holder import RulesHolder
from config.settings import Settings, load_settings
from core.bootstrap import Engine
from core.domain.clock import SystemClock
from core.domain.enums import Channel as ChannelName
from core.domain.ports import Channel
from integrations.email.outbox_folder import OutboxFolderChannel
from integrations.email.sender_address import MailboxAddress
from integrations.email.smtp import SmtpChannel
from integrations.email.thread_ids import ThreadSigner
from integrations.files.items import ReadContext
from models.analyzer import LocalAnalyzer
from models.trainer import HeadsTrainer

NOTICES = ("slack",)
"""Outbox channels for people of the house; until their integration exists they are written to the folder."""


def read_settings(**given: Any) -> Settings:
    """Settings with what the command line gave; None means not given. Raises ConfigurationError."""
    return load_settings(**{name: value for name, value in given.items() if value is not None})


def build_analyzer(settings: Settings) -> LocalAnalyzer:
    return LocalAnalyzer(settings.model_weights, settings.model_threads)


def build_engine(settings: Settings, analyzer: LocalAnalyzer | None = None) -> Engine:
    """The engine with real parts. `analyzer` is started by whoever needs its answers."""
    rules = RulesHolder(settings.rules_file)
    return Engine(
        settings,
        rules,
        analyzer or build_analyzer(settings),
        build_channels(settings),
        SystemClock(),
        trainer=HeadsTrainer(settings.model_weights, settings.model_threads or 1),
    )


def build_channels(settings: Settings) -> Mapping[str, Channel]:
    """E-mail leaves by SMTP where a server is configured; everything else is written to the outbox folder."""
    channels: dict[str, Channel] = dict(folder_channels(settings))
    if settings.smtp is not None:
        channels["email"] = SmtpChannel(settings.smtp, sender=_sender(settings), signer=build_signer(settings))
    return channels


def folder_channels(settings: Settings) -> dict[str, OutboxFolderChannel]:
    sender, signer = _sender(settings), build_signer(settings)
    names = (*(channel.value for channel in ChannelName), *NOTICES)
    return {name: OutboxFolderChannel(settings.outbox_dir, sender=sender, signer=signer, name=name) for name in names}


def build_signer(settings: Settings) -> ThreadSigner:
    return ThreadSigner(settings.secret_key.get_secret_value().encode())


def read_context(settings: Settings, engine: Engine) -> ReadContext:
    """What the readers of files need to know of this desk."""
    own = {settings.support_address.casefold()}
    return ReadContext(settings.support_address, build_signer(settings), own, engine.clock)


@asynccontextmanager
async def prepared(settings: Settings, analyzer: LocalAnalyzer | None = None) -> AsyncIterator[Engine]:
    """An engine with an up-to-date schema, for a command that uses its verbs and runs nothing in the background."""
    engine = build_engine(settings, analyzer)
    try:
        await engine.prepare()
        yield engine
    finally:
        await engine.database.close()


def _sender(settings: Settings) -> MailboxAddress:
    return MailboxAddress(settings.support_address)

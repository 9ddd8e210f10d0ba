"""A desk as a process that can be killed: the real engine, API and channels, with a model that loads at once."""

import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from config.holder import RulesHolder
from config.settings import Settings, load_settings
from core.bootstrap import Engine
from core.domain.clock import SystemClock
from core.domain.enums import Channel as ChannelName
from core.domain.ports import Channel
from dashboards.drift import DriftBoard
from integrations.api.app import create_api
from integrations.email.outbox_folder import OutboxFolderChannel
from integrations.email.sender_address import MailboxAddress
from integrations.email.smtp import SmtpChannel
from integrations.email.thread_ids import ThreadSigner
from tests.fakes import MarkAnalyzer

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def serve(options: Mapping[str, Any], log: Path) -> None:
    """Serves until it is ended; `options` are settings, what it logs is added to the file `log`."""
    _write_to(log)
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT, force=True)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    settings = load_settings(_env_file=None, **options)
    engine = Engine(settings, RulesHolder(settings.rules_file), MarkAnalyzer(), channels_of(settings), SystemClock())
    api = create_api(engine, DriftBoard(engine.database))
    app = FastAPI(lifespan=_lifespan(engine, api))
    app.mount("/", api)
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
    )


def channels_of(settings: Settings) -> dict[str, Channel]:
    """As the product has them: e-mail by SMTP where a server is configured, all else into the outbox folder."""
    sender = MailboxAddress(settings.support_address)
    signer = ThreadSigner(settings.secret_key.get_secret_value().encode())
    names = (*(name.value for name in ChannelName), "slack")
    channels: dict[str, Channel] = {
        name: OutboxFolderChannel(settings.outbox_dir, sender=sender, signer=signer, name=name) for name in names
    }
    if settings.smtp is not None:
        channels["email"] = SmtpChannel(settings.smtp, sender=sender, signer=signer)
    return channels


def _lifespan(engine: Engine, api: FastAPI) -> Any:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await engine.prepare()
        await engine.start()
        engine.schedule.hurry("knowledge index")
        yield
        api.state.parts.streams.close()
        await engine.stop()

    return lifespan


def _write_to(log: Path) -> None:
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
    os.close(handle)

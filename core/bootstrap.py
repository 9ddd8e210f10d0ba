"""Puts the engine together. `main` gives it real parts, tests give it others."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from config.holder import RulesHolder
from config.settings import Settings
from core import queues
from core.agents import alerting, exceptions, inquiries, operations, resolution, satisfaction
from core.alerts import Alerts
from core.articles import Articles
from core.bus import Bus
from core.closing import Closing
from core.corrections import Corrections
from core.delivery import Dispatcher
from core.desk import Desk
from core.domain.events import Event, EventType
from core.domain.ports import Analyzer, Channel, Clock, Trainer
from core.drafts import Drafts
from core.explanations import Explanations
from core.handlers import Handler, Immediate
from core.intake import Intake
from core.knowledge import KnowledgeBase
from core.links import Links
from core.macros import Macros
from core.model_card import ModelCards
from core.operating import Operating
from core.orchestrator import CustomerSupportOrchestrator
from core.people import People
from core.preferences import PreferenceKeeper
from core.presence import PresenceBoard
from core.presence_exchange import CHANNEL as PRESENCE_CHANNEL
from core.presence_exchange import PresenceExchange
from core.proposals import FOLLOWED, Proposals
from core.public_messages import PublicMessages
from core.saved_views import SavedViews
from core.schedule import Job, Schedule
from core.sla_monitor import SLAMonitor
from core.statistics import Statistics
from core.storage import migrate
from core.storage.blobs import Blobs
from core.storage.database import Database
from core.storage.listening import Listening
from core.subscriptions import Plan
from core.views import Views

log = logging.getLogger(__name__)


class Engine:
    """The ticket engine of one process. Nothing runs before `start`; verbs work once `prepare` has run."""

    def __init__(
        self,
        settings: Settings,
        rules: RulesHolder,
        analyzer: Analyzer,
        channels: Mapping[str, Channel],
        clock: Clock,
        *,
        trainer: Trainer | None = None,
    ) -> None:
        self.settings, self.rules, self.analyzer, self.clock = settings, rules, analyzer, clock
        self.links = Links(settings.public_url, settings.secret_key.get_secret_value().encode())
        self.plan, self.statistics = Plan(delays=self._delays()), Statistics()
        self.database = Database(settings.database_url, clock, self.plan)
        self.blobs = Blobs(settings.data_dir / "blobs")
        self.bus = Bus(self.database)
        self.presence = PresenceBoard(clock, self.database.process)
        self.presence_exchange = PresenceExchange(self.database, self.presence)
        self.listening = Listening(self.database, self._heard, {PRESENCE_CHANNEL: self.presence_exchange.hear})
        self.knowledge = KnowledgeBase(self.database, analyzer)
        self.intake = Intake(self.database, self.blobs, rules, settings)
        self.desk = Desk(self.database, rules, self.links)
        self.views = Views(self.database, self.blobs)
        self.people = People(self.database, demo=settings.demo)
        self.articles = Articles(self.database)
        self.corrections = Corrections(self.database)
        self.proposals = Proposals(self.database, analyzer, self.corrections, trainer)
        self.model_cards = ModelCards(analyzer, self.proposals)
        self.explanations = Explanations(self.database, analyzer)
        self.macros = Macros(self.database)
        self.preferences = PreferenceKeeper(self.database)
        self.saved_views = SavedViews(self.database)
        self.drafts = Drafts(self.database)
        self.alerts = Alerts(self.database)
        self.operating = Operating(self.database, self.blobs, rules)
        self.satisfaction = satisfaction.Satisfaction(self.database, rules, self.links)
        self.public_messages = PublicMessages(self.database, self.links)
        self.operations = operations.Operations(self.database)
        self.monitor = SLAMonitor(self.database)
        self.closing = Closing(self.database, rules)
        self.orchestrator = CustomerSupportOrchestrator(
            self.database, self.plan, self._handlers(), self.statistics, pressure=self.intake.pressure
        )
        self.dispatcher = Dispatcher(self.database, channels, rules, self.statistics)
        self.schedule = Schedule(self._jobs())

    async def prepare(self) -> None:
        """Bring the schema up to date and the queues in step with the rules."""
        await migrate.upgrade(self.database)
        async with self.database.transaction() as tx:
            await queues.put_queues(tx, self.rules.current)

    async def start(self) -> None:
        """Start everything that runs on its own; where the agents are left to other processes, only the news."""
        await self.bus.start()
        self.bus.subscribe(self._on_events)
        self.listening.start()
        self.presence_exchange.start()
        await self.proposals.follow()
        if self.settings.agents:
            await self.orchestrator.start()
            await self.dispatcher.start()
        self.schedule.start()

    async def stop(self) -> None:
        self.schedule.stop()
        await self.proposals.stop_retraining()
        await self.orchestrator.stop()
        await self.dispatcher.stop()
        await self.presence_exchange.stop()
        await self.listening.stop()
        await self.bus.stop()
        await self.database.close()

    def _heard(self) -> None:
        self.bus.wake()
        self.database.committed.announce()

    def _on_events(self, events: Sequence[Event]) -> None:
        if any(event.type is EventType.ARTICLE_SAVED for event in events):
            self.schedule.hurry("knowledge index")
        if any(event.type in FOLLOWED for event in events):
            self.schedule.hurry("model heads")

    def _delays(self) -> dict[str, Callable[[], float]]:
        return {"MeasureCustomerSatisfaction.survey": lambda: self.rules.current.quality.csat.send_after_minutes * 60.0}

    def _handlers(self) -> dict[str, Handler]:
        first = inquiries.Inquiries(self.rules)
        answers = resolution.Resolution(self.rules, self.knowledge, self.links)
        trouble = exceptions.Exceptions(self.rules, self.settings.mail_domain, self.links)
        return {
            "ManageCustomerInquiries.analyse": inquiries.Analyse(self.database, self.analyzer),
            "ManageCustomerInquiries.classify": Immediate(first.classify),
            "ManageCustomerInquiries.assign": Immediate(first.assign),
            "ManageCustomerInquiries.assign_waiting": Immediate(first.assign_waiting),
            "ResolveCustomerIssues.respond": Immediate(answers.respond),
            "ResolveCustomerIssues.learn": Immediate(answers.learn),
            "HandleServiceExceptions.notify": Immediate(trouble.notify),
            "HandleServiceExceptions.warn": Immediate(trouble.warn),
            "HandleServiceExceptions.escalate": Immediate(trouble.escalate),
            "HandleServiceExceptions.return_to_agent": Immediate(trouble.return_to_agent),
            "HandleServiceExceptions.alert": Immediate(alerting.alert),
            "MeasureCustomerSatisfaction.survey": Immediate(self.satisfaction.survey),
        }

    def _jobs(self) -> tuple[Job, ...]:
        index = Job("knowledge index", timedelta(seconds=30), "embeds changed articles", self.knowledge.refresh)
        heads = Job("model heads", timedelta(minutes=1), "uses the heads that are in force", self.proposals.follow)
        if not self.settings.agents:
            # Each process keeps index and model in its own memory; the other jobs are done once for all.
            return (index, heads)
        return (
            index,
            heads,
            Job("SLA monitor", timedelta(seconds=1), "warns, breaches, escalates", self.monitor.tick),
            Job("rollups", timedelta(seconds=5), "counts the journal for the dashboards", self.operations.catch_up),
            Job("closing", timedelta(minutes=1), "closes what stayed resolved", self.closing.close_resolved),
            Job("alerts", timedelta(minutes=10), "forgets the oldest that people were told", self.alerts.prune),
        )

"""What Prometheus reads. Counters live where things happen; this collects them when it is asked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.bootstrap import Engine
from core.domain.enums import DeliveryState, WorkState
from core.domain.errors import Unavailable
from core.domain.ports import AnalyzerState
from integrations.api.event_loop_lag import EventLoopLag
from integrations.api.event_stream import Streams

FRESH = timedelta(seconds=15)
"""Counts of the database are taken at most this often, however many scrapers ask."""
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
LAGS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0)
UNROUTED = "none"


@dataclass(frozen=True, slots=True)
class _Counts:
    at: datetime
    reachable: bool
    open_by_queue: Mapping[str, int]
    work: Mapping[str, int]
    outbox: Mapping[str, int]


class Measurements(Collector):
    def __init__(self, engine: Engine, streams: Streams) -> None:
        self._engine, self._streams = engine, streams
        self._counts: _Counts | None = None
        self._registry = CollectorRegistry()
        self._durations = Histogram(
            "frontline_http_request_seconds",
            "Time until an answer began",
            ("method", "route", "status"),
            buckets=SECONDS,
            registry=self._registry,
        )
        lags = Histogram(
            "frontline_event_loop_delay_seconds", "Delays of a timer", buckets=LAGS, registry=self._registry
        )
        self.lag = EventLoopLag(lags.observe)
        self._observers: dict[tuple[str, str, int], Histogram] = {}
        self._registry.register(self)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        key = (method, route, status)
        observer = self._observers.get(key)
        if observer is None:
            observer = self._observers[key] = self._durations.labels(method, route, str(status))
        observer.observe(seconds)

    async def text(self) -> bytes:
        """All metrics in the text format of Prometheus, version 0.0.4."""
        self.lag.start()
        await self._count()
        return generate_latest(self._registry)

    def collect(self) -> Iterable[Metric]:
        yield from self._of_database()
        yield from self._of_process()

    def describe(self) -> Iterable[Metric]:
        """Nothing: the names are known when they are collected."""
        return ()

    async def _count(self) -> None:
        now = self._engine.clock.now()
        if self._counts is not None and self._counts.reachable and now - self._counts.at < FRESH:
            return
        try:
            async with self._engine.database.read() as tx:
                queues = {queue.id: 0 for queue in await tx.queues.all()}
                counted = {queue or UNROUTED: count for queue, count in (await tx.queues.open_counts()).items()}
                work, outbox = await tx.work.counts(), await tx.outbox.counts()
        except Unavailable:
            # The scrape goes on: that the database is away is itself what the reader of these numbers must see.
            self._counts = _Counts(now, False, {}, {}, {})
        else:
            self._counts = _Counts(now, True, {**queues, UNROUTED: 0, **counted}, work, outbox)

    def _of_database(self) -> Iterator[Metric]:
        counts = self._counts
        if counts is None:
            return
        yield GaugeMetricFamily(
            "frontline_database_up", "Whether the database could be read", value=float(counts.reachable)
        )
        if not counts.reachable:
            return
        yield _gauge("frontline_open_tickets", "Tickets neither resolved nor closed", "queue", counts.open_by_queue)
        work = {state.value: counts.work.get(state.value, 0) for state in WorkState}
        yield _gauge("frontline_work_items", "Work that follows from events", "state", work)
        outbox = {state.value: counts.outbox.get(state.value, 0) for state in DeliveryState}
        yield _gauge("frontline_outbox_items", "Messages to deliver", "state", outbox)

    def _of_process(self) -> Iterator[Metric]:
        told = self._engine.statistics
        yield _counter("frontline_messages_accepted", "Messages taken in by the API", "channel", told.accepted)
        yield _counter("frontline_handled", "Work items that were done", "handler", told.handled)
        yield _counter("frontline_handler_seconds", "Time that the work took", "handler", told.seconds)
        yield _counter("frontline_failures", "Work and deliveries that failed", "what", told.failures)
        yield _counter("frontline_delivered", "Messages that left", "channel", told.delivered)
        state = self._engine.analyzer.state
        states = {each.value: int(each is state) for each in AnalyzerState}
        yield _gauge("frontline_model_state", "1 for the state that the model is in", "state", states)
        yield GaugeMetricFamily("frontline_event_streams", "Open event streams", value=self._streams.count)
        yield GaugeMetricFamily("frontline_event_loop_lag_seconds", "Delay of the last timer", value=self.lag.last)
        worst = "Longest delay of a timer since the last scrape"
        yield GaugeMetricFamily("frontline_event_loop_lag_worst_seconds", worst, value=self.lag.take_worst())


def _gauge(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=(label,))
    for key, value in sorted(values.items()):
        family.add_metric((key,), value)
    return family


def _counter(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(name, text, labels=(label,))
    for key, value in sorted(values.items()):
        family.add_metric((key,), value)
    return family

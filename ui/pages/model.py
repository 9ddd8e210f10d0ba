"""The model on one page, for administrators: how good it is, what drifts, and what it may learn from corrections."""

from collections.abc import Mapping
from typing import ClassVar

from core.domain.access import Permission
from core.domain.corrections import CorrectionPage
from core.domain.errors import FrontlineError, InvalidInput
from core.domain.proposals import Proposal
from dashboards.drift import DriftBoard
from ui.frame import show
from ui.markup import Html, icon, join, tag
from ui.model import identity, quality
from ui.model.drifting import drift_cards
from ui.model.learning import Verb, confirmation, corrections_card, proposals_card
from ui.news import News
from ui.page import Action, Page, Payload, number_of, text_of
from ui.plain import empty
from ui.routing import Route
from ui.shell import Shell
from ui.texts import say

MOST = 20
"""Corrections and proposals that the page lists."""


class ModelPage(Page):
    permission: ClassVar[Permission] = Permission.ADMINISTER

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._drift = DriftBoard(self.engine.database)

    def build(self) -> None:
        body = tag("div", tag("div", _waiting(), class_="dash", data_slot="model"), class_="scroll", tabindex="0",
                   role="region", aria_label=say("model.title"))  # fmt: skip
        show(tag("div", tag("div", identity.bar(None), data_slot="model-bar"), body, class_="page"), style="page model")

    async def open(self, route: Route) -> None:
        self.browser.call("layout", "model")
        await self.load()

    async def load(self) -> None:
        try:
            await self._show()
        except Exception as error:
            told = isinstance(error, FrontlineError)
            self.browser.put("model", _failed(str(error) if told else say("error.page.hint")))
            if not told:
                raise  # The shell writes it down and gives the reference.

    def apply(self, news: News) -> None:
        """Tickets do not show here."""

    def actions(self) -> Mapping[str, Action]:
        return {"refresh": self._refresh, "ask": self._ask, "decide": self._decide}

    async def _show(self) -> None:
        engine, actor = self.engine, self.shell.actor
        told = await engine.model_cards.read(actor)
        drift = await self._drift.read(actor)
        corrections = await engine.corrections.list(actor, limit=MOST)
        count = await self._count(corrections)
        proposals = await engine.proposals.list(actor, limit=MOST)
        running = await engine.proposals.progress(actor)
        figures = told.figures
        measured = [
            quality.confusion(figures.confusion),
            tag("div", quality.reliability(figures.reliability), quality.coverage(figures.reliability), class_="w4 vs"),
            quality.targets(figures),
        ] if figures else []  # fmt: skip
        self.browser.put("model-bar", identity.bar(told))
        self.browser.put("model", join(
            identity.banners(told), quality.kpis(told, drift), measured, drift_cards(drift),
            corrections_card(corrections, count, running), proposals_card(proposals, told.encoder),
            identity.files(told),
        ))  # fmt: skip

    async def _count(self, page: CorrectionPage) -> int:
        if page.before is None:
            return len(page.corrections)
        return await self.engine.corrections.count(self.shell.actor)

    async def _refresh(self, _: Payload) -> None:
        await self.load()

    async def _ask(self, payload: Payload) -> None:
        verb = _verb(payload)
        proposal = await self._proposal(payload) if verb is not Verb.RETRAIN else None
        count = await self.engine.corrections.count(self.shell.actor) if proposal is None else proposal.corrections
        self.browser.call("model.confirm", confirmation(verb, proposal, count))

    async def _decide(self, payload: Payload) -> None:
        verb, proposals, actor = _verb(payload), self.engine.proposals, self.shell.actor
        match verb:
            case Verb.RETRAIN:
                await proposals.begin_retraining(actor)
            case Verb.ACCEPT:
                await proposals.accept(actor, number_of(payload, "proposal"))
            case Verb.REJECT:
                await proposals.reject(actor, number_of(payload, "proposal"))
            case Verb.ROLL_BACK:
                await proposals.roll_back(actor)
        self.browser.toast(say(f"model.done.{verb}"))
        await self.load()

    async def _proposal(self, payload: Payload) -> Proposal:
        return await self.engine.proposals.get(self.shell.actor, number_of(payload, "proposal"))


def _verb(payload: Payload) -> Verb:
    try:
        return Verb(text_of(payload, "verb"))
    except ValueError:
        raise InvalidInput("verb", "is none that the model knows", "Reload the page") from None


def _waiting() -> Html:
    """Grey bars in the shape of the page; they show when it takes longer than a moment."""
    bars = [tag("span", class_="sk", style=f"width:{width}%") for width in (30, 90, 70, 80)]
    shapes = (12, 8, 4, 4, 4, 4)
    return join([tag("div", tag("div", bars, class_="in vs stackup"), class_=f"card w{span} late", aria_hidden="true")
                 for span in shapes])  # fmt: skip


def _failed(hint: str) -> Html:
    again = tag("button", icon("refresh"), say("queue.retry"), class_="btn", type="button", data_refresh=True)
    return tag("div", empty("server-2", say("error.page"), hint, again), class_="card w12", role="alert")

"""For administrators: what people corrected of the model's labels, and the heads that learned from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from core.domain.corrections import Correction
from core.domain.drift import Drift, DriftDay, Mark, Window
from core.domain.enums import Category, Sentiment
from core.domain.model_figures import TARGETS, Figures
from core.domain.ports import AnalyzerState
from core.domain.proposals import Proposal, ProposalState, RetrainingState
from core.model_card import Told
from integrations.api.calls import Call
from integrations.api.fields import PathId
from integrations.api.pages import Page, PageQuery
from integrations.api.problems import documented
from integrations.api.responses import Json

router = APIRouter(prefix="/api/v1/model", tags=["model"])

Shares = Annotated[
    Mapping[str, Any],
    Field(
        description="Shares of labels that were right, on the `held_out` part of the corpus and on the `corrections`",
        examples=[{"held_out": {"messages": 1470, "category": 0.86}, "corrections": {"messages": 40, "category": 0.2}}],
    ),
]


@dataclass(frozen=True, slots=True)
class GroupBody:
    messages: int
    figures: Annotated[Mapping[str, float], Field(examples=[{"category": 0.88, "macro F1": 0.87}])]


@dataclass(frozen=True, slots=True)
class HeldOutBody:
    targets: Annotated[Mapping[str, float], Field(description="At least this much, but at most for the two ECE")]
    all: GroupBody
    languages: Mapping[str, GroupBody]


@dataclass(frozen=True, slots=True)
class ShiftBody:
    index: Annotated[float | None, Field(description="Population stability index; null where chance alone moves it")]
    mark: Annotated[Mark, Field(description="`watch` from 0.1 on, `drifted` from 0.25 on")]


@dataclass(frozen=True, slots=True)
class DriftBody:
    reference: Annotated[Window, Field(description="The first seven days")]
    recent: Annotated[Window, Field(description="The last seven days")]
    shifts: Annotated[Mapping[str, ShiftBody], Field(description="By signal: how far the recent days are")]
    days: Annotated[Sequence[DriftDay], Field(description="Days in UTC, the oldest first; shares from 0 to 1")]


@dataclass(frozen=True, slots=True)
class ModelBody:
    name: Annotated[str, Field(description="What analyses name as their model", examples=["2767576518+428039"])]
    state: AnalyzerState
    detail: Annotated[str, Field(description="The name once more, or why it failed")]
    encoder: str
    precision: Annotated[str, Field(description="Empty until it is loaded", examples=["bf16"])]
    size: Annotated[int, Field(description="Of its files, in bytes")]
    proposal_id: Annotated[int | None, Field(description="Whose heads are in force; null for those of the program")]
    told: Annotated[Told, Field(description="Whether metrics.json was found and understood")]
    held_out: Annotated[HeldOutBody | None, Field(description="Of the heads that came with the program")]
    drift: DriftBody


@dataclass(frozen=True, slots=True)
class CorrectionBody:
    ticket_id: int
    message_id: int
    text: Annotated[str, Field(description="What the model read, subject first")]
    language: str
    channel: str
    category: Annotated[Category | None, Field(description="As a person set it; null where it was not corrected")]
    intent: str | None
    sentiment: Sentiment | None
    said: Annotated[Mapping[str, str | None], Field(description="What the model had said, of the corrected labels")]
    by: Annotated[str, Field(description="Who corrected it last")]
    at: datetime


@dataclass(frozen=True, slots=True)
class ProposalBody:
    id: int
    created_at: datetime
    made_by: str
    model: Annotated[str, Field(description="What analyses will name as their model", examples=["2767576518+428039"])]
    encoder: str
    fits: Annotated[bool, Field(description="Whether the installed encoder is the one that it was made for")]
    corrections: Annotated[int, Field(description="How many it learned from")]
    before: Shares
    after: Shares
    state: Annotated[ProposalState, Field(description="`accepted` is the one in force")]
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class RetrainingBody:
    running: bool
    step: Annotated[str, Field(examples=["features"])]
    share: Annotated[float, Field(description="How much is done, from 0 to 1")]
    problem: Annotated[str, Field(description="Why the last run failed; empty when it did not")]
    proposal_id: Annotated[int | None, Field(description="What the last run proposed")]


@dataclass(frozen=True, slots=True)
class InForceBody:
    proposal: Annotated[ProposalBody | None, Field(description="Null: the heads that came with the program")]


@router.get("", response_model=ModelBody, summary="The model, how good it is, and how its inputs drift")
async def get_model(call: Call) -> Json:
    """Figures of held-out messages were measured once; drift is summed up now, over the last 28 days."""
    told = await call.engine.model_cards.read(call.actor)
    drift = await call.drift.read(call.actor)
    return Json(
        ModelBody(
            name=told.name,
            state=told.state,
            detail=told.detail,
            encoder=told.encoder,
            precision=told.precision,
            size=told.size,
            proposal_id=told.in_force.id if told.in_force else None,
            told=told.told,
            held_out=_held_out(told.figures) if told.figures else None,
            drift=_drift(drift),
        )
    )


@router.get("/corrections", response_model=Page[CorrectionBody], summary="Corrections that stand")
async def list_corrections(call: Call, query: Annotated[PageQuery, Query()]) -> Json:
    """One item a message, the newest tickets first. What was corrected back is none."""
    cursor = None if query.cursor is None else call.cursors.read("corrections", query.cursor)
    before = (int(cursor[0]), int(cursor[1])) if cursor else None
    page = await call.engine.corrections.list(call.actor, before, query.limit)
    following = call.cursors.write("corrections", *page.before) if page.before else None
    return Json({"items": [_correction(one) for one in page.corrections], "next_cursor": following})


@router.post(
    "/retrain",
    response_model=RetrainingBody,
    status_code=202,
    summary="Learn from the corrections",
    responses=documented(409),
)
async def retrain(call: Call) -> Json:
    """Trains heads beside the desk, for minutes, and proposes them. Nothing changes until somebody accepts."""
    return Json(_retraining(await call.engine.proposals.begin_retraining(call.actor)), 202)


@router.get("/retraining", response_model=RetrainingBody, summary="How a training run goes, or went")
async def get_retraining(call: Call) -> Json:
    """Of the process that answers; the proposals are the same everywhere."""
    return Json(_retraining(await call.engine.proposals.progress(call.actor)))


@router.get("/proposals", response_model=Page[ProposalBody], summary="Proposed heads")
async def list_proposals(call: Call, query: Annotated[PageQuery, Query()]) -> Json:
    """Newest first."""
    before = call.cursors.read_id("proposals", query.cursor)
    found = await call.engine.proposals.list(call.actor, before, query.limit)
    cursor = call.cursors.next_id("proposals", found[-1].id, len(found), query.limit) if found else None
    return Json({"items": [_proposal(call, one) for one in found], "next_cursor": cursor})


@router.get("/proposals/{proposal_id}", response_model=ProposalBody, summary="One proposal", responses=documented(404))
async def get_proposal(call: Call, proposal_id: PathId) -> Json:
    return Json(_proposal(call, await call.engine.proposals.get(call.actor, proposal_id)))


@router.post(
    "/proposals/{proposal_id}/accept",
    response_model=ProposalBody,
    summary="Put proposed heads in force",
    responses=documented(404, 409),
)
async def accept_proposal(call: Call, proposal_id: PathId) -> Json:
    """Every running process uses them from its next messages on. 409 when it was judged before or does not fit."""
    return Json(_proposal(call, await call.engine.proposals.accept(call.actor, proposal_id)))


@router.post(
    "/proposals/{proposal_id}/reject",
    response_model=ProposalBody,
    summary="Turn a proposal down",
    responses=documented(404, 409),
)
async def reject_proposal(call: Call, proposal_id: PathId) -> Json:
    return Json(_proposal(call, await call.engine.proposals.reject(call.actor, proposal_id)))


@router.post("/roll-back", response_model=InForceBody, summary="Go back to the heads before", responses=documented(409))
async def roll_back_heads(call: Call) -> Json:
    """Those that were in force before the accepted ones; 409 when nothing was accepted."""
    found = await call.engine.proposals.roll_back(call.actor)
    return Json(InForceBody(_proposal(call, found) if found else None))


def _held_out(figures: Figures) -> HeldOutBody:
    languages = {name: GroupBody(one.messages, one.values) for name, one in figures.languages.items()}
    return HeldOutBody(TARGETS, GroupBody(figures.all.messages, figures.all.values), languages)


def _drift(drift: Drift) -> DriftBody:
    shifts = {one.signal.value: ShiftBody(one.index, one.mark) for one in drift.shifts}
    return DriftBody(drift.reference, drift.recent, shifts, drift.days)


def _correction(one: Correction) -> CorrectionBody:
    return CorrectionBody(
        ticket_id=one.ticket_id,
        message_id=one.message_id,
        text=one.text,
        language=one.language,
        channel=one.channel,
        category=one.category,
        intent=one.intent,
        sentiment=one.sentiment,
        said=one.said,
        by=one.by_name,
        at=one.at,
    )


def _proposal(call: Call, one: Proposal) -> ProposalBody:
    return ProposalBody(
        id=one.id,
        created_at=one.created_at,
        made_by=one.made_by_name,
        model=one.model,
        encoder=one.encoder,
        fits=one.encoder == call.engine.proposals.encoder,
        corrections=one.corrections,
        before=one.before,
        after=one.after,
        state=one.state,
        decided_by=one.decided_by_name,
        decided_at=one.decided_at,
    )


def _retraining(state: RetrainingState) -> RetrainingBody:
    return RetrainingBody(state.is_running, state.step, state.share, state.problem, state.proposal_id)

"""Proposals: new heads for the model, learned from corrections. Nothing is put in place but what a person accepts."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace

from core.corrections import Corrections
from core.domain.access import Actor, Permission
from core.domain.corrections import Correction
from core.domain.errors import Conflict, FrontlineError, Unavailable
from core.domain.events import EventType, NewEvent
from core.domain.ports import Analyzer, Trainer
from core.domain.proposals import Proposal, ProposalState, RetrainingState
from core.storage.database import Database
from core.storage.transaction import Transaction

log = logging.getLogger(__name__)

FOLLOWED = frozenset({EventType.HEADS_ACCEPTED, EventType.HEADS_ROLLED_BACK})
"""After these the heads in force may be others."""
MOST_ITEMS = 200


class Proposals:
    def __init__(
        self, database: Database, analyzer: Analyzer, corrections: Corrections, trainer: Trainer | None
    ) -> None:
        self._database, self._analyzer, self._corrections, self._trainer = database, analyzer, corrections, trainer
        self._in_place: int | None = None
        self._ignored: int | None = None
        self._following = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._state = RetrainingState()

    @property
    def encoder(self) -> str:
        """The installed one; proposals for another can't be accepted, and are ignored where they are in force."""
        return self._analyzer.encoder

    @property
    def retraining(self) -> RetrainingState:
        """Of this process."""
        return self._state

    async def progress(self, actor: Actor) -> RetrainingState:
        """`retraining`, for those who may know."""
        actor.require(Permission.ADMINISTER)
        return self._state

    async def list(self, actor: Actor, before_id: int | None = None, limit: int = 50) -> Sequence[Proposal]:
        """Newest first."""
        actor.require(Permission.ADMINISTER)
        async with self._database.read() as tx:
            return await tx.proposals.page(before_id, max(1, min(limit, MOST_ITEMS)))

    async def get(self, actor: Actor, proposal_id: int) -> Proposal:
        """Raises NotFound."""
        actor.require(Permission.ADMINISTER)
        async with self._database.read() as tx:
            return await tx.proposals.get(proposal_id)

    async def in_force(self, actor: Actor) -> Proposal | None:
        """The accepted one; None where the heads are those that came with the program."""
        actor.require(Permission.ADMINISTER)
        async with self._database.read() as tx:
            return await _accepted(tx)

    async def accept(self, actor: Actor, proposal_id: int) -> Proposal:
        """Put its heads in force. Raises NotFound, or Conflict when it was judged before or is for another encoder."""
        actor.require(Permission.ADMINISTER)
        async with self._database.transaction() as tx:
            proposal = await _open(tx, proposal_id)
            if proposal.encoder != self.encoder:
                raise Conflict(
                    f"Proposal {proposal_id} was made for the encoder {proposal.encoder}, and {self.encoder} is "
                    "installed. Retrain to get one that fits."
                )
            before = await _accepted(tx)
            if before is not None:
                await tx.proposals.move(before.id, ProposalState.SUPERSEDED)
            await tx.proposals.decide(proposal_id, ProposalState.ACCEPTED, actor)
            _record(tx, EventType.HEADS_ACCEPTED, actor, proposal, before=before.id if before else None)
            accepted = await tx.proposals.get(proposal_id)
        await self.follow()
        return accepted

    async def reject(self, actor: Actor, proposal_id: int) -> Proposal:
        """Raises NotFound, or Conflict when it was judged before."""
        actor.require(Permission.ADMINISTER)
        async with self._database.transaction() as tx:
            proposal = await _open(tx, proposal_id)
            await tx.proposals.decide(proposal_id, ProposalState.REJECTED, actor)
            _record(tx, EventType.HEADS_REJECTED, actor, proposal)
            return await tx.proposals.get(proposal_id)

    async def roll_back(self, actor: Actor) -> Proposal | None:
        """Go back to the heads that were in force before these; returns the proposal that they are of, None for those
        that came with the program. Raises Conflict when those are in force already."""
        actor.require(Permission.ADMINISTER)
        async with self._database.transaction() as tx:
            await tx.proposals.lock()
            now = await _accepted(tx)
            if now is None:
                raise Conflict("The heads that came with the program are in force; there is nothing to roll back.")
            await tx.proposals.decide(now.id, ProposalState.ROLLED_BACK, actor)
            earlier = await _in_force_before(tx)
            if earlier is not None:
                await tx.proposals.move(earlier.id, ProposalState.ACCEPTED)
            _record(tx, EventType.HEADS_ROLLED_BACK, actor, now, to=earlier.id if earlier else None)
            found = await tx.proposals.get(earlier.id) if earlier else None
        await self.follow()
        return found

    async def retrain(self, actor: Actor) -> Proposal:
        """Train heads on the corrections that stand, which takes minutes, and propose them.

        Raises Conflict without corrections or while a run goes on, Unavailable when training fails.
        """
        corrections = await self._ready_to_train(actor)
        try:
            return await self._retrained(actor, corrections)
        finally:
            self._state = replace(self._state, is_running=False)

    async def begin_retraining(self, actor: Actor) -> RetrainingState:
        """As `retrain`, in the background; `retraining` tells how it goes, and the journal how it ended."""
        corrections = await self._ready_to_train(actor)

        async def run() -> None:
            try:
                await self._retrained(actor, corrections)
            except FrontlineError as error:
                log.warning("retraining failed: %s", error)
            finally:
                self._state = replace(self._state, is_running=False)

        self._task = asyncio.create_task(run(), name="retraining")
        return self._state

    async def retraining_ended(self) -> None:
        """Waits for a run in the background, however it ends."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def stop_retraining(self) -> None:
        """Ends a run in the background without a proposal."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def follow(self) -> None:
        """Let the model of this process use the heads that are in force."""
        async with self._following, self._database.read() as tx:
            wanted = await _accepted(tx)
            if wanted is not None and not self._fits(wanted):
                wanted = None
            if (wanted.id if wanted else None) == self._in_place:
                return
            heads = await tx.proposals.heads_of(wanted.id) if wanted else None
            if wanted and hashlib.sha256(heads or b"").hexdigest() != wanted.heads_hash:
                log.error("the heads of proposal %s are damaged; the model stays as it is", wanted.id)
                return
            try:
                await self._analyzer.use_heads(heads)
            except Conflict as error:
                log.error("the heads of proposal %s are refused; the model stays as it is: %s", wanted, error)
                return
            self._in_place = wanted.id if wanted else None
            log.info("the model uses the heads of %s", f"proposal {wanted.id}" if wanted else "the program")

    def _fits(self, proposal: Proposal) -> bool:
        if proposal.encoder == self.encoder:
            return True
        if self._ignored != proposal.id:
            log.warning(
                "the heads of proposal %s are for the encoder %s, not for %s; those of the program are used",
                proposal.id,
                proposal.encoder,
                self.encoder,
            )
        self._ignored = proposal.id
        return False

    async def _ready_to_train(self, actor: Actor) -> Sequence[Correction]:
        actor.require(Permission.ADMINISTER)
        if self._state.is_running:
            raise Conflict("The model is being trained already. Wait for that proposal.")
        self._state = RetrainingState(is_running=True, step="corrections")
        try:
            corrections = await self._corrections.all(actor)
            if not corrections:
                raise Conflict(
                    "No correction stands, so there is nothing to learn from. Correct labels on tickets first."
                )
            if self._trainer is None:
                raise Unavailable("This process can't train the model")
            async with self._database.transaction() as tx:
                data = {"corrections": len(corrections)}
                tx.record(NewEvent(EventType.RETRAINING_STARTED, actor, data=data))
        except BaseException:
            self._state = RetrainingState()
            raise
        return corrections

    async def _retrained(self, actor: Actor, corrections: Sequence[Correction]) -> Proposal:
        assert self._trainer is not None
        try:
            async with self._database.read() as tx:
                current = await _accepted(tx)
                heads = await tx.proposals.heads_of(current.id) if current and self._fits(current) else None
            made = await self._trainer.retrain(corrections, heads, self._report)
        except (Exception, asyncio.CancelledError) as error:
            stopped = isinstance(error, asyncio.CancelledError)
            problem = "it was stopped" if stopped else str(error) or type(error).__name__
            self._state = RetrainingState(problem=problem)
            async with self._database.transaction() as tx:
                tx.record(NewEvent(EventType.RETRAINING_FAILED, actor, data={"reason": problem[:300]}))
            raise
        async with self._database.transaction() as tx:
            await tx.proposals.lock()
            for older in await tx.proposals.in_state(ProposalState.PROPOSED):
                await tx.proposals.move(older.id, ProposalState.SUPERSEDED)
            proposal = await tx.proposals.add(actor, made, hashlib.sha256(made.heads).hexdigest(), len(corrections))
            _record(tx, EventType.HEADS_PROPOSED, actor, proposal, corrections=len(corrections))
        self._state = RetrainingState(share=1.0, proposal_id=proposal.id)
        return proposal

    def _report(self, step: str, share: float) -> None:
        self._state = RetrainingState(is_running=True, step=step, share=share)


async def _accepted(tx: Transaction) -> Proposal | None:
    found = await tx.proposals.in_state(ProposalState.ACCEPTED)
    return found[-1] if found else None


async def _in_force_before(tx: Transaction) -> Proposal | None:
    """Of those that were superseded, the one that was accepted last; one that nobody judged was never in force."""
    decided = [one for one in await tx.proposals.in_state(ProposalState.SUPERSEDED) if one.decided_at is not None]
    return max(decided, key=lambda one: (one.decided_at, one.id), default=None)


async def _open(tx: Transaction, proposal_id: int) -> Proposal:
    await tx.proposals.lock()
    proposal = await tx.proposals.get(proposal_id)
    if proposal.state is not ProposalState.PROPOSED:
        raise Conflict(f"Proposal {proposal_id} is {proposal.state.value.replace('_', ' ')} and can't be judged again.")
    return proposal


def _record(tx: Transaction, kind: EventType, actor: Actor, proposal: Proposal, **more: int | None) -> None:
    tx.record(NewEvent(kind, actor, data={"proposal": proposal.id, "model": proposal.model, **more}))

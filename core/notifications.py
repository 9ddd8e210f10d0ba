"""Word to people of the house: a Slack channel, an e-mail group, everyone of a role. Leaves through the outbox."""

from collections.abc import Sequence

from config.rules import NotifyKind, NotifyTarget
from core.domain.entities import Ticket
from core.domain.enums import Role
from core.storage.transaction import Transaction


async def notify(
    tx: Transaction, *, key: str, ticket: Ticket, targets: Sequence[NotifyTarget], text: str, mail_domain: str
) -> list[str]:
    """Queue one message to each recipient of `targets`; returns the recipients. `key` makes each unique."""
    recipients = [found for target in targets for found in await _recipients(tx, target, mail_domain)]
    recipients = list(dict.fromkeys(recipients))
    ids = await tx.sequences.take("outbox", len(recipients))
    rows = [
        {
            "id": outbox_id,
            "effect_key": f"{key}:{address}"[:200],
            "channel": kind,
            "recipient": address,
            "ticket_id": ticket.id,
            "message_id": None,
            "payload": {"subject": f"[Frontline] #{ticket.id} {ticket.subject}"[:200], "text": text, **_PAYLOAD},
            "run_at": tx.now,
        }
        for outbox_id, (kind, address) in zip(ids, recipients, strict=True)
    ]
    await tx.outbox.add(rows)
    return [address for _, address in recipients]


_PAYLOAD = {
    "sender_name": "Frontline",
    "automatic": True,
    "language": "en",
    "in_reply_to": None,
    "references": [],
}


async def _recipients(tx: Transaction, target: NotifyTarget, mail_domain: str) -> list[tuple[str, str]]:
    """(outbox channel, address) pairs."""
    if target.kind is NotifyKind.SLACK:
        return [("slack", target.to)]
    if target.kind is NotifyKind.EMAIL:
        return [("email", target.to if "@" in target.to else f"{target.to}@{mail_domain}")]
    wanted = Role(target.to)
    return [("email", user.email) for user in await tx.users.all() if user.role is wanted and user.active]

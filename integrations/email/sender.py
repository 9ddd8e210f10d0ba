"""Who wrote: From, unless From can't be the person."""

import re
from collections.abc import Collection

from integrations.email.addresses import Mailbox, display_name, parse_mailboxes, without_plus
from integrations.email.defects import Defects
from integrations.email.headers import Headers

_VIA = re.compile(r"^['\"]?(.+?)['\"]?\s+(?:via|über|vía|経由|通过)\s+.+$", re.IGNORECASE)
_FALLBACKS = ("sender", "reply-to", "resent-from", "x-original-from", "return-path", "envelope-from")


def find_sender(headers: Headers, own_addresses: Collection[str], defects: Defects) -> Mailbox | None:
    """The first usable mailbox of From.

    When From is a no-reply address or one of our own mailboxes, a machine wrote for someone: contact forms and groups
    put the person into X-Original-From or Reply-To, which then stand for the customer. Otherwise Reply-To is not
    trusted to say who somebody is. Without a usable From the other headers that name a sender are tried.
    """
    values = headers.all("from")
    boxes = [box for value in values for box in parse_mailboxes(value, defects)]
    if len(boxes) > 1:
        defects.add("From names more than one sender; the first was taken.")
    if not boxes:
        return _fallback(headers, values, own_addresses, defects)
    stands_in = boxes[0].is_no_reply or _is_own(boxes[0], own_addresses)
    person = _named_person(headers, own_addresses, defects) if stands_in else None
    if person is None:
        return boxes[0]
    return person if person.name else Mailbox(person.address, _without_via(boxes[0].name))


def _named_person(headers: Headers, own_addresses: Collection[str], defects: Defects) -> Mailbox | None:
    for name in ("x-original-from", "x-original-sender", "reply-to"):
        for box in parse_mailboxes(headers.first(name), defects):
            if not box.is_no_reply and not _is_own(box, own_addresses):
                return box
    return None


def _fallback(
    headers: Headers, from_values: list[str], own_addresses: Collection[str], defects: Defects
) -> Mailbox | None:
    said = next((name for value in from_values if (name := display_name(value, defects))), "")
    for name in _FALLBACKS:
        for box in parse_mailboxes(headers.first(name), defects):
            if not _is_own(box, own_addresses):
                defects.add(f"From has no usable address; {name.title()} was taken.")
                return Mailbox(box.address, said or box.name)
    defects.add("The message names no sender.")
    return Mailbox("", said) if said else None


def _is_own(box: Mailbox, own_addresses: Collection[str]) -> bool:
    return without_plus(box.address) in own_addresses


def _without_via(name: str) -> str:
    match = _VIA.match(name)
    return match[1].strip() if match else ""

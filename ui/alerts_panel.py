"""The notification area in one browser: how much is unread, and the list when it is asked for."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.domain.access import Permission
from core.domain.alerts import Alert, AlertKind
from ui.marks import millis
from ui.page import Action, Payload, number_of
from ui.routing import ticket_path
from ui.texts import name_of, say

if TYPE_CHECKING:
    from ui.shell import Shell

_ICONS = {
    AlertKind.ASSIGNED: "user",
    AlertKind.MENTIONED: "at",
    AlertKind.CUSTOMER_REPLIED: "message-circle",
    AlertKind.AT_RISK: "alarm",
    AlertKind.BREACHED: "alert-triangle",
    AlertKind.ESCALATED: "flag",
}
_CLOCKS = (AlertKind.AT_RISK, AlertKind.BREACHED)


class AlertsPanel:
    """`tell` sends the count, and the newest as a quiet notice when it has come since the last look."""

    def __init__(self, shell: "Shell") -> None:
        self._shell = shell
        self._newest: int | None = None

    def actions(self) -> Mapping[str, Action]:
        return {"alerts": self._list, "alerts_read": self._mark_read}

    async def tell(self) -> None:
        shell = self._shell
        if not shell.actor.may(Permission.TICKET_READ):
            return
        newest = next(iter(await shell.engine.alerts.of(shell.actor, 1)), None)
        is_news = newest is not None and self._newest is not None and newest.id > self._newest
        self._newest = newest.id if newest else 0
        unread = await shell.engine.alerts.unread(shell.actor)
        news = _as_json(newest) if newest is not None and is_news and not newest.is_read else None
        shell.browser.call("alerts.count", unread, news)

    async def _list(self, _: Payload) -> None:
        found = await self._shell.engine.alerts.of(self._shell.actor)
        self._shell.browser.call("alerts.show", [_as_json(alert) for alert in found])

    async def _mark_read(self, payload: Payload) -> None:
        await self._shell.engine.alerts.mark_read(self._shell.actor, number_of(payload, "id"))
        await self.tell()


def _as_json(alert: Alert) -> dict[str, Any]:
    text = name_of("clock", alert.text) if alert.kind in _CLOCKS and alert.text else alert.text
    return {
        "id": alert.id, "icon": _ICONS[alert.kind], "title": say(f"alert.{alert.kind}"), "text": text,
        "subject": f"#{alert.ticket_id} {alert.subject}", "path": ticket_path(alert.ticket_id),
        "at": millis(alert.created_at), "read": alert.is_read,
    }  # fmt: skip

"""The thread that a browser's script shows after the calls that it was sent."""

from tests.ui.conftest import WrittenBrowser


def keys_and_markup(browser: WrittenBrowser) -> list[tuple[str, str]]:
    """(key, markup) of each entry, in the order on the page; a patch that names what is not there fails."""
    shown: dict[str, str] = {}
    order: list[str] = []
    for (news,) in browser.named("ticket.thread"):
        if news["reset"]:
            shown, order = {}, []
        for key in news["remove"]:
            order.remove(key)
            del shown[key]
        for one in news["change"]:
            assert one["key"] in shown
            shown[one["key"]] = one["html"]
        for one in news["add"]:
            assert one["key"] not in shown
            order.insert(order.index(one["after"]) + 1 if one["after"] else 0, one["key"])
            shown[one["key"]] = one["html"]
    return [(key, shown[key]) for key in order]

"""The words of a message as markup: mentions of colleagues marked, calls told line by line."""

import re
from collections.abc import Collection

from ui.markup import Child, Html, tag

_SPEAKER = re.compile(r"^([^\s:：][^:：\n]{0,39})[:：]\s+(\S.*)$")


def noted(text: str, colleagues: Collection[str]) -> list[Child]:
    """The text of a note in which `@name` of a colleague, in full or the first name alone, stands out."""
    names = sorted(
        {spelt for name in colleagues for spelt in (name, name.split(" ")[0]) if spelt}, key=len, reverse=True
    )
    if not names:
        return [text]
    pattern = re.compile(rf"(?<!\w)(@(?:{'|'.join(map(re.escape, names))}))(?!\w)", re.IGNORECASE)
    return [
        tag("span", part, class_="mention") if index % 2 else part for index, part in enumerate(pattern.split(text))
    ]


def call_lines(text: str) -> list[tuple[str, str]] | None:
    """(speaker, words) of each line of a transcript, or None for a text that is none."""
    found: list[tuple[str, str]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        spoken = _SPEAKER.match(line)
        if spoken is None:
            return None
        found.append((spoken[1], spoken[2]))
    return found if len(found) > 1 else None


def call(lines: list[tuple[str, str]]) -> Html:
    return tag("div", [tag("span", tag("b", who), " ", words, dir="auto") for who, words in lines], class_="call")

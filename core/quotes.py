"""Finds where a reply ends and the quoted history begins, in the six languages and the habits of mail programs."""

import re
from dataclasses import dataclass

from core.subjects import normalise_subject

# The line before a quotation. Mail programs wrap it, so up to three lines are read together.
_ATTRIBUTIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"on\s.{4,250}\swrote\s?:",
        r"(?:el|le el)\s.{4,250}\s(?:escribió|escribio)\s?:",
        r"le\s.{4,250}\sa écrit\s?:",
        r"(?:am|den)\s.{4,250}\sschrieb(?:\s.{1,150})?\s?:",
        r"(?:il|em)\s.{4,250}\s(?:ha scritto|escreveu)\s?:",
        r"(?:在|於|于)\s?.{4,250}(?:写道|寫道)\s?[:：]",
        r"\d{4}年\d{1,2}月\d{1,2}日.{0,200}(?:<[^>]+>|さん|のメール|書きました|wrote)\s?[:：]",
    )
)
# These begin with a name, so a line before must not be taken for a part of it.
_ATTRIBUTIONS_ON_ONE_LINE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r".{1,150}\sschrieb\s(?:am|in)\s.{4,120}:",
        r".{1,200}(?:于|於).{4,100}(?:写道|寫道)\s?[:：]",
        r".{1,200}(?:さんは書きました|のメール|さんが書きました|は書きました)\s?[:：]",
    )
)
_BARE_ATTRIBUTION = re.compile(
    r"\S.{0,120}\s(?:wrote|escribió|a écrit|schrieb|写道|寫道|ha scritto)\s?[:：]\s*$", re.IGNORECASE
)
_ORIGINAL = re.compile(
    r"\s*[-_—]{2,}\s*(?:original message|original-nachricht|ursprüngliche (?:nachricht|mail)|mensaje original"
    r"|message d['’]origine|message original|courriel original|元のメッセージ|オリジナルメッセージ|original appointment"
    r"|原始邮件|原始郵件|邮件原件|原邮件|回复的原邮件|reply message)\s*[-_—]{2,}",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"\s*(?:[-_—]{2,}\s*(?:forwarded message|weitergeleitete nachricht|mensaje reenviado|message transféré"
    r"|message transmis"
    r"|転送(?:された)?メッセージ|转发的?邮件|轉寄的?郵件|forwarded by .{1,100})\s*[-_—]*|begin forwarded message:"
    r"|anfang der weitergeleiteten nachricht:|inicio del mensaje reenviado:|début du message réexpédié\s?:"
    r"|début du message transféré\s?:|转发的邮件：|開始轉寄郵件：)\s*$",
    re.IGNORECASE,
)
_FORWARD_SUBJECT = re.compile(r"\s*(?:fwd?|wg|tr|rv|enc|转发|轉寄|轉發|転送)\s*[:：]", re.IGNORECASE)
_FIELD_FROM = re.compile(r"\s*\*?(?:from|von|de|差出人|发件人|寄件者|寄件人|da)\s?\*?[:：]\*?\s*\S", re.IGNORECASE)
_FIELD_OTHER = re.compile(
    r"\s*\*?(?:sent|date|to|subject|gesendet|datum|an|betreff|enviado(?: el)?|fecha|para|asunto|envoyé|à|objet|cc"
    r"|送信日時|日時|宛先|件名|发送时间|日期|收件人|主题|寄件日期|收件者|主旨)\s?\*?[:：]",
    re.IGNORECASE,
)
_QUOTED_LINE = re.compile(r"\s{0,3}(?:>|\|\s)")
_RULE = re.compile(r"\s*[_\-]{10,}\s*$|\s*---\s*$")
_MAX_LINES = 20_000
_MAX_MARKER = 300
_MAX_LINES_SEARCHED = 4_000


@dataclass(frozen=True, slots=True)
class Split:
    """`own` is what was written now; `quoted` is the history, "" when there is none or it can't be told apart."""

    own: str
    quoted: str


def split_reply(text: str, subject: str, quote_line: int | None = None) -> Split:
    """Part the answer from the history. `quote_line` is where the HTML says that the quotation begins.

    Forwarded mail is not history: it is what the customer wants read. Answers written between quoted lines stay
    with them, since neither makes sense alone. A message that is nothing but quotation is returned whole.
    """
    lines = text.split("\n")
    if len(lines) > _MAX_LINES or is_forward(subject):
        return Split(text, "")
    start = _first_marker(lines)
    if quote_line is not None and quote_line < len(lines):
        start = quote_line if start is None else min(start, quote_line)
    split = _split_marked(lines, start) if start is not None else _split_by_prefix(lines)
    return split if split.own.strip() else Split(text, "")


def is_forward(subject: str) -> bool:
    return bool(_FORWARD_SUBJECT.match(subject)) and bool(normalise_subject(subject))


def _first_marker(lines: list[str]) -> int | None:
    for index, line in enumerate(lines[:_MAX_LINES_SEARCHED]):
        if not line.strip() or len(line) > _MAX_MARKER:
            continue
        if _FORWARDED.match(line):
            return None
        if _ORIGINAL.match(line) or _is_attribution(lines, index) or _is_header_block(lines, index):
            return _with_rule_above(lines, index)
    return None


def _is_attribution(lines: list[str], index: int) -> bool:
    line = lines[index].strip()
    if line.startswith(">"):
        return False
    if line.endswith((":", "：")) and any(pattern.fullmatch(line) for pattern in _ATTRIBUTIONS_ON_ONE_LINE):
        return True
    joined = ""
    for piece in lines[index : index + 3]:
        joined = f"{joined} {piece.strip()}".strip()
        if not piece.strip() or len(joined) > 400:
            break
        if joined.endswith((":", "：")) and any(pattern.fullmatch(joined) for pattern in _ATTRIBUTIONS):
            return True
    return bool(_BARE_ATTRIBUTION.match(line)) and _next_is_quoted(lines, index + 1)


def _is_header_block(lines: list[str], index: int) -> bool:
    """Outlook's way: From, Sent, To and Subject in the language of the sender's Windows."""
    if not _FIELD_FROM.match(lines[index]):
        return False
    return sum(bool(_FIELD_OTHER.match(line)) for line in lines[index + 1 : index + 6]) >= 2


def _next_is_quoted(lines: list[str], index: int) -> bool:
    following = next((line for line in lines[index : index + 4] if line.strip()), "")
    return bool(_QUOTED_LINE.match(following))


def _with_rule_above(lines: list[str], index: int) -> int:
    above = index - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and _RULE.match(lines[above]) else index


def _split_marked(lines: list[str], start: int) -> Split:
    begin = next((at for at in range(start, min(start + 6, len(lines))) if _QUOTED_LINE.match(lines[at])), None)
    if begin is None:
        return _parted(lines[:start], lines[start:])
    end = _end_of_quotation(lines, begin)
    rest = lines[end:]
    if any(_QUOTED_LINE.match(line) for line in rest):
        return Split("\n".join(lines).strip("\n"), "")
    return _parted([*lines[:start], *rest], lines[start:end])


def _split_by_prefix(lines: list[str]) -> Split:
    begin = next((at for at, line in enumerate(lines) if line.lstrip().startswith(">")), None)
    if begin is None:
        return Split("\n".join(lines), "")
    end = _end_of_quotation(lines, begin)
    if any(line.lstrip().startswith(">") for line in lines[end:]):
        return Split("\n".join(lines), "")
    return _parted([*lines[:begin], *lines[end:]], lines[begin:end])


def _end_of_quotation(lines: list[str], begin: int) -> int:
    end = begin
    for index in range(begin, len(lines)):
        if _QUOTED_LINE.match(lines[index]):
            end = index + 1
        elif lines[index].strip():
            break
    return end


def _parted(own: list[str], quoted: list[str]) -> Split:
    return Split("\n".join(own).strip("\n"), "\n".join(quoted).strip("\n"))

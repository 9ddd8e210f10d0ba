"""Files beneath a message: pictures as thumbnails, texts with a preview, everything else to download."""

from core.domain.entities import Attachment
from core.domain.enums import AttachmentState
from ui.figures import file_size
from ui.markup import Html, icon, tag
from ui.texts import say

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Types that a browser draws and that hold no script; the route checks the bytes again."""
READABLE = frozenset({"text/plain", "text/csv", "text/markdown", "application/json"})
"""Types whose beginning is shown as text."""


def files(attachments: tuple[Attachment, ...]) -> Html | None:
    if not attachments:
        return None
    pictures = [_picture(found) for found in attachments if _is_picture(found)]
    others = [_file(found) for found in attachments if not _is_picture(found)]
    return tag("div", pictures, others, class_="files")


def _is_picture(found: Attachment) -> bool:
    return found.state is AttachmentState.STORED and found.content_type.lower() in PICTURES


def _picture(found: Attachment) -> Html:
    """The thumbnail opens the picture; a file that is no picture after all falls back to its name."""
    title = f"{found.filename}, {file_size(found.size)}"
    image = tag("img", src=f"/files/{found.id}/preview", alt=found.filename, loading="lazy", decoding="async")
    return tag(
        "a", image, tag("span", icon("photo"), found.filename, class_="clip"), href=f"/files/{found.id}",
        class_="thumb", title=title, download=True, data_preview="picture",
    )  # fmt: skip


def _file(found: Attachment) -> Html:
    sign = icon("photo" if found.content_type.startswith("image/") else "file-text")
    if found.state is not AttachmentState.STORED:
        return tag("span", sign, found.filename, tag("span", found.reason), class_="file refused")
    name = tag("span", found.filename, class_="clip name", dir="auto")
    link = tag(
        "a", sign, name, tag("span", file_size(found.size)), href=f"/files/{found.id}", class_="file", download=True
    )
    if found.content_type.lower().partition(";")[0] not in READABLE:
        return link
    look = tag(
        "button", icon("eye", "is-sm"), class_="btn icon ghost is-sm", type="button", data_preview="text",
        data_file=found.id, title=say("file.preview"), aria_label=f"{say('file.preview')}: {found.filename}",
    )  # fmt: skip
    return tag("span", link, look, class_="hs tight filed")

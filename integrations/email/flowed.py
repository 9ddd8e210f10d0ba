"""format=flowed text (RFC 3676) back to paragraphs."""


def unflow(text: str, *, delete_space: bool) -> str:
    """Join lines that end in a space with the next line of the same quote depth; `-- ` always ends a paragraph."""
    paragraphs: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        goes_on = content.endswith(" ") and content != "-- "
        piece = content[:-1] if goes_on and delete_space else content
        if open_depth == depth and content != "-- ":
            paragraphs[-1].append(piece)
        else:
            paragraphs.append([f"{'>' * depth} " if depth else "", piece])
        open_depth = depth if goes_on else None
    return "\n".join("".join(pieces) for pieces in paragraphs)

"""How much of one message is taken apart. What lies beyond stays in the raw message, and a defect says so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EmailLimits:
    """Bounds that keep hostile mail from costing more than a few seconds. Sizes in bytes or characters as named."""

    max_parts: int = 500
    max_depth: int = 16
    max_header_bytes: int = 262_144
    max_header_value_bytes: int = 65_536
    max_text_chars: int = 1_000_000
    max_html_chars: int = 1_000_000
    max_references: int = 50

"""Holds the rules in force and swaps them while the desk runs."""

from pathlib import Path

from config.loader import DEFAULT_RULES_FILE, load_rules
from config.rules import BusinessRules


class RulesHolder:
    """Readers take `current` once for a piece of work, so that all of it follows the same rules."""

    def __init__(self, path: Path | str = DEFAULT_RULES_FILE) -> None:
        """Load the rules of `path`; raises ConfigurationError."""
        self.path = Path(path)
        self._current = load_rules(self.path)

    @property
    def current(self) -> BusinessRules:
        return self._current

    def reload(self) -> BusinessRules:
        """Read the file again and put its rules in force; on ConfigurationError the old ones stay."""
        # One assignment of a complete, frozen tree: a reader sees the old rules or the new ones, never a mixture.
        self._current = load_rules(self.path)
        return self._current

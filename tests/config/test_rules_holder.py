"""Swapping rules at run time."""

from pathlib import Path

import pytest

from config.holder import RulesHolder
from config.loader import DEFAULT_RULES_FILE
from core.domain.errors import ConfigurationError


@pytest.fixture
def rules_file(tmp_path: Path) -> Path:
    path = tmp_path / "support.yaml"
    path.write_text(DEFAULT_RULES_FILE.read_text(encoding="utf-8"), encoding="utf-8")
    return path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_reload_puts_the_new_rules_in_force(rules_file: Path) -> None:
    holder = RulesHolder(rules_file)
    before = holder.current
    edit(rules_file, "warn_percent: 80", "warn_percent: 70")
    assert holder.reload() is holder.current
    assert (before.sla.warn_percent, holder.current.sla.warn_percent) == (80, 70)


def test_a_reload_that_fails_keeps_the_rules_in_force(rules_file: Path) -> None:
    holder = RulesHolder(rules_file)
    before = holder.current
    edit(rules_file, "warn_percent: 80", "warn_percent: 0")
    with pytest.raises(ConfigurationError, match=r"sla\.warn_percent: 0 is not allowed"):
        holder.reload()
    assert holder.current is before
    rules_file.unlink()
    with pytest.raises(ConfigurationError, match="can't be read"):
        holder.reload()
    assert holder.current is before


def test_a_bad_file_is_refused_at_the_start(rules_file: Path) -> None:
    edit(rules_file, "warn_percent: 80", "warn_percent: 0")
    with pytest.raises(ConfigurationError):
        RulesHolder(rules_file)

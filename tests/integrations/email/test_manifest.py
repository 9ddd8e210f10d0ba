"""The manifest says what is there."""

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import SECRET_FIELDS, Settings
from core.domain.enums import Channel

FOLDER = Path(__file__).parents[3] / "integrations" / "email"


@pytest.fixture
def manifest() -> dict[str, Any]:
    found = yaml.safe_load((FOLDER / "manifest.yaml").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def test_manifest_has_the_agreed_keys(manifest: dict[str, Any]) -> None:
    assert set(manifest) == {"id", "name", "channel", "direction", "inbound", "outbound", "settings"}
    assert manifest["id"] == FOLDER.name
    assert Channel(manifest["channel"]) is Channel.EMAIL
    assert set(manifest["direction"]) <= {"inbound", "outbound"}


def test_named_code_exists(manifest: dict[str, Any]) -> None:
    for entry in (manifest["inbound"]["entry"], *(item["class"] for item in manifest["outbound"])):
        module, _, name = entry.partition(":")
        assert callable(getattr(importlib.import_module(module), name))
    for item in manifest["outbound"]:
        module, _, name = item["class"].partition(":")
        assert getattr(importlib.import_module(module), name).is_idempotent is item["is_idempotent"]


def test_named_settings_exist_and_secrets_are_marked(manifest: dict[str, Any]) -> None:
    for setting in manifest["settings"]:
        assert setting["name"] in Settings.model_fields
        assert setting["meaning"]
        assert setting.get("secret", False) is (setting["name"] in SECRET_FIELDS)

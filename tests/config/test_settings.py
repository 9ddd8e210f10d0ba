"""Settings from the environment."""

import os
import stat
import threading
from pathlib import Path

import pytest
from pydantic import SecretStr

from config import settings as settings_module
from config.folders import keep_secret
from config.settings import Settings, load_settings
from config.smtp import SmtpServer, TlsMode
from core.domain.errors import ConfigurationError


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.upper().startswith(settings_module.PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def problems(**overrides: object) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(**overrides)
    return caught.value.problems


def test_everything_has_a_default(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.data_dir == tmp_path / "var"
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/var/frontline.db"
    assert not settings.uses_postgresql
    assert (settings.host, settings.port, settings.demo) == ("127.0.0.1", 8080, False)
    assert settings.public_url == "http://127.0.0.1:8080"
    assert settings.support_address == "support@frontline.example"
    assert settings.smtp is None
    assert settings.rules_file.name == "support.yaml"
    assert (settings.max_attachment_bytes, settings.max_message_bytes) == (20_000_000, 25_000_000)
    assert "exe" in settings.blocked_extensions


def test_the_environment_goes_before_the_env_file_and_keywords_before_both(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("FRONTLINE_PORT=9001\nFRONTLINE_HOST=0.0.0.0\nFRONTLINE_DEMO=true\nOTHER=1\n")
    monkeypatch.setenv("FRONTLINE_PORT", "9002")
    settings = load_settings(demo=False)
    assert (settings.port, settings.host, settings.demo) == (9002, "0.0.0.0", False)
    assert settings.public_url == "http://127.0.0.1:9002"
    assert load_settings(_env_file=None).host == "127.0.0.1"


def test_a_misspelt_variable_of_the_env_file_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FRONTLINE_PROT=9001\nFRONTLINE_SMTP_PASWORD=hunter2\nPROT=1\n")
    assert problems() == (
        "FRONTLINE_PROT: this setting is unknown; perhaps FRONTLINE_PORT.",
        "FRONTLINE_SMTP_PASWORD: this setting is unknown; perhaps FRONTLINE_SMTP_PASSWORD.",
    )
    assert problems(_env_file=None, wings=2) == ("FRONTLINE_WINGS: this setting is unknown.",)


def test_an_unknown_variable_of_the_environment_may_belong_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTLINE_SERVICE_HOST", "10.0.0.1")
    assert load_settings().host == "127.0.0.1"


def test_an_env_file_that_is_not_text_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"FRONTLINE_PORT=\xff\n")
    (problem,) = problems()
    assert problem.startswith(".env: it can't be read as UTF-8 text: ")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://kim:pw@db/desk", "postgresql+asyncpg://kim:pw@db/desk"),
        ("postgresql://kim:pw@db:5433/desk", "postgresql+asyncpg://kim:pw@db:5433/desk"),
        ("postgresql+asyncpg://kim:p%40w@db/desk", "postgresql+asyncpg://kim:p%40w@db/desk"),
        ("postgresql://db/desk?sslmode=require", "postgresql+asyncpg://db/desk?ssl=require"),
        ("postgresql:///desk?host=/run/postgresql", "postgresql+asyncpg:///desk?host=%2Frun%2Fpostgresql"),
        ("sqlite:///desk.db", "sqlite+aiosqlite:///desk.db"),
        ("sqlite+aiosqlite:////srv/desk.db", "sqlite+aiosqlite:////srv/desk.db"),
    ],
)
def test_database_urls_are_made_uniform(given: str, used: str) -> None:
    assert load_settings(database_url=given).database_url == used


@pytest.mark.parametrize(
    "url", ["mysql://db/desk", "sqlite://", "sqlite:///:memory:", "postgresql://db", "desk.db", "postgres://[x/desk"]
)
def test_other_databases_are_refused_without_showing_the_url(url: str) -> None:
    (problem,) = problems(database_url=url)
    assert problem.startswith("FRONTLINE_DATABASE_URL: the value (kept secret) is not allowed; give postgresql://")


def test_the_label_of_a_database_hides_its_password() -> None:
    settings = load_settings(database_url="postgresql://kim:hunter2@db:5433/desk?password=hunter2")
    assert settings.database_label == "postgresql+asyncpg://kim:***@db:5433/desk"


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("postgresql:///desk?password=hunter2", "postgresql+asyncpg:///desk"),
        ("postgresql://kim@db/desk", "postgresql+asyncpg://kim@db/desk"),
        ("sqlite:////srv/desk.db", "sqlite+aiosqlite:////srv/desk.db"),
    ],
)
def test_the_label_of_other_databases(url: str, label: str) -> None:
    assert load_settings(database_url=url).database_label == label


def test_no_credential_shows_in_the_settings_as_text() -> None:
    settings = load_settings(
        database_url="postgresql://kim:hunter2@db/desk",
        smtp_url="smtp://kim:hunter2@mail.example.com",
        smtp_password="hunter2",
        secret_key="hunter2" * 8,
    )
    assert "hunter2" not in f"{settings!r} {settings} {settings.smtp}"


def test_all_problems_are_told_at_once_with_variable_value_and_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTLINE_PORT", "eighty")
    monkeypatch.setenv("FRONTLINE_DEMO", "perhaps")
    monkeypatch.setenv("FRONTLINE_SECRET_KEY", "hunter2")
    monkeypatch.setenv("FRONTLINE_MAX_ATTACHMENT_MB", "90")
    monkeypatch.setenv("FRONTLINE_SMTP_USER", "kim")
    assert problems() == (
        "FRONTLINE_DEMO: 'perhaps' is not allowed; give true or false.",
        "FRONTLINE_SECRET_KEY: the value (kept secret) is not allowed, for it is too short to be safe; give at "
        "least 32 characters; empty to have one made and kept.",
        "FRONTLINE_PORT: 'eighty' is not allowed; give a port from 1 to 65535.",
        "FRONTLINE_SMTP_USER: 'kim' is not allowed, for there is no host to use it at; give a user name, together with "
        "FRONTLINE_SMTP_HOST.",
        "FRONTLINE_MAX_ATTACHMENT_MB: '90' is not allowed, for no message may be so large; give more than 0, up to "
        "FRONTLINE_MAX_MESSAGE_MB.",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", 0),
        ("port", 65536),
        ("host", ""),
        ("host", "a b"),
        ("public_url", "ftp://desk.example.com"),
        ("public_url", "https://desk.example.com/?x=1"),
        ("public_url", "https://kim@desk.example.com"),
        ("mail_domain", "desk example"),
        ("mail_domain", "-desk.example"),
        ("support_address", "support"),
        ("support_address", "a\r\nb@desk.example"),
        ("smtp_url", "http://mail"),
        ("smtp_url", "smtp://mail?tls=maybe"),
        ("smtp_url", "smtp://mail?starttls=1"),
        ("smtp_tls", "ssl"),
        ("intake_max_pending", 0),
        ("intake_group_ms", -1),
        ("rate_limit_per_minute", -1),
        ("max_message_mb", 0),
        ("blocked_extensions", "exe, tar.gz"),
        ("model_threads", 1000),
    ],
)
def test_a_bad_value_names_its_variable(name: str, value: object) -> None:
    (problem,) = problems(**{name: value})
    assert problem.startswith(f"FRONTLINE_{name.upper()}: ")
    assert problem.endswith(f"; give {Settings.model_fields[name].description}.")


def test_a_data_folder_that_can_not_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (problem,) = problems(data_dir=tmp_path / "file" / "var")
    assert problem == (
        f"FRONTLINE_DATA_DIR: '{tmp_path}/file/var' is not allowed, for it can't be written (Not a directory); give a "
        "folder that this user may write."
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_data_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir(mode=0o500)
    (problem,) = problems()
    assert "Permission denied" in problem


def test_a_secret_is_made_once_and_kept_for_its_owner_only(tmp_path: Path) -> None:
    first = load_settings().secret_key.get_secret_value()
    assert len(first) >= 48
    assert load_settings().secret_key.get_secret_value() == first
    kept = tmp_path / "var" / "secret.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["secret.key"]


def test_a_given_secret_is_used_and_not_kept(tmp_path: Path) -> None:
    given = "s" * 32
    assert load_settings(secret_key=given).secret_key.get_secret_value() == given
    assert not (tmp_path / "var" / "secret.key").exists()


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 64])
def test_a_damaged_secret_is_told_and_not_replaced(content: bytes, tmp_path: Path) -> None:
    kept = tmp_path / "var" / "secret.key"
    kept.parent.mkdir()
    kept.write_bytes(content)
    (problem,) = problems()
    assert problem.startswith(f"FRONTLINE_SECRET_KEY: {kept} ")
    assert kept.read_bytes() == content


def test_processes_that_start_together_agree_on_the_secret(tmp_path: Path) -> None:
    barrier = threading.Barrier(8)
    found: list[str] = []

    def start() -> None:
        barrier.wait()
        found.append(keep_secret(tmp_path / "secret.key"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.com", SmtpServer("mail.example.com", 587, TlsMode.STARTTLS)),
        (
            "smtps://kim:p%40ss@mail.example.com",
            SmtpServer("mail.example.com", 465, TlsMode.TLS, "kim", SecretStr("p@ss")),
        ),
        ("smtp://127.0.0.1:1025?tls=none", SmtpServer("127.0.0.1", 1025, TlsMode.NONE)),
    ],
)
def test_smtp_in_one_url(url: str, server: SmtpServer) -> None:
    assert load_settings(smtp_url=url).smtp == server


def test_smtp_in_parts() -> None:
    settings = load_settings(smtp_host="mail.example.com", smtp_user="kim", smtp_password="pw", smtp_tls="tls")
    assert settings.smtp == SmtpServer("mail.example.com", 465, TlsMode.TLS, "kim", settings.smtp_password)


def test_blocked_extensions_are_read_as_people_write_them() -> None:
    assert load_settings(blocked_extensions=".EXE, bat js").blocked_extensions == ("exe", "bat", "js")
    assert load_settings(blocked_extensions="").blocked_extensions == ()


def test_the_colour_of_a_house_is_checked_at_the_start() -> None:
    assert load_settings(brand_color="#0b7a75").brand_color == "#0b7a75"
    (problem,) = problems(brand_color="teal")
    assert problem.startswith("FRONTLINE_BRAND_COLOR")
    assert "#0b7a75" in problem

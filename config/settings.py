"""The settings of one installation, from environment variables and `.env`. What operators tune is in `support.yaml`."""

import difflib
import re
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from config import addresses
from config.folders import FolderProblem, keep_secret, make_writable
from config.loader import DEFAULT_RULES_FILE
from config.problems import shown
from config.smtp import SmtpServer, TlsMode, parse_smtp_url
from core.domain.errors import ConfigurationError

PREFIX = "FRONTLINE_"
SECRET_FIELDS = frozenset({"secret_key", "smtp_password", "smtp_url", "database_url"})
MIN_SECRET_CHARS = 32
BYTES_PER_MB = 1_000_000
MAX_PATH_SHOWN = 300
HOST_PATTERN = r"^[^\s/]{0,253}$"

# What mail clients refuse to open, because opening it runs it.
_RUNNABLE = """
    ade adp apk app bat chm cmd com cpl dll dmg exe hta ins iso isp jar js jse lib lnk mde msc msi msp mst nsh pif ps1
    scr sct shb sys vb vbe vbs vhd vxd wsc wsf wsh
"""
BLOCKED_EXTENSIONS = tuple(_RUNNABLE.split())
_EXTENSION = re.compile(r"[a-z0-9]{1,16}")


class Settings(BaseSettings):
    """Read with `load_settings`, which also provides the secret.

    The description of each field completes "... is not allowed; give ...". No credential shows in `repr`. Fields are
    validated in this order, and later ones fall back on earlier ones.
    """

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        # A variable of ours that .env misspells is a mistake; those of other programs may stand there too.
        extra="forbid",
        dotenv_filtering="match_prefix",
        frozen=True,
        validate_default=True,
    )

    data_dir: Path = Field(Path("var"), description="a folder that this user may write")
    database_url: str = Field(
        "",
        repr=False,
        description="postgresql://user:password@host/name or sqlite:///file; empty for SQLite in the data folder",
    )
    rules_file: Path = Field(DEFAULT_RULES_FILE, description="the path of a YAML file")
    demo: bool = Field(False, description="true or false")
    secret_key: SecretStr = Field(
        SecretStr(""), description=f"at least {MIN_SECRET_CHARS} characters; empty to have one made and kept"
    )

    host: str = Field("127.0.0.1", min_length=1, pattern=HOST_PATTERN, description="the address to listen on")
    port: int = Field(8080, ge=1, le=65_535, description="a port from 1 to 65535")
    public_url: str = Field("", description="an http or https address without a query, or nothing for the local one")

    brand_color: str = Field(
        "", pattern=r"^(#[0-9a-fA-F]{6})?$", description="a colour such as #0b7a75, or nothing for the product's own"
    )

    mail_domain: str = Field("frontline.example", description="a domain, such as help.example.com")
    support_address: str = Field("", description="an e-mail address, or nothing for support@ the mail domain")
    smtp_url: str = Field(
        "", repr=False, description="smtp://user:password@host:587?tls=starttls (or none, tls), or smtps://…"
    )
    smtp_host: str = Field("", pattern=HOST_PATTERN, description="a host name, or nothing to write mail to a folder")
    smtp_port: int = Field(0, ge=0, le=65_535, description="a port from 1 to 65535, or 0 for the usual one")
    smtp_user: str = Field("", description="a user name, together with FRONTLINE_SMTP_HOST")
    smtp_password: SecretStr = Field(SecretStr(""), description="a password")
    smtp_tls: TlsMode = Field(TlsMode.STARTTLS, description="none, starttls or tls")

    agents: bool = Field(
        True, description="true, or false for a process that leaves the agents, deliveries and schedules to others"
    )

    model_threads: int = Field(0, ge=0, le=256, description="from 1 to 256 threads, or 0 for one a core, at most four")
    model_weights: Path | None = Field(None, description="a folder with weights")

    intake_max_pending: int = Field(2000, ge=1, le=1_000_000, description="from 1 to 1000000 messages")
    intake_group_ms: float = Field(5.0, ge=0, le=1000, description="from 0 to 1000 milliseconds")
    rate_limit_per_minute: int = Field(
        60_000, ge=0, le=10_000_000, description="from 1 to 10000000 calls for each token, or 0 for no limit"
    )
    max_message_mb: float = Field(25.0, gt=0, le=1024, description="more than 0, up to 1024 MB")
    max_attachment_mb: float = Field(20.0, gt=0, le=1024, description="more than 0, up to FRONTLINE_MAX_MESSAGE_MB")
    blocked_extensions: Annotated[tuple[str, ...], NoDecode] = Field(
        BLOCKED_EXTENSIONS, description="file name endings divided by commas, or nothing to let all pass"
    )

    @field_validator("data_dir")
    @classmethod
    def _make_data_dir(cls, folder: Path) -> Path:
        try:
            return make_writable(folder)
        except FolderProblem as error:
            raise _because(f"it can't be written ({error})") from error

    @field_validator("database_url")
    @classmethod
    def _name_driver(cls, url: str, info: ValidationInfo) -> str:
        if url:
            return addresses.with_async_driver(url)
        folder: Path | None = info.data.get("data_dir")
        return f"sqlite+aiosqlite:///{folder / 'frontline.db'}" if folder else ""

    @field_validator("secret_key")
    @classmethod
    def _refuse_short_secret(cls, secret: SecretStr) -> SecretStr:
        if 0 < len(secret.get_secret_value()) < MIN_SECRET_CHARS:
            raise _because("it is too short to be safe")
        return secret

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, url: str, info: ValidationInfo) -> str:
        if url:
            return addresses.web_address(url)
        return addresses.local_web_address(info.data.get("host", ""), info.data.get("port", 0))

    @field_validator("mail_domain")
    @classmethod
    def _check_mail_domain(cls, domain: str) -> str:
        return addresses.mail_domain(domain)

    @field_validator("support_address")
    @classmethod
    def _check_support_address(cls, address: str, info: ValidationInfo) -> str:
        return addresses.mail_address(address) if address else f"support@{info.data.get('mail_domain', '')}"

    @field_validator("smtp_url")
    @classmethod
    def _check_smtp_url(cls, url: str) -> str:
        if url:
            parse_smtp_url(url)
        return url

    @field_validator("smtp_user")
    @classmethod
    def _check_smtp_user(cls, user: str, info: ValidationInfo) -> str:
        if user and not info.data.get("smtp_host"):
            raise _because("there is no host to use it at")
        return user

    @field_validator("max_attachment_mb")
    @classmethod
    def _check_attachment_limit(cls, limit: float, info: ValidationInfo) -> float:
        if limit > info.data.get("max_message_mb", limit):
            raise _because("no message may be so large")
        return limit

    @field_validator("blocked_extensions", mode="before")
    @classmethod
    def _split_extensions(cls, value: Any) -> Any:
        endings = re.split(r"[\s,]+", value) if isinstance(value, str) else value
        endings = [str(ending).lower().removeprefix(".") for ending in endings if ending]
        if not all(_EXTENSION.fullmatch(ending) for ending in endings):
            raise ValueError("not an ending")
        return endings

    @property
    def uses_postgresql(self) -> bool:
        return self.database_url.startswith("postgresql")

    @property
    def database_label(self) -> str:
        """The database without its password, fit for logs."""
        return addresses.without_password(self.database_url)

    @property
    def smtp(self) -> SmtpServer | None:
        """None when mail goes to the outbox folder. `smtp_url` goes before the parts."""
        if self.smtp_url:
            return parse_smtp_url(self.smtp_url)
        if not self.smtp_host:
            return None
        password = self.smtp_password if self.smtp_password.get_secret_value() else None
        port = self.smtp_port or self.smtp_tls.default_port
        return SmtpServer(self.smtp_host, port, self.smtp_tls, self.smtp_user or None, password)

    @property
    def outbox_dir(self) -> Path:
        """Where mail is written as .eml files while no SMTP server is configured."""
        return self.data_dir / "outbox"

    @property
    def max_message_bytes(self) -> int:
        return int(self.max_message_mb * BYTES_PER_MB)

    @property
    def max_attachment_bytes(self) -> int:
        return int(self.max_attachment_mb * BYTES_PER_MB)

    def with_secret(self) -> Self:
        """These settings with a secret: the given one, or the one kept in the data folder, made when absent."""
        if self.secret_key.get_secret_value():
            return self
        return self.model_copy(update={"secret_key": SecretStr(keep_secret(self.data_dir / "secret.key"))})


def load_settings(**overrides: Any) -> Settings:
    """Settings from `overrides`, the environment and `.env`, in this order; the data folder exists afterwards.

    Keywords are field names, or `_env_file` for another file (None for none). Raises ConfigurationError with every
    problem.
    """
    try:
        return Settings(**overrides).with_secret()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError([f".env: it can't be read as UTF-8 text: {error}."]) from error
    except ValidationError as error:
        raise ConfigurationError([_sentence(detail) for detail in error.errors(include_url=False)]) from None
    except FolderProblem as error:
        raise ConfigurationError([f"{PREFIX}SECRET_KEY: {error}."]) from error


def _because(reason: str) -> PydanticCustomError:
    return PydanticCustomError("because", "{reason}", {"reason": reason})


def _sentence(detail: ErrorDetails) -> str:
    name = str(detail["loc"][0])
    variable = PREFIX + name.upper().removeprefix(PREFIX)
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name.lower().removeprefix(PREFIX.lower()), Settings.model_fields, n=1)
        return f"{variable}: this setting is unknown" + (f"; perhaps {PREFIX}{near[0].upper()}." if near else ".")
    given = str(detail["input"]) if isinstance(detail["input"], Path) else detail["input"]
    value = "the value (kept secret)" if name in SECRET_FIELDS else shown(given, MAX_PATH_SHOWN)
    why = f", for {detail['msg']}" if detail["type"] == "because" else ""
    return f"{variable}: {value} is not allowed{why}; give {Settings.model_fields[name].description}."

"""Every setting of the product, with its default. Each one is an environment variable of the same name in capitals."""

from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from pydantic import AliasChoices, Field, computed_field
from pydantic_settings import BaseSettings, SettingsConfigDict

SERVICES = ("intake", "classification", "sla", "casework", "reply", "archive", "insight", "desk")
"""The services, in the order in which a complaint meets them."""

DATABASES = {service: service for service in SERVICES} | {"vault": "intake", "bus": "bus"}
"""Each database and the role that owns it; nobody else may connect to it."""


class Settings(BaseSettings):
    """What can be set from outside. An instance is a plain value: tests make their own."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, frozen=True)

    data: Path = Field(Path("var"), description="where everything lives that must survive a restart")
    keys: Path | None = Field(None, description="the secrets' folder; by default `keys` in the data folder")
    least_free_mb: int = Field(200, ge=0, description="free space on the disk without which nothing is started")
    host: str = Field("127.0.0.1", validation_alias=AliasChoices("listen_host", "host_address"))
    port: int = Field(8000, ge=0, le=65535)
    base_url: str = Field("", description="the address that people and links use; by default host and port")

    database_host: str = "127.0.0.1"
    database_port: int = Field(0, description="0: the embedded server takes a free port")
    database_prefix: str = Field("", pattern=r"^[a-z0-9_]*$", description="tells offices on one server apart")
    database_pool: int = Field(5, ge=1, description="connections that each service keeps; as many more at peaks")

    kafka_bootstrap: str = Field("", description="host:port of Kafka; empty: the embedded carrier")
    topic_prefix: str = Field("", description="tells offices on one broker apart")
    service_url_template: str = Field("http://{service}:8000", description="where the others are, when distributed")

    clock: Literal["real", "simulated"] = "real"
    poll_seconds: float = Field(2.0, gt=0, description="how often to look without having been woken")
    timer_seconds: float = Field(0.25, gt=0, description="the least pause of a worker that was not woken")

    admin_password: str = Field("", repr=False, description="of the user admin; empty: made at first start")
    example_office: bool = Field(True, description="departments, officers and channel keys to try everything with")

    smtp_url: str = Field("", repr=False, description="smtp://user:password@host:port; empty: mails are laid in `mail`")
    mail_from: str = "complaints@redress.example"
    sms_url: str = Field("", description="the gateway of short messages; empty: messages are laid in `messages`")
    sms_token: str = Field("", repr=False, description="what the gateway knows the office by (Bearer)")
    company_name_zh_hant: str = "示範公用事業有限公司"
    company_name_zh_hans: str = "示范公用事业有限公司"
    company_name_en: str = "Example Utilities Ltd"

    procedure_file: Path | None = Field(None, description="the procedure in force; by default the product's own")
    shared_folder: Path = Field(Path("../shared"), description="material beside the repository, for demonstrations")
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @computed_field  # type: ignore[prop-decorator]
    @property
    def mode(self) -> Literal["embedded", "distributed"]:
        """Embedded: all services in one process. Distributed: one process each, with Kafka between them."""
        return "distributed" if self.kafka_bootstrap else "embedded"

    @property
    def simulated(self) -> bool:
        """Whether the clock stands still until it is moved."""
        return self.clock == "simulated"

    @cached_property
    def keys_folder(self) -> Path:
        """Where the secrets lie."""
        return self.keys or self.data / "keys"

    @property
    def public_url(self) -> str:
        """The address that people and links use, without a slash at its end."""
        shown = "127.0.0.1" if self.host in {"0.0.0.0", "::", ""} else self.host  # noqa: S104 - compared, not bound
        return (self.base_url or f"http://{shown}:{self.port}").rstrip("/")

    @property
    def company_name(self) -> dict[str, str]:
        """The company's name by language, as letters and pages show it."""
        return {"zh-Hant": self.company_name_zh_hant, "zh-Hans": self.company_name_zh_hans, "en": self.company_name_en}

    def service_url(self, service: str) -> str:
        """Where a service answers when each runs in a process of its own."""
        return self.service_url_template.format(service=service).rstrip("/")


def role_name(settings: Settings, database: str) -> str:
    """The role that owns a database, as this office calls it on its server."""
    return settings.database_prefix + DATABASES[database]


def database_url(settings: Settings, database: str) -> str:
    """The SQLAlchemy address of one of DATABASES. The password is read from the owner's own secrets.

    Raises FileNotFoundError when the secrets have not been made, PermissionError when they are another service's.
    """
    from shared.secrets import Secrets

    password = Secrets(settings.keys_folder).database_password(DATABASES[database])
    server = f"{settings.database_host}:{settings.database_port or 5432}"
    return (
        f"postgresql+asyncpg://{role_name(settings, database)}:{quote(password, safe='')}"
        f"@{server}/{settings.database_prefix}{database}"
    )

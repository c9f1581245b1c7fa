"""A PostgreSQL 18 server for the tests: in a container where Docker answers, else from the wheel."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.embedded import SUPERUSER, EmbeddedPostgres
from shared.secrets import Secrets
from shared.settings import Settings
from tests.infrastructure.docker import docker_answers


@dataclass(frozen=True)
class PostgresServer:
    """How to reach the server as its superuser."""

    host: str
    port: int
    user: str
    password: str

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+asyncpg://{self.user}:{self.password}@{self.host}:{self.port}/{database}"


# nothing here must survive a power cut: the tests need not wait for the disk, nor for one who tidies up
_HASTE = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "scram_iterations": "1"}
_FROM_THE_START = {
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "max_connections": "600",
    "log_error_verbosity": "terse",
}

SERVER = "REDRESS_TEST_POSTGRES"
"""`host port user password` of a server that runs already; it is left running."""


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Starts a server, and stops it at the end."""
    if SERVER in os.environ:
        host, port, user, password = os.environ[SERVER].split()
        yield PostgresServer(host, int(port), user, password)
        return
    with _in_container() if docker_answers() else _from_wheel() as server:
        yield server


@contextmanager
def _in_container() -> Iterator[PostgresServer]:
    from testcontainers.postgres import PostgresContainer

    password = secrets.token_urlsafe(12)
    container = PostgresContainer("postgres:18", username=SUPERUSER, password=password, dbname="postgres", driver=None)
    options = (f"-c {name}={value}" for name, value in (_HASTE | _FROM_THE_START).items())
    container.with_command(" ".join(("postgres", *options)))
    container.with_tmpfs_mount("/var/lib/postgresql")
    with container:
        yield PostgresServer(
            container.get_container_host_ip(), int(container.get_exposed_port(5432)), SUPERUSER, password
        )


@contextmanager
def _from_wheel() -> Iterator[PostgresServer]:
    with tempfile.TemporaryDirectory(prefix="redress-test-", ignore_cleanup_errors=True) as folder:
        server = EmbeddedPostgres(Settings(data=Path(folder)))
        settings = server.start()
        with (server.folder / "postgresql.conf").open("a") as configuration:
            configuration.writelines(f"{name} = {value}\n" for name, value in _HASTE.items())
        server._call("pg_ctl", "-D", str(server.folder), "reload")
        password = Secrets(settings.keys_folder).database_password(SUPERUSER)
        try:
            yield PostgresServer(settings.database_host, settings.database_port, SUPERUSER, password)
        finally:
            server.stop()

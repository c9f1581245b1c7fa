"""A PostgreSQL and a Kafka that can be killed and started again where they were: in containers, else wheel and jars."""

import asyncio
import random
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from shared.embedded import SUPERUSER, EmbeddedPostgres, free_port
from shared.kafka import KafkaBus
from shared.secrets import Secrets
from shared.settings import Settings
from tests.chaos.postgres_family import kill_postgres
from tests.infrastructure.docker import docker_answers
from tests.infrastructure.kafka import KafkaBroker
from tests.infrastructure.postgres import PostgresServer


@dataclass
class KillablePostgres:
    """A server whose disk is as careful as in earnest: fsync is on."""

    server: PostgresServer
    kill: Callable[[], None]
    start_again: Callable[[], None]

    async def answers(self) -> None:
        """Return when it does."""
        where = {"host": self.server.host, "port": self.server.port, "user": self.server.user, "database": "postgres"}
        await _patiently(lambda: _greet(**where, password=self.server.password))


async def _greet(**where: str | int) -> None:
    await (await asyncpg.connect(**where, timeout=3)).close()


async def kafka_answers(broker: KafkaBroker) -> None:
    """Return when the broker does."""
    await _patiently(lambda: KafkaBus(broker.bootstrap).look())


async def _patiently(look: Callable[[], "asyncio.Future[None] | object"]) -> None:
    for _ in range(600):
        try:
            await look()  # type: ignore[misc]
        except Exception:  # noqa: BLE001 - whatever it is, it does not answer yet
            await asyncio.sleep(0.3)
        else:
            return
    raise TimeoutError("a server that was killed does not come back")


@contextmanager
def killable_postgres() -> Iterator[KillablePostgres]:
    """Start a server; gone at the end."""
    with _in_container() if docker_answers() else _from_wheel() as server:
        yield server


@contextmanager
def _in_container() -> Iterator[KillablePostgres]:
    from testcontainers.postgres import PostgresContainer

    password, port = secrets.token_urlsafe(12), free_port()
    container = PostgresContainer("postgres:18", username=SUPERUSER, password=password, dbname="postgres", driver=None)
    container.with_command("postgres -c max_connections=400 -c log_error_verbosity=terse").with_bind_ports(5432, port)
    with container:
        server = PostgresServer(container.get_container_host_ip(), port, SUPERUSER, password)
        wrapped = container.get_wrapped_container()
        yield KillablePostgres(server, wrapped.kill, wrapped.start)


@contextmanager
def _from_wheel() -> Iterator[KillablePostgres]:
    with tempfile.TemporaryDirectory(prefix="redress-chaos-pg-", ignore_cleanup_errors=True) as folder:
        inside = EmbeddedPostgres(Settings(data=Path(folder), database_port=free_port()))
        settings = inside.start()
        word = Secrets(settings.keys_folder).database_password(SUPERUSER)
        server = PostgresServer(settings.database_host, settings.database_port, SUPERUSER, word)
        try:
            yield KillablePostgres(server, lambda: _kill(Path(folder)), lambda: _start(inside))
        finally:
            inside.stop()


def _kill(folder: Path) -> None:
    kill_postgres(folder, random.Random())


def _start(inside: EmbeddedPostgres) -> None:
    inside.start()

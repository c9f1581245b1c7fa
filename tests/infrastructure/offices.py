"""Offices for tests: each with secrets, a data folder and databases of its own, many on one PostgreSQL server."""

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from services.house import House, open_house
from shared.databases import create_databases, drop_databases
from shared.secrets import Secrets, ensure_secrets
from shared.settings import DATABASES, SERVICES, Settings, role_name
from tests.infrastructure.postgres import PostgresServer
from tests.waiting import until

TEMPLATE = "REDRESS_TEST_TEMPLATE"
"""Names the data folder of a template that another process has made on the same server."""
_templates: dict[tuple[str, int], Settings] = {}
_making = asyncio.Lock()


def settings_of(server: PostgresServer, data: Path, name: str, **choices: Any) -> Settings:
    """The settings of an office called ``name`` on a server."""
    return Settings(
        **{
            "data": data,
            "database_host": server.host,
            "database_port": server.port,
            "database_prefix": f"{name}_",
            "topic_prefix": f"{name}.",
            # what is to be done is rung for, or woken by the test: an office that stands by costs next to nothing
            "poll_seconds": 5.0,
            "timer_seconds": 2.0,
            "log_level": "warning",
        }
        | choices
    )


@asynccontextmanager
async def new_office(server: PostgresServer, data: Path, **choices: Any) -> AsyncIterator[Settings]:
    """The settings of a new office with its databases, empty and not migrated; removed from the server at the end.

    ``choices`` are any settings: ``clock="simulated"``, ``kafka_bootstrap=…``
    """
    settings = settings_of(server, data, f"t{secrets.token_hex(4)}", **choices)
    data.mkdir(parents=True, exist_ok=True)
    ensure_secrets(settings)
    await create_databases(settings, server.user, server.password)
    try:
        yield settings
    finally:
        await drop_databases(settings, server.user, server.password)


@asynccontextmanager
async def cloned_office(server: PostgresServer, data: Path, **choices: Any) -> AsyncIterator[Settings]:
    """A new office with a simulated clock that has been opened before: migrated, departments and accounts are in.

    All clones are copies of one office, made once on each server: opening them takes a second.
    """
    template = await _template(server)
    settings = settings_of(server, data, f"t{secrets.token_hex(4)}", clock="simulated", **choices)
    shutil.copytree(template.data, data, dirs_exist_ok=True)
    await _clone(server, template, settings)
    try:
        yield settings
    finally:
        await drop_databases(settings, server.user, server.password)


async def _template(server: PostgresServer) -> Settings:
    async with _making:
        place = server.host, server.port
        if place not in _templates:
            made = os.environ.get(TEMPLATE)
            _templates[place] = _of_another_process(server, Path(made)) if made else await make_template(server)
        return _templates[place]


def _of_another_process(server: PostgresServer, data: Path) -> Settings:
    return settings_of(server, data, (data / "name").read_text(), clock="simulated")


async def make_template(server: PostgresServer) -> Settings:
    """An office that was opened once and has come to rest; its databases stay until the server goes."""
    name, data = f"t{secrets.token_hex(4)}", Path(tempfile.mkdtemp(prefix="redress-template-"))
    (data / "name").write_text(name)
    settings = settings_of(server, data, name, clock="simulated")
    ensure_secrets(settings)
    await create_databases(settings, server.user, server.password)
    async with open_house(settings, SERVICES) as house:
        # what the office says of itself has to have arrived everywhere
        await until(lambda: _at_rest(house), 120)
    return settings


async def _at_rest(house: House) -> bool:
    services = [app.state.service for app in house.apps.values()]
    lags = [await one.consumer.lag() for one in services if one.consumer]
    unsent = [await _unsent(one.database) for one in services]
    return not any(lags) and not any(unsent)


async def _unsent(database: Any) -> int:
    from sqlalchemy import text

    async with database.session() as session:
        return int(await session.scalar(text("SELECT count(*) FROM outbox WHERE position IS NULL")))


async def _clone(server: PostgresServer, template: Settings, settings: Settings) -> None:
    admin = await asyncpg.connect(
        host=server.host, port=server.port, user=server.user, password=server.password, database="postgres"
    )
    try:
        for role in sorted(set(DATABASES.values())):
            word = Secrets(settings.keys_folder).database_password(role)
            new, old = settings.database_prefix + role, template.database_prefix + role
            # the tables belong to the template's role, of which the new one is a member
            statement = "SELECT format('CREATE ROLE %I LOGIN IN ROLE %I PASSWORD %L', $1::text, $2::text, $3::text)"
            await admin.execute(await admin.fetchval(statement, new, old, word))
        for database in DATABASES:
            new, old = settings.database_prefix + database, template.database_prefix + database
            owner = role_name(settings, database)
            # by files: a database is small here, and logging each of its pages takes five times as long
            await admin.execute(f'CREATE DATABASE "{new}" OWNER "{owner}" TEMPLATE "{old}" STRATEGY FILE_COPY')
            await admin.execute(f'REVOKE ALL ON DATABASE "{new}" FROM PUBLIC')
    finally:
        await admin.close()
    if settings.kafka_bootstrap:
        await _send_again(server, settings)


async def _send_again(server: PostgresServer, settings: Settings) -> None:
    """Another carrier has nothing of what the template said: let the relays say it once more."""
    for service in SERVICES:
        connection = await asyncpg.connect(
            host=server.host,
            port=server.port,
            user=server.user,
            password=server.password,
            database=settings.database_prefix + service,
        )
        try:
            await connection.execute("UPDATE outbox SET position = NULL; UPDATE progress SET published = 0")
        finally:
            await connection.close()

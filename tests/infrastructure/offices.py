"""Offices for tests: each with secrets, a data folder and databases of its own, many on one PostgreSQL server."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from shared.databases import create_databases, drop_databases
from shared.secrets import ensure_secrets
from shared.settings import Settings
from tests.infrastructure.postgres import PostgresServer


@asynccontextmanager
async def new_office(server: PostgresServer, data: Path, **choices: Any) -> AsyncIterator[Settings]:
    """The settings of a new office with its databases, empty and not migrated; removed from the server at the end.

    ``choices`` are any settings: ``clock="simulated"``, ``kafka_bootstrap=…``
    """
    name = f"t{secrets.token_hex(4)}"
    settings = Settings(
        **{
            "data": data,
            "database_host": server.host,
            "database_port": server.port,
            "database_prefix": f"{name}_",
            "topic_prefix": f"{name}.",
            "poll_seconds": 0.5,
            "timer_seconds": 0.2,
            "log_level": "warning",
        }
        | choices
    )
    data.mkdir(parents=True, exist_ok=True)
    ensure_secrets(settings)
    await create_databases(settings, server.user, server.password)
    try:
        yield settings
    finally:
        await drop_databases(settings, server.user, server.password)

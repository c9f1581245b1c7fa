"""One PostgreSQL database of one service: its sessions, and the tables that every service has alike."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from pydantic_core import from_json
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    make_url,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from shared.bell import Bell

COMMON = MetaData()
"""The tables below; the migrations of each service create them beside the service's own."""

subjects = Table(
    "subjects",
    COMMON,
    Column("subject", Text, primary_key=True),
    Column(
        "sequence", Integer, nullable=False, server_default="0", comment="last sequence that this service published"
    ),
    Column("seen", JSONB, nullable=False, server_default=text("'{}'"), comment="source: last sequence consumed"),
    Column("parked", Boolean, nullable=False, server_default=false()),
    comment="One row per complaint (or incident, warning ...). Who holds it, holds the complaint.",
)

outbox = Table(
    "outbox",
    COMMON,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("position", BigInteger, comment="gap-free, given on sending; null = not sent yet"),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("data", JSONB, nullable=False),
    UniqueConstraint("subject", "sequence", name="outbox_sequence_once"),
    Index("outbox_unsent", "id", postgresql_where=text("position IS NULL")),
    Index("outbox_journal", "position", unique=True, postgresql_where=text("position IS NOT NULL")),
    comment="What this service has published; sent rows stay and are its journal.",
)

progress = Table(
    "progress",
    COMMON,
    Column("topic", Text, primary_key=True),
    Column("published", BigInteger, nullable=False, server_default="0", comment="sent by the relay"),
    Column("consumed", BigInteger, nullable=False, server_default="0", comment="taken in, each event once"),
    comment="How many events of each topic went out and came in.",
)

parked = Table(
    "parked",
    COMMON,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("topic", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("event", JSONB, nullable=False),
    Column("error", Text, comment="null: waits for a fact that has not come yet, is tried again"),
    Column("parked_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    UniqueConstraint("source", "subject", "sequence", name="parked_once"),
    Index("parked_of_subject", "subject", "id"),
    Index("parked_waiting", "subject", postgresql_where=text("error IS NULL")),
    comment="Events of complaints that stand still until an operator releases them.",
)

clock = Table(
    "clock",
    COMMON,
    Column("the_only", Boolean, primary_key=True, server_default=true()),
    Column("simulated", Boolean, nullable=False, comment="whether this data lives in simulated time"),
    Column("now", DateTime(timezone=True), comment="the simulated time; null in real time"),
    Column("hold", Boolean, nullable=False, server_default=false(), comment="no timer, no consumption"),
    CheckConstraint("the_only", name="clock_has_one_row"),
    CheckConstraint("simulated = (now IS NOT NULL)", name="clock_value_only_if_simulated"),
)


STATEMENT_SECONDS = 30.0
"""How long a statement may stay unanswered: then the line is taken for dead. A network that broke says nothing."""


class Database:
    """The database of one service. Each session is one transaction; close with ``dispose``."""

    def __init__(self, url: str, service: str, pool_size: int = 5, max_overflow: int = 5) -> None:
        self.url = make_url(url).set(drivername="postgresql+asyncpg")
        self.service = service
        self.simulated = False
        self._bells: dict[str, Bell] = {}
        self.engine = create_async_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_timeout=10,
            hide_parameters=True,  # an error message never holds a person or a text
            json_deserializer=from_json,  # several times as quick as the standard library's
            connect_args={
                "server_settings": {"application_name": service, "timezone": "UTC"},
                "timeout": 10,
                "command_timeout": STATEMENT_SECONDS,
            },
        )
        self.at_once = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        """The same connections, for a single statement that needs no transaction."""

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end, rolled back on an exception."""
        info: dict[str, Any] = {"service": self.service, "simulated": self.simulated}
        async with AsyncSession(self.engine, expire_on_commit=False, info=info) as session, session.begin():
            yield session

    async def connect(self, purpose: str) -> "asyncpg.Connection[asyncpg.Record]":
        """A connection of its own, outside the pool: to listen, or to hold an advisory lock."""
        return await connect(str(self.url.render_as_string(hide_password=False)), f"{self.service} {purpose}")

    def bell(self, channel: str) -> Bell:
        """Rings when a transaction that called ``pg_notify`` on the channel has committed, in whichever process."""
        if channel not in self._bells:
            self._bells[channel] = Bell(lambda: self.connect(f"listens for {channel}"), channel)
        return self._bells[channel]

    async def dispose(self) -> None:
        """Closes all connections."""
        for bell in self._bells.values():
            await bell.stop()
        await self.engine.dispose()


async def connect(url: str, name: str) -> "asyncpg.Connection[asyncpg.Record]":
    """A single asyncpg connection to an SQLAlchemy URL; ``name`` is what pg_stat_activity shows."""
    settings = {"application_name": name, "timezone": "UTC"}
    return await asyncpg.connect(dsn(url), timeout=10, command_timeout=STATEMENT_SECONDS, server_settings=settings)


def dsn(url: str) -> str:
    """The URL as libpq and asyncpg understand it, without SQLAlchemy's driver name."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

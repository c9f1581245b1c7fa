"""Services without a trade: databases with the common tables, publishers and listeners on one of the two carriers."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import journal
from shared.bus import Bus
from shared.clock import adopt_clock
from shared.consumer import Consumer, Handler
from shared.database import COMMON, Database, connect
from shared.embedded_bus import EmbeddedBus
from shared.events import AlarmRaised, Event
from shared.kafka import KafkaBus
from shared.outbox import publish_many
from shared.relay import Relay
from tests.infrastructure.postgres import PostgresServer

EFFECTS = "CREATE TABLE effects (id bigserial PRIMARY KEY, subject text, source text, sequence int, cause text)"
"""What a listener does: one row for each event it takes in. Nothing in it keeps a doubled effect away."""


def alarm(number: object = "", size: int = 0) -> AlarmRaised:
    return AlarmRaised(cause=str(number), cues=("x" * size,) if size else ())


async def note(session: AsyncSession, event: Event) -> None:
    """The plain handler: leaves its effect."""
    await session.execute(
        text("INSERT INTO effects (subject, source, sequence, cause) VALUES (:subject, :source, :sequence, :cause)"),
        {"subject": event.subject, "source": event.source, "sequence": event.sequence, "cause": event.data.cause},
    )


def make_bus(address: str, prefix: str) -> Bus:
    """The carrier behind an address: a database's, or a broker's."""
    return EmbeddedBus(address) if address.startswith("postgresql") else KafkaBus(address, prefix, session_seconds=6)


@dataclass
class Wire:
    """A carrier, and services that are gone when the test ends."""

    server: PostgresServer
    address: str
    name: str = field(default_factory=lambda: f"w{secrets.token_hex(4)}")
    databases: dict[str, Database] = field(default_factory=dict)
    _running: list[tuple[Any, asyncio.Task[None]]] = field(default_factory=list)
    _buses: list[Bus] = field(default_factory=list)

    async def bus(self) -> Bus:
        """A connection of its own to the carrier, as another process would have."""
        bus = make_bus(self.address, f"{self.name}.")
        await bus.start()
        self._buses.append(bus)
        return bus

    async def service(self, name: str, *, simulated: bool = False, database: str = "") -> Database:
        """The database of a service, with the common tables and `effects`."""
        key = database or name
        if key not in self.databases:
            full = f"{self.name}_{key}"
            await create_database(self.server, full)
            made = Database(self.server.url(full), name, 3, 3)
            async with made.engine.begin() as connection:
                await connection.run_sync(COMMON.create_all)
                await connection.execute(text(EFFECTS))
            await adopt_clock(made, simulated=simulated)
            self.databases[key] = made
        return self.databases[key]

    def run(self, worker: Any) -> Any:
        """Lets a relay or a consumer run until the test ends, or until `stop`."""
        self._running.append((worker, asyncio.create_task(worker.run())))
        return worker

    async def stop(self, worker: Any) -> None:
        task = next(task for each, task in self._running if each is worker)
        await worker.stop()
        await asyncio.wait_for(task, 30)
        self._running = [(each, task) for each, task in self._running if each is not worker]

    async def relay(self, database: Database) -> Relay:
        relay: Relay = self.run(Relay(database, await self.bus(), poll_seconds=0.5))
        return relay

    async def consumer(
        self,
        name: str = "sla",
        handler: Handler = note,
        *,
        database: Database | None = None,
        prepare: Callable[[list[Event]], Awaitable[Any]] | None = None,
        max_events: int = 100,
        topics: Iterable[str] = ("complaints",),
    ) -> Consumer:
        """A consumer that is not running yet; gaps are healed from the journals of the wire's services."""
        return Consumer(
            database=database or await self.service(name),
            bus=await self.bus(),
            group=name,
            topics=topics,
            handlers={AlarmRaised: handler},
            prepare=prepare,
            catch_up=self.journal,
            max_events=max_events,
        )

    async def listen(self, name: str = "sla", handler: Handler = note, **choices: Any) -> Consumer:
        consumer: Consumer = self.run(await self.consumer(name, handler, **choices))
        return consumer

    async def journal(self, source: str, subject: str, after: int) -> list[Event]:
        return await journal.of_subject(self.databases[source], subject, after)

    async def close(self) -> None:
        for worker, _ in self._running:
            await worker.stop()
        await asyncio.gather(*(task for _, task in self._running), return_exceptions=True)
        for bus in self._buses:
            await bus.stop()
        for database in self.databases.values():
            await database.dispose()
        admin = await connect(self.server.url(), "tests")
        for name in await admin.fetch("SELECT datname FROM pg_database WHERE datname LIKE $1", f"{self.name}_%"):
            await admin.execute(f'DROP DATABASE "{name["datname"]}" WITH (FORCE)')
        await admin.close()


@asynccontextmanager
async def open_wire(server: PostgresServer, bootstrap: str | None) -> AsyncIterator[Wire]:
    wire = Wire(server, bootstrap or "")
    if bootstrap is None:
        await create_database(server, f"{wire.name}_bus")
        wire.address = server.url(f"{wire.name}_bus")
    try:
        yield wire
    finally:
        await wire.close()


async def create_database(server: PostgresServer, name: str) -> None:
    admin = await connect(server.url(), "tests")
    await admin.execute(
        f"CREATE DATABASE \"{name}\" TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"
    )
    await admin.close()


async def tell(database: Database, subjects: Sequence[str], numbers: Iterable[object]) -> None:
    """Publishes one fact for each subject and number: all subjects, number by number, a transaction each round."""
    for number in numbers:
        async with database.session() as session:
            await publish_many(session, [(subject, alarm(number)) for subject in subjects])


async def effects(database: Database) -> list[tuple[str, str, int, str]]:
    async with database.session() as session:
        rows = await session.execute(text("SELECT subject, source, sequence, cause FROM effects ORDER BY id"))
        return [(row.subject, row.source, row.sequence, row.cause) for row in rows]


async def wait_for_effects(database: Database, count: int, seconds: float = 90) -> list[tuple[str, str, int, str]]:
    """The effects once there are `count` of them; a moment later there must not be more."""
    async with asyncio.timeout(seconds):
        while len(await effects(database)) < count:  # noqa: ASYNC110 - the database has no event for it
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    found = await effects(database)
    assert len(found) == count
    return found


def assert_in_order(found: Sequence[tuple[str, str, int, str]], counts: dict[tuple[str, str], int]) -> None:
    """Each (subject, source) has had each sequence from 1 once, in order, and no other did."""
    sequences: dict[tuple[str, str], list[int]] = {}
    for subject, source, sequence, _ in found:
        sequences.setdefault((subject, source), []).append(sequence)
    assert sequences == {key: list(range(1, count + 1)) for key, count in counts.items()}

"""The evidence: every table, the bus, the mails, the checkpoints and the logs, read by the checker itself.

A large office is read share by share: of each table the rows of some complaints, and what is no complaint's.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import asyncpg

from shared.database import dsn
from shared.settings import SERVICES, Settings, database_url

Row = dict[str, Any]
Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Violation:
    """One thing that is not true; ``complaint`` is the subject whose timeline shows it, if it is one."""

    rule: str
    what: str
    complaint: str | None = None


@dataclass(frozen=True)
class Share:
    """The complaints whose hash leaves ``number`` when divided by ``of``, and the subjects that are ``common``.

    Common is what is no complaint - the office, calendars, incidents: each share has it, one of them holds it.
    """

    number: int = 0
    of: int = 1
    common: frozenset[str] = frozenset()

    def holds(self, subject: object) -> bool:
        """Say whether this share, and no other, answers for a subject."""
        return self.of == 1 or int(hashlib.md5(str(subject).encode()).hexdigest()[:6], 16) % self.of == self.number

    def where(self, column: str) -> str:
        """Return the SQL condition that selects its rows by a column that names the subject."""
        if self.of == 1:
            return "true"
        common = ", ".join("'" + one.replace("'", "''") + "'" for one in sorted(self.common)) or "NULL"
        hashed = f"('x' || substr(md5({column}::text), 1, 6))::bit(24)::int % {self.of} = {self.number}"
        return f"({column} IS NULL OR {column}::text IN ({common}) OR {hashed})"


WHOLE = Share()


@dataclass
class Evidence:
    """Everything the checker has read, and what follows from it."""

    answers: list[Row]
    """What clients sent and were answered."""
    tables: dict[str, Tables]
    """Every row of every table, by service."""
    bus: list[Row]
    """What lies on the bus: topic, partition, offset, source, subject, sequence, id, type, data (as text)."""
    mails: list[tuple[str, str]]
    """Message-ID and file name of each mail that was laid in the data folder."""
    checkpoints: list[Row]
    """The archive's checkpoints, in order; one that cannot be read is empty."""
    archive_key: bytes | None
    """The public half of the key with which the archive signs (PEM)."""
    logs: str
    read_at: datetime
    share: Share = WHOLE
    journals: dict[str, list[Row]] = field(init=False)
    events: dict[str, Row] = field(init=False)
    timelines: dict[str, list[Row]] = field(init=False)

    def __post_init__(self) -> None:
        """Put the journals together: by event id, and by complaint in the order of time."""
        self.journals = {
            service: [row | {"source": service, "data": as_json(row["data"])} for row in tables.get("outbox", [])]
            for service, tables in self.tables.items()
        }
        self.events = {one["event_id"]: one for journal in self.journals.values() for one in journal}
        self.timelines = defaultdict(list)
        for one in sorted(self.events.values(), key=_in_order):
            self.timelines[one["subject"]].append(one)

    @property
    def now(self) -> datetime:
        """The time in the office: the simulated one where there is one."""
        clocks = [row["now"] for service in self.tables for row in self.rows(service, "clock") if row["now"]]
        return max(clocks, default=self.read_at)

    def rows(self, service: str, table: str) -> list[Row]:
        """Return a table's rows; none where the table does not exist."""
        return self.tables.get(service, {}).get(table, [])

    def present(self, service: str) -> bool:
        """Say whether a service has a database with its tables."""
        return bool(self.tables.get(service))

    def complaints(self) -> dict[str, Row]:
        """Return each complaint's ``complaint.received``."""
        return {one["subject"]: one for one in self.events.values() if one["type"] == "complaint.received"}

    def own_answers(self) -> list[Row]:
        """Return what clients were answered about complaints that this share holds."""
        return [one["answer"] for one in self.answers if self.share.holds(one["answer"]["id"])]

    def of_type(self, *types: str) -> list[Row]:
        """Return the events of these types, in no order."""
        return [one for one in self.events.values() if one["type"] in types]


def _in_order(event: Row) -> tuple[Any, ...]:
    """By time; at one moment as a complaint meets the services."""
    return event["time"], SERVICES.index(event["source"]), event["sequence"]


async def gather(
    settings: Settings,
    answers: list[Row],
    logs: Iterable[Path] = (),
    lines: "Mapping[str, asyncpg.Connection[asyncpg.Record]] | None" = None,
    share: Share = WHOLE,
) -> Evidence:
    """Read every database, the bus, the mails and the logs of an office at rest; ``lines``: connections that stand."""
    tables = {}
    for service in SERVICES:
        standing = lines.get(service) if lines else None
        connection = standing or await asyncpg.connect(dsn(database_url(settings, service)))
        try:
            tables[service] = await read_tables(connection, share)
        finally:
            if standing is None:
                await connection.close()
    key = settings.keys_folder / "public" / "archive.pub"
    return Evidence(
        answers=answers,
        tables=tables,
        bus=await (_read_kafka(settings, share) if settings.kafka_bootstrap else _read_embedded(settings, share)),
        mails=read_mails(_folder(settings, "reply", "mail")),
        checkpoints=read_checkpoints(_folder(settings, "archive", "checkpoints")),
        archive_key=key.read_bytes() if key.exists() else None,
        logs="\n".join(path.read_text(errors="replace") for path in logs),
        read_at=datetime.now(UTC),
        share=share,
    )


async def shares_of(settings: Settings, at_once: int) -> list[Share]:
    """Return the shares in which an office is read, so that each holds about so many complaints at most."""
    ((complaints,),) = await _ask(settings, "intake", _COUNTED)
    of = -(-complaints // at_once)
    if of < 2:
        return [WHOLE]
    common = frozenset([row["subject"] for service in SERVICES for row in await _ask(settings, service, _COMMON)])
    return [Share(number, of, common) for number in range(of)]


async def _ask(settings: Settings, service: str, query: str) -> "list[asyncpg.Record]":
    connection = await asyncpg.connect(dsn(database_url(settings, service)))
    try:
        return await connection.fetch(query)
    finally:
        await connection.close()


_COUNTED = "SELECT count(*) FROM outbox WHERE type = 'complaint.received'"
_COMMON = "SELECT DISTINCT subject FROM outbox WHERE topic <> 'complaints' OR type = 'incident.declared'"


def _folder(settings: Settings, service: str, name: str) -> Path:
    """Return a folder in the data folder; distributed, each service has a data folder of its own in it."""
    own = settings.data / service / name
    return own if own.exists() else settings.data / name


async def read_tables(connection: "asyncpg.Connection[asyncpg.Record]", share: Share = WHOLE) -> Tables:
    """Read all of one database; of a share, what is its complaints' and what is no complaint's."""
    columns = await connection.fetch(
        "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns JOIN pg_tables"
        " ON tablename = table_name AND schemaname = table_schema WHERE schemaname = 'public' GROUP BY table_name"
    )
    return {
        name: [dict(row) for row in await connection.fetch(f'SELECT * FROM "{name}" WHERE {_of(name, own, share)}')]
        for name, own in columns
    }


def _of(table: str, columns: list[str], share: Share) -> str:
    """Return the condition for a share's rows. The archive's catalogue and chain stand whole beside each."""
    if table == "entries":
        return f"file IN (SELECT id FROM files WHERE {share.where('complaint')})"
    column = next((one for one in ("subject", "complaint") if one in columns), "id" if table == "complaints" else "")
    return share.where(column) if column and table != "files" else "true"


async def _read_embedded(settings: Settings, share: Share) -> list[Row]:
    connection = await asyncpg.connect(dsn(database_url(settings, "bus")))
    try:
        return await read_log(connection, share)
    finally:
        await connection.close()


async def read_log(connection: "asyncpg.Connection[asyncpg.Record]", share: Share = WHOLE) -> list[Row]:
    """Read the embedded bus."""
    where = share.where("(event ->> 'subject')")
    rows = await connection.fetch(f'SELECT * FROM log WHERE {where} ORDER BY topic, partition, "offset"')
    return [_from_log(dict(row)) for row in rows]


def _from_log(row: Row) -> Row:
    event = as_json(row["event"])
    return {
        "topic": row["topic"],
        "partition": row["partition"],
        "offset": row["offset"],
        "event_id": event["id"],
        "source": event["source"].removeprefix("/"),
        "type": event["type"],
        "subject": event["subject"],
        "sequence": int(event["sequence"]),
        "data": json.dumps(event["data"], ensure_ascii=False),
    }


async def _read_kafka(settings: Settings, share: Share) -> list[Row]:
    from aiokafka import AIOKafkaConsumer, TopicPartition
    from aiokafka.admin import AIOKafkaAdminClient

    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    await admin.start()
    try:
        own = [one for one in await admin.list_topics() if one.startswith(settings.topic_prefix)]
        described = await admin.describe_topics([one for one in own if not one.startswith("__")])
    finally:
        await admin.close()
    parts = [TopicPartition(one["topic"], p["partition"]) for one in described for p in one["partitions"]]
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka_bootstrap, enable_auto_commit=False)
    await consumer.start()
    found: list[Row] = []
    try:
        consumer.assign(parts)
        ends = {part: end for part, end in (await consumer.end_offsets(parts)).items() if end}
        if ends:
            consumer.assign(list(ends))
            await consumer.seek_to_beginning(*ends)
        while any([await consumer.position(part) < end for part, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                read = [_from_kafka(message) for message in batch]
                found += [one for one in read if one["subject"] in share.common or share.holds(one["subject"])]
    finally:
        await consumer.stop()
    return sorted(found, key=lambda one: (one["topic"], one["partition"], one["offset"]))


def _from_kafka(message: Any) -> Row:
    headers = {name: value.decode() for name, value in message.headers}
    return {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "event_id": headers["ce_id"],
        "source": headers["ce_source"].removeprefix("/"),
        "type": headers["ce_type"],
        "subject": headers["ce_subject"],
        "sequence": int(headers["ce_sequence"]),
        "data": message.value.decode(),
    }


def read_mails(folder: Path) -> list[tuple[str, str]]:
    """Read who each laid mail says it is."""
    parser = BytesParser(policy=policy.default)
    return [
        (str(parser.parsebytes(path.read_bytes(), headersonly=True)["Message-ID"]), path.name)
        for path in sorted(folder.rglob("*.eml"))
    ]


def read_checkpoints(folder: Path) -> list[Row]:
    """Read the archive's checkpoints."""
    return [_checkpoint(path) for path in sorted(folder.glob("checkpoint-*.json"))]


def _checkpoint(path: Path) -> Row:
    try:
        content: Row = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content


def as_json(value: Any) -> Any:
    """Return a JSON value that a database may give as text."""
    return json.loads(value) if isinstance(value, str | bytes) else value


def moment(value: str | datetime) -> datetime:
    """Return a time that JSON gives as text."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)

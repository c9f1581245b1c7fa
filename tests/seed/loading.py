"""Into the databases: files that PostgreSQL reads itself, a table at a time, while the next copies are made."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from tests.seed.copying import Counters
from tests.seed.patterns import Table, Tables

FAST: Final = """
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 8GB
checkpoint_timeout = 1h
maintenance_work_mem = 256MB
autovacuum = off
"""
"""Nothing here has to survive a power cut: until it is whole, the folder has another name."""
Line = Any
Lines = Mapping[str, Line]
_INDEXES: Final = (
    "SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made FROM pg_index AS i"
    " JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)"
)


async def begin(lines: Lines, tables: Tables) -> dict[str, list[str]]:
    """Empty all tables, each database in one transaction (which spares the journal of PostgreSQL); drop the indexes.

    Return how the indexes were made.
    """
    made = {}
    for database, line in lines.items():
        names = ", ".join(f'"{name}"' for place, name in tables if place == database)
        indexes = await line.fetch(_INDEXES)
        for statement in (
            "BEGIN",
            "SET LOCAL session_replication_role = replica",
            f"TRUNCATE {names}" if names else "",
            *(f"DROP INDEX {row['name']}" for row in indexes),
        ):
            await line.execute(statement)
        made[database] = [row["made"] for row in indexes]
    return made


def lay(folder: Path, contents: Mapping[tuple[str, str], Iterable[str]]) -> dict[tuple[str, str], Path]:
    """Write what is to be read; return the files."""
    files = {}
    for (database, table), texts in contents.items():
        path = folder / f"{database}.{table}"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(texts)
        path.chmod(0o644)
        files[database, table] = path
    return files


async def read_in(lines: Lines, tables: Tables, files: Mapping[tuple[str, str], Path]) -> None:
    """Let PostgreSQL read the files, all databases at once; then remove them."""

    async def one(database: str) -> None:
        for (place, name), path in files.items():
            if place == database and path.stat().st_size:
                columns = ", ".join(f'"{column}"' for column in tables[place, name].columns)
                await lines[database].execute(f"COPY \"{name}\" ({columns}) FROM '{path}' WITH (FREEZE)")
            if place == database:
                path.unlink()

    await asyncio.gather(*map(one, lines))


async def finish(
    lines: Lines, tables: Tables, made: Mapping[str, list[str]], counters: Counters, told: Callable[[float], None],
    *, simulated: bool,
) -> None:  # fmt: skip
    """Make the indexes, count everything on, let real time begin; commit."""
    done = 0

    async def one(database: str, line: Line) -> None:
        nonlocal done
        for statement in made[database]:
            await line.execute(statement)
        await _count_on(database, line, tables, counters)
        if not simulated and (database, "clock") in tables:
            await line.execute("UPDATE clock SET simulated = false, now = NULL, hold = false")
        await line.execute("COMMIT")
        await line.execute("ANALYZE")
        done += 1
        told(done / len(lines))

    await asyncio.gather(*(one(*each) for each in lines.items()))


async def _count_on(database: str, line: Line, tables: Tables, counters: Counters) -> None:
    for (place, name), table in tables.items():
        for column in table.counted if place == database else ():
            sequence = await line.fetchval("SELECT pg_get_serial_sequence($1, $2)", f'public."{name}"', column)
            last = counters.columns[place, name, column]
            if sequence and last:
                await line.execute(f"SELECT setval('{sequence}', {last})")
    if database == "bus":
        await _count_bus(line, counters)
    elif (database, "progress") in tables:
        await _count_progress(database, line, counters)
    if database == "reply":
        for year, number in counters.letters.items():
            await line.execute(
                "INSERT INTO letter_numbers (year, last) VALUES ($1, $2) ON CONFLICT (year) DO UPDATE SET last = $2",
                int(year),
                number,
            )


async def _count_bus(line: Line, counters: Counters) -> None:
    for (topic, partition), end in counters.offsets.items():
        await line.execute(
            "INSERT INTO partitions (topic, partition, next) VALUES ($1, $2, $3)"
            " ON CONFLICT (topic, partition) DO UPDATE SET next = $3",
            topic,
            partition,
            end,
        )
    # at rest every reader has read everything: so have they of the copies
    await line.execute(
        "INSERT INTO offsets (reader, topic, partition, next) SELECT r.reader, p.topic, p.partition, p.next"
        " FROM (SELECT DISTINCT reader, topic FROM offsets) AS r JOIN partitions AS p ON p.topic = r.topic"
        " ON CONFLICT (reader, topic, partition) DO UPDATE SET next = excluded.next"
    )


async def _count_progress(service: str, line: Line, counters: Counters) -> None:
    topics = {topic for _, topic in counters.said}
    for topic in topics:
        all_ = sum(n for (_, said), n in counters.said.items() if said == topic)
        await line.execute(
            "UPDATE progress SET published = published + $2,"
            " consumed = CASE WHEN consumed > 0 THEN consumed + $3 ELSE 0 END WHERE topic = $1",
            topic,
            counters.said.get((service, topic), 0),
            all_,
        )


def counters_of(tables: Tables) -> dict[tuple[str, str, str], int]:
    """Return how far each column that counts has counted."""
    found: dict[tuple[str, str, str], int] = {}
    for (database, name), table in tables.items():
        more = {"position"} if name in {"outbox", "links"} else set()
        for column in table.counted | more:
            found[database, name, column] = max(map(int, table.column(column, table.rows)), default=0)
    return found


def offsets_of(log: Table) -> dict[tuple[str, int], int]:
    """Return the next offset of each partition of the bus."""
    places, found = log.places, dict[tuple[str, int], int]()
    for row in log.rows:
        place = row[places["topic"]], int(row[places["partition"]])
        found[place] = max(found.get(place, 0), int(row[places["offset"]]) + 1)
    return found

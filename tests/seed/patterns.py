"""What belongs to one complaint in all databases: found by its ids, whatever the tables are called.

A row is a complaint's when all the ids in it lead to this complaint and to no other. Everything else is the office's:
it stays as it is.
"""

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import asyncpg

UUID: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
NULL: Final = "\\N"
_TABLES: Final = (
    "SELECT c.relname AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> 'alembic_version' ORDER BY 1"
)
_COLUMNS: Final = (
    "SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, (a.attidentity <> '' OR"
    " coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval%', false)) AS counted"
    " FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum"
)
Row = list[str]
"""The fields of a row as COPY writes them."""


@dataclass
class Table:
    """A table as it is found: its columns, and its rows apart - the office's, and each complaint's."""

    database: str
    name: str
    columns: dict[str, str]
    """Name and type."""
    counted: frozenset[str]
    """The columns that count on by themselves."""
    rows: list[Row]
    office: list[Row] = field(default_factory=list)
    complaints: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    @property
    def places(self) -> dict[str, int]:
        """Where each column stands in a row."""
        return {name: place for place, name in enumerate(self.columns)}

    def column(self, name: str, rows: Iterable[Row]) -> list[str]:
        """Return the values of a column that are there."""
        place = self.places[name]
        return [row[place] for row in rows if row[place] != NULL]


Tables = dict[tuple[str, str], Table]


async def read_tables(lines: Mapping[str, "asyncpg.Connection[asyncpg.Record]"]) -> Tables:
    """Read all tables of all databases."""
    found: Tables = {}
    for database, line in lines.items():
        for (name,) in await line.fetch(_TABLES):
            columns = await line.fetch(_COLUMNS, f'public."{name}"')
            out = io.BytesIO()
            await line.copy_from_table(name, output=out, columns=[one["name"] for one in columns], format="text")
            rows = [text.split("\t") for text in out.getvalue().decode().split("\n")[:-1]]
            found[database, name] = Table(
                database,
                name,
                {one["name"]: one["type"] for one in columns},
                frozenset(one["name"] for one in columns if one["counted"]),
                rows,
            )
    return found


def sort_out(tables: Tables) -> dict[str, set[str]]:
    """Give each row to its complaint or to the office; return the ids of each complaint's own things."""
    complaints = set(tables["intake", "complaints"].column("id", tables["intake", "complaints"].rows))
    rows = [(table, row, set(UUID.findall("\t".join(row)))) for table in tables.values() for row in table.rows]
    owner = _owners(complaints, [ids for _, _, ids in rows])
    own: dict[str, set[str]] = defaultdict(set)
    for id_, complaint in owner.items():
        if complaint:
            own[complaint].add(id_)
    for table, row, ids in rows:
        of = {owner[id_] for id_ in ids} - {None}
        if len(of) == 1:
            table.complaints[str(of.pop())].append(row)
        else:
            table.office.append(row)
    return own


def _owners(complaints: set[str], rows: list[set[str]]) -> dict[str, str | None]:
    """Return whose each id is: of one complaint, or (None) of several, or of none."""
    owner: dict[str, str | None] = {one: one for one in complaints}
    waiting = rows
    while True:
        met: dict[str, set[str | None]] = defaultdict(set)
        later = []
        for ids in waiting:
            of = {owner[id_] for id_ in ids & owner.keys()} - {None}
            if len(of) == 1:
                for id_ in ids - owner.keys():
                    met[id_] |= of
            elif not of:
                later.append(ids)
        if not met:
            return owner | {id_: None for ids in rows for id_ in ids if id_ not in owner}
        owner |= {id_: next(iter(of)) if len(of) == 1 else None for id_, of in met.items()}
        waiting = later

"""The rows of complaints that come in together: looked up, and written, in one statement each however many they are."""
# ruff: noqa: S608 - only names and types of this file's own are put into its statements

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    DateTime,
    LargeBinary,
    Text,
    TextClause,
    Uuid,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.tables import Complaint

Row = Mapping[str, Any]
_ARRAYS: Final = ("reachable", "danger_cues", "named_officers")
_DOCUMENTS: Final = ("answer", "proposal", "labels")


async def look_up(session: AsyncSession, wanted: Sequence[Row]) -> Sequence[Any]:
    """Return what is known of each (caller, key, channel, external_id), now, and a number where ``draw`` asks."""
    return (await session.execute(_LOOK_UP, _columns(wanted, _ASKED))).all()


async def store(session: AsyncSession, complaints: Sequence[Row], idempotency: Sequence[Row]) -> bool:
    """Write complaints, then blind indexes and idempotency keys. Says whether none met another that was quicker.

    In the order of their keys: two processes that write the same ones never wait for each other in a ring.
    """
    rows = sorted(complaints, key=lambda row: (row["channel"], row["external_id"] or b""))
    written = (await session.execute(_COMPLAINTS, _columns([_plain(row) for row in rows], _COLUMNS))).all()
    if len(written) < len(rows):
        return False
    hashes = [{"hash": each, "found": row["id"]} for row in rows for each in row["hashes"]]
    keyed = sorted(idempotency, key=lambda row: (row["caller"], row["key"]))
    if not hashes and not keyed:
        return True
    named = await session.scalar(_KEYS, _columns(hashes, _FOUND) | _columns(keyed, _KEYED))
    return int(named or 0) == len(keyed)


def _plain(row: Row) -> dict[str, Any]:
    documents = {name: row[name] if row[name] is None else _json(row[name]) for name in _DOCUMENTS}
    return {**row, **documents, **{name: _array(row[name]) for name in _ARRAYS}}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _array(codes: Sequence[str]) -> str:
    # a list in a list of columns cannot be unnested: it travels in PostgreSQL's own words
    return "{" + ",".join('"' + code.replace("\\", "\\\\").replace('"', '\\"') + '"' for code in codes) + "}"


def _columns(rows: Sequence[Row], types: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in types}


def _carried(name: str) -> str:
    """Return the array type in which a column of complaints travels."""
    return "text" if name in _ARRAYS + _DOCUMENTS else _SQL[type(Complaint.__table__.c[name].type)]


def _stored(name: str) -> str:
    if name in _ARRAYS:
        return f'CAST("{name}" AS text[])'
    return f'CAST("{name}" AS jsonb)' if name in _DOCUMENTS else f'"{name}"'


_SQL: Final[dict[Any, str]] = {
    Text: "text",
    Uuid: "uuid",
    BigInteger: "bigint",
    Boolean: "boolean",
    DateTime: "timestamptz",
    LargeBinary: "bytea",
}
_TYPES: Final[dict[str, Any]] = {
    "text": Text(),
    "uuid": Uuid(),
    "bigint": BigInteger(),
    "boolean": Boolean(),
    "timestamptz": DateTime(timezone=True),
    "bytea": LargeBinary(),
}
_ASKED: Final = {"caller": "text", "key": "bytea", "channel": "text", "external_id": "bytea", "draw": "boolean"}
_FOUND: Final = {"hash": "bytea", "found": "uuid"}
_KEYED: Final = {"caller": "text", "key": "bytea", "body_hash": "bytea", "complaint": "uuid"}
_COLUMNS: Final = {column.name: _carried(column.name) for column in Complaint.__table__.c}


def _unnest(types: Mapping[str, str]) -> str:
    return ", ".join(f"CAST(:{name} AS {type_}[])" for name, type_ in types.items())


def _names(types: Mapping[str, str]) -> str:
    return ", ".join(f'"{name}"' for name in types)


def _text(statement: str, *types: Mapping[str, str]) -> TextClause:
    every = {name: type_ for each in types for name, type_ in each.items()}
    return text(statement).bindparams(*(bindparam(name, type_=ARRAY(_TYPES[type_])) for name, type_ in every.items()))


# lateral and limited: looked up by index one by one, also where the plan was made while the tables were empty
_LOOK_UP: Final = _text(
    "SELECT coalesce((SELECT clock.now FROM clock), clock_timestamp()) AS now,"
    " CASE WHEN asked.draw AND keyed.complaint IS NULL AND named.id IS NULL"
    " THEN nextval('complaints_running_seq') END AS running,"
    " keyed.complaint AS key_complaint, keyed.body_hash AS key_hash, keyed.answer AS key_answer,"
    " named.id AS external_complaint, named.body_hash AS external_hash, named.number AS external_number,"
    " named.answer AS external_answer"
    f" FROM unnest({_unnest(_ASKED)}) WITH ORDINALITY AS asked ({_names(_ASKED)}, n)"
    " LEFT JOIN LATERAL (SELECT i.complaint, i.body_hash, c.answer FROM idempotency AS i"
    " JOIN complaints AS c ON c.id = i.complaint"
    " WHERE i.caller = asked.caller AND i.key = asked.key LIMIT 1) AS keyed ON true"
    " LEFT JOIN LATERAL (SELECT c.id, c.body_hash, c.number, c.answer FROM complaints AS c"
    " WHERE c.channel = asked.channel AND c.external_id = asked.external_id LIMIT 1) AS named ON true ORDER BY n",
    _ASKED,
).columns(key_answer=JSONB, external_answer=JSONB)
_COMPLAINTS: Final = _text(
    f"INSERT INTO complaints ({_names(_COLUMNS)}) SELECT {', '.join(map(_stored, _COLUMNS))}"
    f" FROM unnest({_unnest(_COLUMNS)}) WITH ORDINALITY AS new ({_names(_COLUMNS)}, n) ORDER BY n"
    " ON CONFLICT (channel, external_id) DO NOTHING RETURNING id",
    _COLUMNS,
)
_KEYS: Final = _text(
    f"WITH found AS (INSERT INTO blind_indexes (hash, complaint) SELECT * FROM unnest({_unnest(_FOUND)})"
    " ON CONFLICT DO NOTHING),"
    " named AS (INSERT INTO idempotency (caller, key, body_hash, complaint)"
    f" SELECT caller, key, body_hash, complaint FROM unnest({_unnest(_KEYED)})"
    f" WITH ORDINALITY AS new ({_names(_KEYED)}, n) ORDER BY n ON CONFLICT DO NOTHING RETURNING 1)"
    " SELECT count(*) FROM named",
    _FOUND,
    _KEYED,
)

"""The rows of complaints that come in together: looked up, and written, in one statement each however many they are.

They travel as one JSON document: to pack dozens of columns as arrays costs more than all the rest of taking in.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.tables import Complaint

Row = Mapping[str, Any]
_COLUMNS: Final = tuple(Complaint.__table__.columns.keys())


async def look_up(session: AsyncSession, wanted: Sequence[Row]) -> Sequence[Any]:
    """Return what is known of each (caller, key, channel, external_id), now, and a number where ``draw`` asks."""
    return (await session.execute(_LOOK_UP, {"wanted": _document(wanted)})).all()


async def store(session: AsyncSession, complaints: Sequence[Row], hashes: Mapping[UUID, Sequence[bytes]]) -> bool:
    """Write complaints, each with its ``caller`` and ``key``, and their blind indexes.

    Says whether none met another one that was quicker; then everything has to be undone.
    """
    # in the order of their keys: two processes that write the same ones never wait for each other in a ring
    rows = sorted(complaints, key=lambda row: (row["channel"], row["external_id"] or b""))
    keyed = sorted((row for row in complaints if row["key"]), key=lambda row: (row["caller"], row["key"]))
    given = {
        "complaints": _document([{name: row[name] for name in _COLUMNS} for row in rows]),
        "number": len(rows),
        "hashes": _document([{"hash": each, "complaint": id_} for id_, own in hashes.items() for each in own]),
        "keyed": _document(
            [{name: row[name] for name in ("caller", "key", "body_hash", "complaint")} for row in keyed]
        ),
    }
    written, named = (await session.execute(_STORE, given)).one()
    return (written, named) == (len(rows), len(keyed))


def _document(rows: Sequence[Row]) -> str:
    """Return the rows as JSON, bytes as PostgreSQL reads them."""
    plain = [
        {name: "\\x" + value.hex() if isinstance(value, bytes) else value for name, value in row.items()}
        for row in rows
    ]
    return to_json(plain).decode()


# lateral and limited: looked up by index one by one, also where the plan was made while the tables were empty
_LOOK_UP: Final = text(
    """
    SELECT coalesce((SELECT clock.now FROM clock), clock_timestamp()) AS now,
        CASE WHEN asked.draw AND keyed.complaint IS NULL AND named.id IS NULL
            THEN nextval('complaints_running_seq') END AS running,
        keyed.complaint AS key_complaint, keyed.body_hash AS key_hash, keyed.answer AS key_answer,
        named.id AS external_complaint, named.body_hash AS external_hash, named.number AS external_number,
        named.answer AS external_answer
    FROM json_to_recordset(CAST(:wanted AS json))
        AS asked (n int, caller text, key bytea, channel text, external_id bytea, draw boolean)
    LEFT JOIN LATERAL (
        SELECT i.complaint, i.body_hash, c.answer FROM idempotency AS i JOIN complaints AS c ON c.id = i.complaint
        WHERE i.caller = asked.caller AND i.key = asked.key LIMIT 1) AS keyed ON true
    LEFT JOIN LATERAL (
        SELECT c.id, c.body_hash, c.number, c.answer FROM complaints AS c
        WHERE c.channel = asked.channel AND c.external_id = asked.external_id LIMIT 1) AS named ON true
    ORDER BY asked.n
    """
).columns(key_answer=JSONB, external_answer=JSONB)

# the count comes between: keys are written when all complaints are, never the two in turns
_STORE: Final = text(
    """
    WITH complaint AS (
        INSERT INTO complaints SELECT * FROM json_populate_recordset(NULL::complaints, CAST(:complaints AS json))
        ON CONFLICT (channel, external_id) DO NOTHING RETURNING id),
    written AS MATERIALIZED (SELECT count(*) AS number FROM complaint),
    found AS (
        INSERT INTO blind_indexes (hash, complaint)
        SELECT hash, complaint FROM json_populate_recordset(NULL::blind_indexes, CAST(:hashes AS json))
        WHERE (SELECT number FROM written) = :number ON CONFLICT DO NOTHING),
    named AS (
        INSERT INTO idempotency (caller, key, body_hash, complaint)
        SELECT caller, key, body_hash, complaint FROM json_populate_recordset(NULL::idempotency, CAST(:keyed AS json))
        WHERE (SELECT number FROM written) = :number ON CONFLICT DO NOTHING RETURNING 1)
    SELECT (SELECT number FROM written), (SELECT count(*) FROM named)
    """
)

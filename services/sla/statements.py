"""The duty engine's multi-row statements: a handful for a batch, however many complaints it touches."""

from typing import Any

from sqlalchemy import ARRAY, Boolean, DateTime, Integer, Text, bindparam, text


def _arrays(kind: Any, *names: str) -> list[Any]:
    return [bindparam(name, type_=ARRAY(kind)) for name in names]


_TIME = DateTime(timezone=True)

REMEMBER = text(
    "INSERT INTO facts (complaint, source, sequence, event_id, type, time, data)"
    " SELECT complaint, source, sequence, id, type, time, CAST(body AS jsonb) FROM unnest("
    " CAST(:complaints AS text[]), CAST(:sources AS text[]), CAST(:sequences AS int[]), CAST(:ids AS text[]),"
    " CAST(:types AS text[]), CAST(:times AS timestamptz[]), CAST(:data AS text[])) WITH ORDINALITY"
    " AS new (complaint, source, sequence, id, type, time, body, place) ORDER BY place"
).bindparams(
    *_arrays(Text, "complaints", "sources", "ids", "types", "data"),
    *_arrays(Integer, "sequences"),
    *_arrays(_TIME, "times"),
)
FACTS = text(
    "SELECT complaint, source, sequence, event_id, type, time, CAST(data AS text) AS data FROM facts"
    " WHERE complaint = ANY(:complaints) ORDER BY complaint, place"
).bindparams(*_arrays(Text, "complaints"))
ROWS = text(
    "SELECT complaint, row, duty, clause, state, due_at, binding, CAST(warned AS text) AS warned, any_hour,"
    " CAST(warn_at AS text) AS warn_at, next_look_at FROM ledger_rows WHERE complaint = ANY(:complaints)"
).bindparams(*_arrays(Text, "complaints"))
KEEP = text(
    "INSERT INTO ledger_rows (complaint, row, duty, clause, owner, state, binding, started_at, due_at, proof,"
    " warned, warn_at, any_hour, next_look_at)"
    " SELECT complaint, row, duty, clause, owner, state, binding, started_at, due_at, proof,"
    " CAST(warned AS jsonb), CAST(warn_at AS jsonb), any_hour, next_look_at"
    " FROM unnest(CAST(:complaint AS text[]), CAST(:row AS text[]), CAST(:duty AS text[]), CAST(:clause AS text[]),"
    " CAST(:owner AS text[]), CAST(:state AS text[]), CAST(:binding AS boolean[]), CAST(:started_at AS timestamptz[]),"
    " CAST(:due_at AS timestamptz[]), CAST(:proof AS text[]), CAST(:warned AS text[]), CAST(:warn_at AS text[]),"
    " CAST(:any_hour AS boolean[]), CAST(:next_look_at AS timestamptz[])) AS new (complaint, row, duty, clause, owner,"
    " state, binding, started_at, due_at, proof, warned, warn_at, any_hour, next_look_at)"
    " ON CONFLICT (complaint, row) DO UPDATE SET state = excluded.state, binding = excluded.binding,"
    " started_at = excluded.started_at, due_at = excluded.due_at, proof = excluded.proof, warned = excluded.warned,"
    " warn_at = excluded.warn_at, any_hour = excluded.any_hour, next_look_at = excluded.next_look_at"
).bindparams(
    *_arrays(Text, "complaint", "row", "duty", "clause", "owner", "state", "proof", "warned", "warn_at"),
    *_arrays(Boolean, "binding", "any_hour"),
    *_arrays(_TIME, "started_at", "due_at", "next_look_at"),
)
FORGET = text(
    "UPDATE ledger_rows AS r SET state = 'void', next_look_at = NULL"
    " FROM unnest(CAST(:complaints AS text[]), CAST(:rows AS text[])) AS gone (complaint, row)"
    " WHERE r.complaint = gone.complaint AND r.row = gone.row"
).bindparams(*_arrays(Text, "complaints", "rows"))
TURN = text(
    "INSERT INTO timers (complaint, next_turn_at, open, version) SELECT * FROM unnest("
    " CAST(:complaints AS text[]), CAST(:moments AS timestamptz[]), CAST(:open AS boolean[]),"
    " CAST(:versions AS text[])) ORDER BY 1"
    " ON CONFLICT (complaint) DO UPDATE"
    " SET next_turn_at = excluded.next_turn_at, open = excluded.open, version = excluded.version"
    " WHERE (timers.next_turn_at, timers.open, timers.version)"
    " IS DISTINCT FROM (excluded.next_turn_at, excluded.open, excluded.version)"
).bindparams(*_arrays(Text, "complaints", "versions"), *_arrays(_TIME, "moments"), *_arrays(Boolean, "open"))

# the time stands in a subquery of its own: only then can the index be entered at it
CLAIM_TURNS = text(
    "SELECT s.subject FROM timers AS t JOIN subjects AS s ON s.subject = t.complaint"
    " WHERE t.next_turn_at <= (SELECT coalesce((SELECT now FROM clock), clock_timestamp()))"
    " ORDER BY t.next_turn_at LIMIT :batch FOR UPDATE OF s SKIP LOCKED"
)
CLAIM_ROWS = text(
    "SELECT s.subject FROM ledger_rows AS r JOIN subjects AS s ON s.subject = r.complaint"
    " WHERE r.next_look_at <= (SELECT coalesce((SELECT now FROM clock), clock_timestamp()))"
    " ORDER BY r.next_look_at LIMIT :batch FOR UPDATE OF s SKIP LOCKED"
)
DUE_ROWS = text(
    "SELECT complaint, row, duty, clause, due_at, CAST(warned AS text) AS warned, CAST(warn_at AS text) AS warn_at,"
    " any_hour FROM ledger_rows WHERE complaint = ANY(:complaints) AND next_look_at <= :now ORDER BY complaint, row"
).bindparams(*_arrays(Text, "complaints"))
LOOKED = text(
    "UPDATE ledger_rows AS r SET state = CASE WHEN seen.breached THEN 'breached' ELSE r.state END,"
    " warned = CAST(seen.warned AS jsonb), next_look_at = seen.next_look_at"
    " FROM unnest(CAST(:complaints AS text[]), CAST(:rows AS text[]), CAST(:breached AS boolean[]),"
    " CAST(:warned AS text[]), CAST(:moments AS timestamptz[]))"
    " AS seen (complaint, row, breached, warned, next_look_at)"
    " WHERE r.complaint = seen.complaint AND r.row = seen.row"
).bindparams(*_arrays(Text, "complaints", "rows", "warned"), *_arrays(Boolean, "breached"), *_arrays(_TIME, "moments"))
LATER = text(
    "UPDATE timers SET next_turn_at = coalesce((SELECT now FROM clock), clock_timestamp()) + interval '1 hour'"
    " WHERE complaint = :complaint"
)

"""Keeping the pictures: read at the first fact of a batch, written after its last, each table in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, cast
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import ARRAY, Text, Uuid, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.insight.picture import Known, Line, Picture, look_ahead
from services.insight.tables import ComplaintRow, LedgerLine
from shared.events import Event

CHANGES = "changes"
"""The NOTIFY channel that says: some complaint has changed."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was found out before the transaction: which complaints are meant, and the grams of new texts."""

    subjects: tuple[str, ...] = ()
    grams: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Batch:
    """The complaints of a batch, and the facts heard of them."""

    known: dict[UUID, Known]
    heard: list[Event] = field(default_factory=list)

    def of(self, subject: str) -> Known:
        """Return what is known of a complaint. Raises ``ValueError`` for a subject that is no complaint's id."""
        id_ = UUID(subject)
        if id_ not in self.known:
            self.known[id_] = Known(Picture(id_))
        return self.known[id_]


async def batch_of(session: AsyncSession) -> Batch:
    """Return this transaction's batch; at the first call its complaints are read. Whoever calls holds them."""
    if "batch" not in session.info:
        prepared = cast("Prepared", session.info.get("prepared") or Prepared())
        session.info["batch"] = Batch(await read(session, map(UUID, prepared.subjects)))
    return cast("Batch", session.info["batch"])


async def read(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Known]:
    """Return what is known of complaints, with their ledgers."""
    wanted = {"ids": list(ids)}
    known = {row["id"]: Known(Picture(**row)) for row in (await session.execute(_PICTURES, wanted)).mappings()}
    for row in (await session.execute(_LINES, wanted)).mappings():
        known[row["complaint"]].lines[row["row"]] = Line(**row)
    return known


async def after_batch(session: AsyncSession, _: list[Event]) -> None:
    """Write what the batch has heard, and ring for those who watch."""
    batch = cast("Batch | None", session.info.pop("batch", None))
    if batch is None or not batch.heard:
        return
    prepared = cast("Prepared", session.info.get("prepared") or Prepared())
    heard = {UUID(event.subject) for event in batch.heard}
    changed = [known for id_, known in batch.known.items() if id_ in heard]
    for known in changed:
        look_ahead(known)
    lines = [known.lines[row] for known in changed for row in sorted(known.touched)]
    await session.execute(_KEEP_PICTURES, {"rows": to_text([known.picture for known in changed])})
    if lines:
        await session.execute(_KEEP_LINES, {"rows": to_text(lines)})
    await session.execute(_TELL, {"rows": to_text([_told(event) for event in batch.heard])})
    await index(session, {known.picture.id: _grams(known.picture, prepared) for known in changed})
    await session.execute(_RING)


def _grams(picture: Picture, prepared: Prepared) -> Sequence[int] | None:
    return [] if picture.erased else prepared.grams.get(str(picture.id))


async def index(session: AsyncSession, grams: Mapping[UUID, Sequence[int] | None], *, anew: bool = True) -> None:
    """Write the search entries of complaints, where there are any; ``anew``: also where there is one already."""
    rows = [{"complaint": id_, "grams": list(found)} for id_, found in grams.items() if found is not None]
    if rows:
        await session.execute(_INDEX if anew else _INDEX_MISSING, {"rows": to_text(rows)})


def _told(event: Event) -> dict[str, Any]:
    return {
        "complaint": event.subject,
        "source": event.source,
        "sequence": event.sequence,
        "id": event.id,
        "type": event.type,
        "time": event.time,
        "by": getattr(event.data, "by", None),
        "data": event.data,
    }


def to_text(rows: Sequence[Any]) -> str:
    """Return rows as the JSON text that a statement takes them from; a row is a dictionary or one of our own."""
    return to_json(rows).decode()


def _upsert(table: str, columns: Sequence[str], key: Sequence[str], own: Mapping[str, str]) -> str:
    values = ", ".join(own.get(name, f'new."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in key)
    source = f"jsonb_populate_recordset(CAST(NULL AS {table}), CAST(:rows AS jsonb)) AS new"
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {source} ORDER BY {', '.join(f'new.{one}' for one in key)}"  # noqa: S608 - names of our own
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changed}"
    )


_ids = bindparam("ids", type_=ARRAY(Uuid))
_pictures, _lines = ComplaintRow.__table__, LedgerLine.__table__
_PICTURES = select(_pictures).where(_pictures.c.id == _ids.any_())
_LINES = select(_lines).where(_lines.c.complaint == _ids.any_()).order_by(_lines.c.complaint, _lines.c.place)
_XACT = "CAST(CAST(pg_current_xact_id() AS text) AS bigint)"
_rows = bindparam("rows", type_=Text)
_KEEP_PICTURES = text(
    _upsert("complaints", [one.name for one in fields(Picture)], ["id"], {"changed": _XACT})
).bindparams(_rows)
_KEEP_LINES = text(_upsert("ledger", [one.name for one in fields(Line)], ["complaint", "row"], {})).bindparams(_rows)
_TELL = text(
    "INSERT INTO events (complaint, source, sequence, id, type, time, by, data)"
    " SELECT complaint, source, sequence, id, type, time, by, data"
    " FROM jsonb_populate_recordset(CAST(NULL AS events), CAST(:rows AS jsonb)) WITH ORDINALITY"
    " AS new (complaint, source, sequence, place, id, type, time, by, data, n) ORDER BY n"
).bindparams(_rows)
_INDEX = text(_upsert("search_index", ["complaint", "grams"], ["complaint"], {})).bindparams(_rows)
_INDEX_MISSING = text(
    "INSERT INTO search_index (complaint, grams) SELECT complaint, grams"
    " FROM jsonb_populate_recordset(CAST(NULL AS search_index), CAST(:rows AS jsonb)) ON CONFLICT DO NOTHING"
).bindparams(_rows)
_RING = text(f"SELECT pg_notify('{CHANGES}', '')")

"""Keeping the office's own ledger: standing duties begin on schedule, and facts on the topic ``procedure`` fulfil them.

Its rows stand in the same table as the complaints' and are looked at by the same sweeps; its subject is ``office``.
A row is there once, however far the time has jumped, and keeps the date with which it began. The ledger begins with
the first thing that the office has heard of: until then nothing binds it. Whoever calls holds the office.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla import calendar_entries, statements
from services.sla.keeping import Heard, to_text
from services.sla.looking import Watch, look
from services.sla.schedule import StandingRow, named_period, rows
from services.sla.tables import LedgerRow, StandingCursor
from shared.clock import now
from shared.events import OFFICE, Fact, StandingDutyFulfilled, StandingDutyStarted, StandingDutyWarned
from shared.outbox import publish_many
from shared.procedure import Duty, load
from shared.running import Service
from shared.working_time import Calendar

_OPEN = ("running", "breached")
_AWAKEN = text(
    "INSERT INTO timers (complaint, next_turn_at, open)"
    " VALUES (:office, coalesce((SELECT now FROM clock), clock_timestamp()), true)"
    " ON CONFLICT (complaint) DO UPDATE SET next_turn_at = excluded.next_turn_at"
)
_AWAKEN_IF_ASLEEP = text(
    "UPDATE timers SET next_turn_at = coalesce((SELECT now FROM clock), clock_timestamp())"
    " WHERE complaint = :office AND next_turn_at IS NULL"
)
_ANYTHING = text("SELECT 1 FROM facts LIMIT 1")
_VERSIONS = text(
    "UPDATE timers AS t SET version = f.data ->> 'procedure_version' FROM facts AS f"
    " WHERE t.open AND t.version IS NULL AND f.complaint = t.complaint AND f.type = 'complaint.registered'"
)
"""What a program that did not know the version has written: before the update, or beside this one during it."""
_SUBJECT = text("INSERT INTO subjects (subject) VALUES (:office) ON CONFLICT DO NOTHING")


async def open_office(service: Service) -> None:
    """Let the sweeps see to the office's ledger: what began while nobody was here, begins at its own time.

    And give each open complaint the version of the procedure that binds it, where an older program left it out.
    """
    async with service.database.session() as session:
        await session.execute(_SUBJECT, {"office": OFFICE})
        await session.execute(_AWAKEN, {"office": OFFICE})
        await session.execute(_VERSIONS)


async def awaken(session: AsyncSession) -> None:
    """Something was received: let the office's ledger begin, if it has not."""
    await session.execute(_AWAKEN_IF_ASLEEP, {"office": OFFICE})


async def keep(session: AsyncSession, heard: Sequence[Heard] = ()) -> None:
    """Begin the rows whose time has come, fulfil those that are proved, and set the timer for the next."""
    await calendar_entries.share(session)
    at, office = await now(session), await calendar_entries.load(session)
    facts = await _begin(session, at, office.latest)
    for one in sorted(heard, key=lambda one: one.event.time):
        facts += await _prove(session, one)
    await publish_many(session, [(OFFICE, fact) for fact in facts])


async def _begin(session: AsyncSession, at: datetime, calendar: Calendar) -> list[Fact]:
    duties = load().standing
    reached = {row.duty: row.begun_until for row in await session.scalars(select(StandingCursor))}
    if not reached and (await session.execute(_ANYTHING)).first() is None:
        await _turn(session, None)
        return []
    just_before = at - timedelta(microseconds=1)
    begun: list[StandingRow] = []
    coming: list[datetime] = []
    for duty in duties:
        following = rows(duty, reached.get(duty.id, just_before), calendar)
        begun += takewhile(lambda row: row.begins_at <= at, following)
        coming.append(next(rows(duty, at, calendar)).begins_at)
    facts = await _write(session, sorted(begun, key=lambda row: row.begins_at), at, calendar)
    if duties:
        cursors = insert(StandingCursor).values([{"duty": duty.id, "begun_until": at} for duty in duties])
        newer = cursors.excluded.begun_until
        await session.execute(
            cursors.on_conflict_do_update(
                index_elements=["duty"], set_={"begun_until": newer}, where=StandingCursor.begun_until < newer
            )
        )
    await _turn(session, min(coming, default=None))
    return facts


async def _turn(session: AsyncSession, moment: datetime | None) -> None:
    timer = {"complaints": [OFFICE], "moments": [moment], "open": [True], "versions": [None]}
    await session.execute(statements.TURN, timer)


async def _write(session: AsyncSession, begun: Sequence[StandingRow], at: datetime, calendar: Calendar) -> list[Fact]:
    facts: list[Fact] = []
    values: list[dict[str, Any]] = []
    for row in begun:
        name = {"row": row.name, "duty": row.duty.id, "clause": row.duty.clause}
        watch = Watch(row.due_at, row.warnings(calendar), row.duty.any_hour)
        # one that is over by now is breached by the next look, at its own due time
        seen = look(watch, {}, calendar, at)
        facts.append(StandingDutyStarted(**name, due_at=row.due_at))
        facts += [StandingDutyWarned(**name, due_at=row.due_at, share=share) for share in seen.warn]
        values.append(
            {
                "complaint": OFFICE,
                **name,
                "owner": row.duty.owner,
                "state": "running",
                "binding": True,
                "started_at": row.begins_at,
                "due_at": row.due_at,
                "proof": None,
                "warned": to_text(dict.fromkeys(seen.warn, at)),
                "warn_at": to_text(watch.warn_at),
                "any_hour": watch.any_hour,
                "next_look_at": seen.again_at or row.due_at,
            }
        )
    if values:
        await session.execute(statements.KEEP, {name: [one[name] for one in values] for name in values[0]})
    return facts


async def _prove(session: AsyncSession, heard: Heard) -> list[Fact]:
    """Every row that has begun and is still open is proved: one that was breached becomes late."""
    facts: list[Fact] = []
    proving = [duty for duty in load().standing if duty.proof_of(heard.meaning)]
    open_rows = select(LedgerRow).where(
        LedgerRow.complaint == OFFICE,
        LedgerRow.duty.in_([duty.id for duty in proving]),
        LedgerRow.state.in_(_OPEN),
        LedgerRow.started_at <= heard.event.time,
    )
    for row in await session.scalars(open_rows.order_by(LedgerRow.started_at)):
        duty = next(one for one in proving if one.id == row.duty)
        if row.due_at is None or not _is_about(duty, named_period(row.row), heard):
            continue
        late = heard.event.time >= row.due_at
        row.state, row.proof, row.next_look_at = "late" if late else "fulfilled", heard.event.id, None
        facts.append(
            StandingDutyFulfilled(
                row=row.row,
                duty=row.duty,
                clause=row.clause,
                proof=heard.event.id,
                proof_type=heard.event.type,
                at=heard.event.time,
                late=late,
            )
        )
    await session.flush()
    return facts


def _is_about(duty: Duty, period: str, heard: Heard) -> bool:
    return duty.key is None or duty.key_of(heard.meaning) == period

"""The looks at the effect of a measure, so many days after it was done (4/5.2.4, 4/5.2.9(3)).

They belong to the measure and never hold a complaint open.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.tables import EffectOfMeasure, Measure
from services.casework.work import Work
from shared.errors import Problem
from shared.events import EffectLookedAt
from shared.glossary import Effect
from shared.procedure import load
from shared.procedure.calendars import default_calendar

_DUE: Final = text(
    "SELECT m.id AS measure, m.owner, m.done_at, l.days AS after_days, c.complaint, c.number, c.stage, c.topic_code,"
    " c.department, c.officer, c.named_officers"
    " FROM measures AS m JOIN cases AS c USING (complaint) CROSS JOIN unnest(CAST(:days AS int[])) AS l (days)"
    " WHERE m.done_at <= CAST(:at AS timestamptz) - make_interval(days => l.days - :before)"
    " AND NOT EXISTS (SELECT 1 FROM effects AS e WHERE e.measure = m.id AND e.after_days = l.days)"
    " ORDER BY m.done_at + make_interval(days => l.days), m.id LIMIT :limit"
)


def due_on(done_at: datetime, after_days: int) -> date:
    """Return the office's date by which the look is due."""
    return default_calendar().local_date(done_at) + timedelta(days=after_days)


def opens_on(done_at: datetime, after_days: int) -> date:
    """Return from which date the look can be taken: earlier, there is nothing to be seen yet."""
    return due_on(done_at, after_days) - timedelta(days=load().policy.measures.open_days_before)


def open_looks(done_at: datetime | None, taken: Collection[int], at: datetime) -> list[int]:
    """Return which looks can be taken now and have not been: days after the measure was done."""
    if done_at is None:
        return []
    today = default_calendar().local_date(at)
    wanted = load().policy.measures.looked_at_after_days
    return [days for days in wanted if days not in taken and opens_on(done_at, days) <= today]


async def look(work: Work, measure: str, after_days: int, effect: Effect, words: str) -> None:
    """Say whether the measure has had the effect that was expected.

    Raises ``Problem`` 404, 409 before it is done or too early or when it has been looked at, 422 for other days.
    """
    work.check("effect.looked_at")
    found = await work.own(Measure, measure, "measure_not_found")
    if after_days not in load().policy.measures.looked_at_after_days:
        raise Problem(422, "invalid", errors=[("after_days", "no_such_look")])
    if found.done_at is None:
        raise Problem(409, "measure_not_done")
    opens = opens_on(found.done_at, after_days)
    if default_calendar().local_date(work.at) < opens:
        raise Problem(409, "effect_too_early", opens_on=opens.isoformat())
    known = select(EffectOfMeasure.id).where(
        EffectOfMeasure.measure == measure, EffectOfMeasure.after_days == after_days
    )
    if (await work.session.scalars(known)).one_or_none() is not None:
        raise Problem(409, "effect_known")
    work.record(EffectOfMeasure, {"text": words}, measure=measure, after_days=after_days, effect=effect)
    await work.move(EffectLookedAt(measure=measure, after_days=after_days, effect=effect, by=work.by))


async def due(session: AsyncSession, at: datetime, limit: int) -> Sequence[Any]:
    """Return the looks that can be taken now and have not been, the earliest due first."""
    policy = load().policy.measures
    wanted = {"days": list(policy.looked_at_after_days), "before": policy.open_days_before, "at": at, "limit": limit}
    return (await session.execute(_DUE, wanted)).all()

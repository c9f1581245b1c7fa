"""A date that a person was given is a duty: promised, and kept (6/3.4.4(1))."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.casework.tables import Promise
from services.casework.work import Work
from shared.errors import Problem
from shared.events import PromiseKept, PromiseMade
from shared.glossary import PromiseKind
from shared.procedure import load


async def promise(work: Work, what: PromiseKind, due_on: date, text: str) -> None:
    """Somebody was promised something by the end of a day. Raises ``Problem`` 422 for a day that is over."""
    work.check("promise.made")
    zone = ZoneInfo(load().policy.working_time.zone)
    if due_on < work.at.astimezone(zone).date():
        raise Problem(422, "invalid", errors=[("due_on", "in_past")])
    due_at = datetime.combine(due_on + timedelta(days=1), time(), zone).astimezone(UTC)
    made = work.record(Promise, {"text": text}, what=what, due_on=due_on)
    await work.move(PromiseMade(promise=made.id, what=what, due_at=due_at, by=work.by))


async def keep(work: Work, promise_id: str, text: str) -> None:
    """What was promised was done, and the person knows. Raises ``Problem`` 404, and 409 the second time."""
    found = await work.session.get(Promise, promise_id)
    if found is None or found.complaint != work.case.complaint:
        raise Problem(404, "promise_not_found")
    work.check("promise.kept")
    if found.kept_at is not None:
        raise Problem(409, "promise_over")
    found.kept_at, found.kept_by = work.at, work.by
    work.seal_words(found, work.words(found) | {"kept": text})
    await work.move(PromiseKept(promise=found.id, by=work.by))

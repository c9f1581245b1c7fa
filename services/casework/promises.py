"""A date that a person was given is a duty: promised, and kept (6/3.4.4(1))."""

from datetime import date

from services.casework.tables import Promise
from services.casework.work import Work
from shared.errors import Problem
from shared.events import PromiseKept, PromiseMade
from shared.glossary import PromiseKind
from shared.procedure.calendars import default_calendar


async def promise(work: Work, what: PromiseKind, due_on: date, text: str) -> None:
    """Somebody was promised something by the end of a day. Raises ``Problem`` 422 for a day that is over."""
    work.check("promise.made")
    work.check_to_come(due_on)
    made = work.record(Promise, {"text": text}, what=what, due_on=due_on)
    due_at = default_calendar().end_of(due_on)
    await work.move(PromiseMade(promise=made.id, what=what, due_at=due_at, by=work.by))


async def keep(work: Work, promise_id: str, text: str) -> None:
    """What was promised was done, and the person knows. Raises ``Problem`` 404, and 409 the second time."""
    found = await work.own(Promise, promise_id, "promise_not_found")
    work.check("promise.kept")
    if found.kept_at is not None:
        raise Problem(409, "promise_over")
    found.kept_at, found.kept_by = work.at, work.by
    work.seal_words(found, work.words(found) | {"kept": text})
    await work.move(PromiseKept(promise=found.id, by=work.by))

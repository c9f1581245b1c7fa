"""The looks at the effect of measures: which are due, and what was seen (4/5.2.4, 4/5.2.9(3))."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from services.casework import effects, office
from services.casework.bodies import EffectIn
from services.casework.view import CaseOut, ListedOut, view
from services.casework.work import Work, on_case
from shared.access import Caller, allowed
from shared.clock import now
from shared.procedure.calendars import default_calendar
from shared.running import Session

router = APIRouter(tags=["effects"])
Looking = Annotated[Work, Depends(on_case("casework.look_at_effect"), scope="function")]


class LookOut(ListedOut):
    """A look that can be taken: at which measure, and by which date it is due. What was expected stands in the case."""

    department: str | None
    officer: str | None
    measure: str
    owner: str
    done_at: datetime
    after_days: int
    due_on: date
    due_at: datetime


@router.get("/effects", summary="Looks at effect that are due")
async def due(
    session: Session,
    caller: Annotated[Caller, Depends(allowed("casework.look_at_effect"))],
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> list[LookOut]:
    """What can be looked at now, the earliest due first; nothing of a complaint that names the caller (4/5.2.9(3)).

    Handler, supervisor, analyst.
    """
    concern = (await office.staff(session)).concern(caller.acts_as)
    return [
        _look(row)
        for row in await effects.due(session, await now(session), limit)
        if concern.isdisjoint(row.named_officers)
    ]


def _look(row: Any) -> LookOut:
    due_on = effects.due_on(row.done_at, row.after_days)
    return LookOut.model_validate({**row._mapping, "due_on": due_on, "due_at": default_calendar().end_of(due_on)})


@router.post("/complaints/{complaint}/measures/{measure}/effects", summary="Look at the effect of a measure")
async def look(measure: Annotated[UUID, Path()], body: EffectIn, work: Looking) -> CaseOut:
    """Whether it has had the effect that was expected, 30 and 90 days after it was done (4/5.2.9(3)); in every stage.

    409 before it is done, ten days too early, or when it has been looked at. Handler, supervisor, analyst.
    """
    await effects.look(work, str(measure), body.after_days, body.effect, body.text)
    return await view(work)

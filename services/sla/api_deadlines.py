"""`POST /sla/deadlines`, and the office's calendars with their special days."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import insert

from services.sla import calendar_entries, calendars, problems  # noqa: F401 - the problems are defined by being imported
from services.sla.api_rows import PreviewOut
from services.sla.calendars import BASES
from services.sla.keeping import book_of
from services.sla.previewing import moved
from services.sla.tables import PublishedYear, SpecialDayRow
from services.sla.timers import look_at_all
from shared.access import Caller, allowed
from shared.clock import now
from shared.errors import Problem, language_of
from shared.events import CalendarChanged, SpecialDay
from shared.outbox import hold, publish
from shared.service import Running, Session
from shared.working_time import LANGUAGES, UNITS, Calendar, Pause, Rule, answer, deadline

router = APIRouter(tags=["deadlines"])


def _moment(value: Any) -> datetime | date:
    """A date stays a date: it counts as 09:00."""
    if isinstance(value, datetime | date):
        return value
    if not isinstance(value, str):
        raise ValueError("not_a_moment")  # noqa: TRY004 - pydantic reads a ValueError
    try:
        return date.fromisoformat(value) if len(value) <= len("2026-10-01") else datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("not_a_moment") from None


def _one_rule(value: Any) -> Any:
    if not isinstance(value, dict) or sum(value.get(unit) is not None for unit in UNITS) != 1:
        raise ValueError("one_rule")
    return value


Moment = Annotated[datetime | date, BeforeValidator(_moment)]
CalendarName = Annotated[str, Path(max_length=40, examples=["mainland"])]


class DeadlineIn(BaseModel):
    """A rule, a start, and when the clock stood still."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"rule": {"working_days": 5}, "start": "2026-09-30T10:00:00+08:00"}},
    )
    rule: Annotated[Rule, BeforeValidator(_one_rule)]
    start: Moment = Field(description="a date counts as 09:00; a time without a zone is the office's")
    pauses: list[tuple[Moment, Moment]] = Field(default_factory=list, max_length=1000, description="[from, to) each")
    calendar: str = Field("mainland", max_length=40)


class DayOut(BaseModel):
    """One date between start and due date; `code` is for programs, `why` for people."""

    date: date
    counted: bool
    why: str
    code: str


class DeadlineOut(BaseModel):
    """When it is due (exclusive) and why, in the three languages."""

    due_at: datetime
    due_date: date
    provisional: bool
    sentence: dict[str, str]
    days: list[DayOut]


class SpecialDayIn(BaseModel):
    """A day that the office works otherwise; `as_published` takes an earlier entry back."""

    model_config = ConfigDict(extra="forbid")
    date: date
    kind: Literal["working", "off", "morning", "afternoon", "as_published"]


class DayKindOut(BaseModel):
    """What a date is to the office, and the name of the holiday or of the day it is swapped with."""

    date: date
    kind: str
    works: bool
    special: bool
    name: dict[str, str]


class CalendarOut(BaseModel):
    """The days of a year; after `published_until` they are a guess and deadlines on them provisional."""

    calendar: str
    published_until: date
    days: list[DayKindOut]


class SpecialDaysOut(BaseModel):
    """The special days as they now stand."""

    calendar: str
    published_until: date
    special_days: list[SpecialDay]


@router.post("/deadlines", summary="When is it due, and why")
async def deadlines(
    body: DeadlineIn, request: Request, session: Session, _: Annotated[Caller, Depends(allowed("sla.compute"))]
) -> DeadlineOut:
    """Compute a deadline by procedure.md's "Working time", with each day counted or not and the sentence that says why.

    Pauses apply to any rule here; which duty can be paused is the procedure's business (8/1.3).
    """
    calendar = await _known(session, body.calendar, "calendar")
    return DeadlineOut.model_validate(compute(body, calendar.latest, request))


def compute(body: DeadlineIn, calendar: Calendar, request: Request) -> dict[str, Any]:
    """The answer. Raises ``Problem`` 422 naming the field for pauses that run backwards and dates out of range."""
    pauses = []
    for index, (begin, end) in enumerate(body.pauses):
        try:
            pauses.append(Pause(calendar.moment(begin), calendar.moment(end)))
        except OverflowError:
            raise Problem(422, "invalid", errors=[(f"pauses.{index}", "out_of_range")]) from None
        except ValueError:
            raise Problem(422, "invalid", errors=[(f"pauses.{index}", "pause_backwards")]) from None
    try:
        return answer(deadline(body.rule, body.start, pauses, calendar), language_of(request))
    except (ValueError, OverflowError):
        raise Problem(422, "invalid", errors=[("start", "out_of_range")]) from None


@router.get("/calendars/{name}/days", summary="The days of a year")
async def days(
    name: CalendarName,
    year: Annotated[int, Query(ge=1950, le=2100)],
    session: Session,
    _: Annotated[Caller, Depends(allowed("sla.read"))],
) -> CalendarOut:
    """Every day of the year: working, make-up (補班), half, weekend, holiday, day off (調休) or closed (1/1.1.9)."""
    calendar = (await _known(session, name, None)).latest
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    found = []
    for ordinal in range(first, last + 1):
        on = date.fromordinal(ordinal)
        kind = calendar.day_kind(on)
        words = {language: kind.name[language] for language in LANGUAGES if language in kind.name}
        special = on in calendar.special_days
        found.append(DayKindOut(date=on, kind=kind.kind.value, works=kind.works, special=special, name=words))
    return CalendarOut(calendar=name, published_until=calendar.published_until, days=found)


@router.post("/calendars/{name}/special-days/preview", summary="What special days would change")
async def preview_special_days(
    name: CalendarName,
    body: Annotated[list[SpecialDayIn], Field(max_length=400)],
    session: Session,
    _: Annotated[Caller, Depends(allowed("sla.change_calendar"))],
    published_until: Annotated[date | None, Query(description="moves the last published day later")] = None,
) -> PreviewOut:
    """The open dates that would move if these days were declared now; nothing is changed (8/1.3)."""
    now_known = await _known(session, name, None)
    _each_once(body)
    at = await now(session)
    coming: list[calendars.Entry] = [(at, each.date, each.kind) for each in body]
    coming += [(at, published_until, "published")] if published_until else []
    entered = [*await calendar_entries.entries(session, name), *coming]
    then = calendars.through_time(name, tuple(entered))
    found = await moved(session, lambda told: book_of(told, now_known, at), lambda told: book_of(told, then, at))
    return PreviewOut.of(found)


@router.post("/calendars/{name}/special-days", summary="Declare special days", status_code=201)
async def special_days(
    name: CalendarName,
    body: Annotated[list[SpecialDayIn], Field(max_length=400)],
    session: Session,
    service: Running,
    caller: Annotated[Caller, Depends(allowed("sla.change_calendar"))],
    published_until: Annotated[date | None, Query(description="moves the last published day later")] = None,
) -> SpecialDaysOut:
    """Enter days on which the office works otherwise, and recompute every open deadline (1/1.1.9).

    The latest entry of a date holds. Deadlines of duties that are done keep the calendar they were judged by.
    """
    await _known(session, name, None)
    _each_once(body)
    await hold(session, name)
    await calendar_entries.own(session)
    at, by = await now(session), caller.acts_as
    if body:
        rows = [{"calendar": name, "date": each.date, "kind": each.kind, "entered_at": at, "by": by} for each in body]
        await session.execute(insert(SpecialDayRow), rows)
    if published_until:
        await session.execute(insert(PublishedYear).values(calendar=name, until=published_until, entered_at=at, by=by))
    entered = await calendar_entries.entries(session, name)
    until = calendars.through_time(name, tuple(entered)).latest.published_until
    standing = tuple(SpecialDay(date=on, kind=kind) for on, kind in calendars.standing(entered).items())
    await publish(session, name, CalendarChanged(special_days=standing, published_until=until, by=by))
    await look_at_all(session, at)
    service.wake()
    return SpecialDaysOut(calendar=name, published_until=until, special_days=list(standing))


def _each_once(body: list[SpecialDayIn]) -> None:
    if len({each.date for each in body}) < len(body):
        raise Problem(422, "invalid", errors=[("date", "same_day_twice")])


async def _known(session: Session, name: str, field: str | None) -> calendars.Calendars:
    if name in BASES:
        return await calendar_entries.load(session, name)
    if field is None:
        raise Problem(404, "not_found")
    raise Problem(422, "invalid", errors=[(field, "calendar_unknown")])

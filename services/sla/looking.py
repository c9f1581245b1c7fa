"""When to look at a row again, and which warnings are due: pure, from the row and what was warned of before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.sla.rows import Row
from shared.working_time import Calendar, next_office_moment


@dataclass(frozen=True, slots=True)
class Look:
    """The shares to warn of now, and the next moment to look; None when nothing happens by itself."""

    warn: tuple[float, ...]
    again_at: datetime | None


def look(row: Row, warned: Mapping[float, datetime], calendar: Calendar, now: datetime, *, any_hour: bool) -> Look:
    """What is due at ``now``. ``warned``: when each share was last warned of; a date moved later warns again."""
    due: list[float] = []
    moments: list[datetime] = []
    for share, moment in row.warnings(calendar):
        if share in warned and warned[share] >= moment:
            continue
        at = max(moment, now) if any_hour else _in_office_hours(max(moment, now), row, calendar)
        if at <= now:
            due.append(share)
        else:
            moments.append(at)
    due_at = row.due_at
    if row.open and row.bound and row.state not in {"breached", "paused"} and due_at is not None:
        moments.append(due_at)
    return Look(tuple(due), min(moments, default=None))


def _in_office_hours(at: datetime, row: Row, calendar: Calendar) -> datetime:
    """The next office hour; one whose next office hour lies past the deadline goes at once (policy, warnings)."""
    opening = next_office_moment(at, calendar)
    return at if row.due_at is not None and opening >= row.due_at else opening

"""When to look at a row again, and which warnings are due: pure, from its dates and what was warned of before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.working_time import Calendar, next_office_moment

Warned = Mapping[float, datetime]


@dataclass(frozen=True, slots=True)
class Watch:
    """What a row that runs waits for: its due time, and the moments at which a share of the time is gone."""

    due_at: datetime
    warn_at: Mapping[float, datetime]
    any_hour: bool


@dataclass(frozen=True, slots=True)
class Look:
    """The shares to warn of now, and the next moment to look; ``None`` when its time is over."""

    warn: tuple[float, ...]
    again_at: datetime | None


def look(watch: Watch, warned: Warned, calendar: Calendar, now: datetime) -> Look:
    """What is due at ``now``. ``warned``: when each share was last warned of; a date moved later warns again."""
    if watch.due_at <= now:
        return Look((), None)
    due: list[float] = []
    next_at = watch.due_at
    for share, moment in watch.warn_at.items():
        if share in warned and warned[share] >= moment:
            continue
        at = max(moment, now)
        if not watch.any_hour:
            at = _in_office_hours(at, watch.due_at, calendar)
        if at <= now:
            due.append(share)
        else:
            next_at = min(next_at, at)
    return Look(tuple(due), next_at)


def _in_office_hours(at: datetime, due_at: datetime, calendar: Calendar) -> datetime:
    """The next office hour; one whose next office hour lies past the deadline goes at once (policy, warnings)."""
    opening = next_office_moment(at, calendar)
    return at if opening >= due_at else opening

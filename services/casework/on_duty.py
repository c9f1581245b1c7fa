"""Pure: at whom an alarm rings, and at whom next when nobody takes it (2/1.1.16(1); policy, level 1)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.casework.staff import Staff
from shared.office_calendar import Calendar
from shared.working_time import next_office_moment


@dataclass(frozen=True, slots=True)
class Watch:
    """A shift as the ladder sees it: on duty, or on call, in [begins_at, ends_at) (UTC)."""

    kind: str
    officer: str
    deputy: str | None
    begins_at: datetime
    ends_at: datetime

    def runs(self, at: datetime) -> bool:
        """Say whether it runs at a moment."""
        return self.begins_at <= at < self.ends_at


def ladder(shifts: Iterable[Watch], at: datetime, supervisors: Iterable[str], away: frozenset[str]) -> tuple[str, ...]:
    """Return whom an alarm rings for, in order: on duty, their deputies, on call, their deputies, the supervisor.

    Never for those who must keep away from the complaint (4/5.2.2). Without anybody on duty it begins higher up.
    """
    running = sorted((one for one in shifts if one.runs(at)), key=lambda one: (one.begins_at, one.officer))
    called = [who for kind in ("duty", "on_call") for who in _of_kind(kind, running)]
    fit = [one for one in supervisors if one not in away]
    return tuple(dict.fromkeys([*(one for one in called if one not in away), *fit[:1]]))


def _of_kind(kind: str, running: Sequence[Watch]) -> Iterator[str]:
    of_kind = [one for one in running if one.kind == kind]
    yield from (one.officer for one in of_kind)
    yield from (one.deputy for one in of_kind if one.deputy)


def next_to_call(rungs: Iterable[str], called: Iterable[str]) -> str | None:
    """Return who is called next; ``None`` when the top is reached: it rings on there."""
    already = frozenset(called)
    return next((one for one in rungs if one not in already), None)


def sees_to_it(to: str, shifts: Iterable[Watch], at: datetime, away: frozenset[str]) -> str:
    """Return who sees to what ``to`` was told: they, until their shift is over and somebody else's runs."""
    running = [one for one in shifts if one.runs(at)]
    if any(to in (one.officer, one.deputy) for one in running):
        return to
    return next(iter(ladder(running, at, (), away)), to)


def sleeps(at: datetime, calendar: Calendar) -> bool:
    """Say whether the office is closed at a moment: what is told then goes to who is on duty (policy, warnings)."""
    return next_office_moment(at, calendar) > at


def supervisors_of(department: str | None, staff: Staff, otherwise: str) -> Iterator[str]:
    """Return the heads above a complaint, the nearest first; ``otherwise`` is the department of one that has none."""
    start = department if department in staff.units else otherwise
    yield from (head for one in staff.above(start) if (head := staff.units[one].head))

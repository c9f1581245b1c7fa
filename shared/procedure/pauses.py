"""How long the typed reasons may stop a clock in all (policy, pauses)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from shared.office_calendar import Calendar
from shared.procedure.policy import Policy
from shared.working_time import Pause, Rule, deadline, working_minutes_between


def within_caps(pauses: Sequence[Pause], policy: Policy, calendar: Calendar) -> tuple[Pause, ...]:
    """The pauses, cut where the office time of their reason's cap is used up; reasons without a cap stay whole.

    A working day of the cap is a full day of office hours, wherever in it the pause begins. Pauses whose reason the
    policy does not know are dropped.
    """
    kept: list[Pause] = []
    for cap in policy.pauses:
        of_reasons = sorted((p for p in pauses if p.reason in cap.reasons), key=lambda p: (p.start, p.end))
        left = None if cap.working_days is None else cap.working_days * _full_day(calendar)
        kept += _cut(of_reasons, left, calendar)
    return tuple(sorted(kept, key=lambda p: (p.start, p.end)))


def _cut(pauses: Sequence[Pause], left: int | None, calendar: Calendar) -> list[Pause]:
    if left is None:
        return list(pauses)
    kept: list[Pause] = []
    used_until = datetime.min.replace(tzinfo=calendar.zone)
    for pause in pauses:
        start = max(pause.start, used_until)
        if left < 1 or pause.end <= start:
            continue
        end = min(pause.end, deadline(Rule(working_minutes=left), start, (), calendar).due_at)
        left -= round(working_minutes_between(start, end, (), calendar))
        kept.append(replace(pause, start=start, end=end))
        used_until = end
    return kept


def _full_day(calendar: Calendar) -> int:
    """The office minutes of a whole working day."""
    day = date(2026, 1, 5)
    lengths = (datetime.combine(day, close) - datetime.combine(day, open_) for open_, close in calendar.office_hours)
    return sum(lengths, timedelta()) // timedelta(minutes=1)

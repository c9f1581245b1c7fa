"""How far a deadline can be moved (5/3.4; policy, extension). Pure."""

from datetime import date, datetime, timedelta

from shared.office_calendar import Calendar
from shared.working_time import Rule, deadline


def replaced_date(replaces_due_at: datetime, calendar: Calendar) -> date:
    """Return the office's date of a deadline; ``replaces_due_at`` is the first instant that is late."""
    return calendar.local_date(replaces_due_at - timedelta(microseconds=1))


def latest(replaces_due_at: datetime, calendar: Calendar, working_days: int) -> date:
    """Return the last date to which the deadline can be moved: so many working days after the one it replaces."""
    return deadline(Rule(working_days=working_days), replaced_date(replaces_due_at, calendar), (), calendar).due_date


def in_range(until: date, replaces_due_at: datetime, calendar: Calendar, working_days: int) -> bool:
    """Say whether ``until`` is later than the date it replaces, and not too far away."""
    return replaced_date(replaces_due_at, calendar) < until <= latest(replaces_due_at, calendar, working_days)

"""Pure: who may urge when, and which warnings the office turns into an urging (6/3.4.3(2); policy, urging)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from shared.office_calendar import Calendar
from shared.procedure import Policy
from shared.working_time import working_days_between


def working_day(at: datetime, calendar: Calendar) -> date:
    """Return the office's working day that the moment falls on, or the next one on days off."""
    day = calendar.local_date(at)
    while not calendar.day_kind(day).works:
        day += timedelta(days=1)
    return day


def complainant_may_urge(last: datetime | None, now: datetime, policy: Policy, calendar: Calendar) -> bool:
    """Say whether enough working days lie between the complainant's last urging and now: once a working day."""
    if last is None:
        return True
    passed = working_days_between(working_day(last, calendar), working_day(now, calendar), (), calendar)
    return passed >= policy.urging.by_complainant_every_working_days


def urged_of_itself(duty: str, share: float, policy: Policy) -> bool:
    """Say whether the office urges the handler when this duty warns: at 80 % of the reply's and the set time."""
    return share >= policy.urging.automatic_at and duty.split(".", maxsplit=1)[0] in policy.urging.automatic_for


def escalated(unanswered: int, policy: Policy) -> bool:
    """Say whether the supervisor has to look: after two unanswered."""
    return unanswered >= policy.urging.to_supervisor_after_unanswered


def lapses(urged: str | None, ended: str) -> bool:
    """Say whether an urging lapses as a duty ends: what was urged, at whatever level; else the reply."""
    return _purpose(ended) == _purpose(urged or "reply")


def goes_on(ended: str, kind: str | None, cause: str) -> bool:
    """Say whether a void duty goes on as another: the set time of a complaint whose level was changed."""
    return cause == "complaint.reclassified" and kind == "complaint" and _purpose(ended) == "set_time"


def _purpose(duty: str) -> str:
    return duty.partition(".")[0]


def newest(moments: Iterable[datetime]) -> datetime | None:
    """Return the latest of the moments."""
    return max(moments, default=None)

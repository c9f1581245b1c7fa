"""The figures of a quarter, counted from its files (4/5.2.11(2)). Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

_QUARTER: Final = re.compile(r"(\d{4})-Q([1-4])")
LONGEST_DAYS: Final = (5, 10, 20, 30, 60)
"""Durations are counted as up to so many days; what took longer stands last."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Files that are alike in all that is counted. ``days``: whole days from receipt to the end of the complaint."""

    service: str | None
    kind: str | None
    level: int | None
    outcome: str | None
    ending: str
    reopened: bool
    accepted: bool
    days: int
    files: int


def bounds(quarter: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return a quarter's first instant and the one after its last. Raises ``ValueError`` for what is none."""
    match = _QUARTER.fullmatch(quarter)
    if match is None:
        raise ValueError(quarter)
    year, first = int(match[1]), int(match[2]) * 3 - 2
    after = date(year + 1, 1, 1) if first == 10 else date(year, first + 3, 1)
    return tuple(datetime(day.year, day.month, 1, tzinfo=zone) for day in (date(year, first, 1), after))  # type: ignore[return-value]  # two


def last_quarter(now: datetime, zone: ZoneInfo) -> str:
    """Return the quarter that was over last."""
    local = now.astimezone(zone)
    quarter = (local.month - 1) // 3
    return f"{local.year}-Q{quarter}" if quarter else f"{local.year - 1}-Q4"


def count(groups: Iterable[Alike]) -> dict[str, Any]:
    """Return the figures: how many files in all, accepted, re-opened; by labels, outcome, ending and duration."""
    by: dict[str, Counter[str]] = {name: Counter() for name in ("service", "kind", "level", "outcome", "ending")}
    days, total, accepted, reopened = Counter[int](), 0, 0, 0
    for one in groups:
        total += one.files
        accepted += one.files * one.accepted
        reopened += one.files * one.reopened
        days[one.days] += one.files
        for name, counter in by.items():
            counter[str(getattr(one, name) or "none")] += one.files
    return {
        "files": total,
        "accepted": accepted,
        "reopened": reopened,
        **{f"by_{name}": dict(sorted(counter.items())) for name, counter in by.items()},
        "by_days": _durations(days),
        "median_days": _median(days),
    }


def _durations(days: Counter[int]) -> dict[str, int]:
    found = {str(longest): 0 for longest in LONGEST_DAYS} | {"more": 0}
    for took, files in days.items():
        found[next((str(longest) for longest in LONGEST_DAYS if took <= longest), "more")] += files
    return found


def _median(days: Counter[int]) -> float | None:
    """Return the middle one of all durations, the mean of the two middle ones of an even number."""
    ordered = sorted(days.items())
    total = sum(days.values())
    if not total:
        return None
    return (_at(ordered, (total - 1) // 2) + _at(ordered, total // 2)) / 2


def _at(ordered: list[tuple[int, int]], place: int) -> int:
    for took, files in ordered:
        if place < files:
            return took
        place -= files
    raise IndexError(place)

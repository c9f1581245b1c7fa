"""Measuring and adding time with pauses in between, in whole microseconds; add and measure are exact inverses.

Pure. A *measure* says how much time lies in [start, end), an *add* the earliest instant with so much time since start:
one pair for office time, one for clock time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shared.office_calendar import Calendar, from_instant

Spans = Sequence[tuple[int, int]]
Measure = Callable[[int, int, Calendar], int]


def office_time(start: int, end: int, calendar: Calendar) -> int:
    """Office time in [start, end) in microseconds; 0 when end is not after start."""
    if end <= start:
        return 0
    first = calendar.local_date(from_instant(start)).year
    last = calendar.local_date(from_instant(end)).year
    between = sum(calendar.year(year).total for year in range(first, last))
    return between + calendar.year(last).before(end) - calendar.year(first).before(start)


def add_office_time(start: int, amount: int, calendar: Calendar) -> int:
    """The earliest instant with this much office time since start; ValueError where the office never works again."""
    if amount <= 0:
        return start
    year = first = calendar.local_date(from_instant(start)).year
    table = calendar.year(year)
    amount += table.before(start)
    while amount > table.total:
        amount -= table.total
        year += 1
        if year > first + 60:
            raise ValueError("the office does not work long enough for this deadline")
        table = calendar.year(year)
    return table.reached(amount)


def clock_time(start: int, end: int, _: Calendar) -> int:
    """Clock time in [start, end); 0 when end is not after start."""
    return max(0, end - start)


def add_clock_time(start: int, amount: int, _: Calendar) -> int:
    """The instant with so much clock time since start."""
    return start + amount


def merged(spans: Spans) -> list[tuple[int, int]]:
    """The same spans, disjoint and in order; empty ones are dropped, those that touch are one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def passed(measure: Measure, start: int, end: int, spans: Spans, calendar: Calendar) -> int:
    """The time in [start, end) outside the (merged) spans."""
    paused = sum(measure(max(start, s), min(end, e), calendar) for s, e in spans if e > start and s < end)
    return measure(start, end, calendar) - paused


def add(measure: Measure, add: Measure, start: int, amount: int, spans: Spans, calendar: Calendar) -> int:
    """The earliest instant with this much time since start, the (merged) spans left out."""
    cursor = start
    for begin, end in spans:
        if end <= cursor:
            continue
        there = measure(cursor, begin, calendar)
        if there >= amount:
            break
        amount -= there
        cursor = end
    return add(cursor, amount, calendar)


def counts(sessions: Spans, spans: Spans) -> bool:
    """Whether a day with these sessions counts: it has some, and not all of them are paused."""
    return any(not any(s <= opened and closed <= e for s, e in spans) for opened, closed in sessions)

"""The law a second time: which rows a complaint must have, and when each is due, counted here day by day.

The numbers stand here on purpose, apart from the procedure's data and from the product's working time. Only complaints
are judged whose history has no pause, no extension, no change of labels, no refusal set aside and no special day.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

import holidays

from tests.checker.evidence import Evidence, Row, Violation, moment

OFFICE = ZoneInfo("Asia/Shanghai")
REGISTRATION, REPLY = 1, {"phone": 2, "online": 3, "third_party": 3, "written": 5}
"""Working days from receipt (4/5.2.7(2), 5/3.1, 5/3.2, 5/3.3)."""
SET_TIME = {1: 1, 2: 5, 3: 10}
"""Working days from registration, by level (2/1.1.16)."""
REPORT, RESULT_NOTICE, FILING, URGING, ACKNOWLEDGEMENT = 3, 5, 10, 1, 1
"""Working days (4/5.2.8(3), 4/5.2.9(2), 10/5.2.7, 6/3.4.3(2), 7/3.4.9(3))."""
FIRST_FOLLOW_UP = {"urgent": 24, "ordinary": 48}
"""Hours by the clock from receipt (6/3.4.6(1), (2))."""
WITHDRAWAL = 3
"""Working days from the withdrawal (policy, withdrawn)."""
VISIT, REVIEW, SUGGESTION = 10, 15, 30
"""Working days from the reply, the request, the registration (policy, return visit, review, suggestion)."""
ALARM, ALARM_ASSIGNMENT, EMERGENCY_PLAN = timedelta(minutes=15), timedelta(minutes=60), timedelta(minutes=30)
"""By the clock, from the alarm (2/1.1.16(1))."""
ASSIGNMENT = timedelta(hours=4)
"""Of office hours (6/3.4.2(2))."""
_HOURS = ((time(9), time(12)), (time(13, 30), time(17, 30)))
_NOT_PLAIN = {"clock.paused", "extension.notified", "complaint.reclassified", "refusal.overturned"}
KNOWN_UNTIL = 2026
"""The last year whose calendar is published."""
_STANDING: dict[str, tuple[time, time | None]] = {"mailbox": (time(10), time(12)), "progress": (time(9), None)}
"""Of each working day: when it begins, and when it is due (None: at the end of the day) (1/1.1.4, 6/3.4.3(1))."""
_NAMED = (
    ("measure.planned", "measure", "due_on"),
    ("promise.made", "promise", "due_at"),
    ("sub_task.requested", "sub_task", "due_at"),
)
Due = tuple[str, datetime]


def what_is_due_is_due_as_the_law_says(evidence: Evidence) -> Iterable[Violation]:
    """Each row that the law asks for is there, and every duty event of it names the date that the law gives."""
    if any(one["data"]["special_days"] for one in evidence.of_type("calendar.changed")) or not evidence.present("sla"):
        return
    for complaint, received in evidence.complaints().items():
        timeline = evidence.timelines[complaint]
        if _NOT_PLAIN & {one["type"] for one in timeline}:
            continue
        told: dict[str, list[Row]] = {}
        for one in timeline:
            if one["source"] == "sla" and one["type"].startswith("duty."):
                told.setdefault(one["data"]["row"], []).append(one["data"])
        for row, due in _owed(received["data"], timeline):
            if row not in told:
                yield Violation("law", f"{row} is owed by {due}, no duty says so", complaint)
            dates = {moment(one["due_at"]) for one in told.get(row, ()) if one.get("due_at")}
            if dates - {due} and due.year <= KNOWN_UNTIL:
                yield Violation(
                    "law", f"{row} is due {due.astimezone(OFFICE)}, not {_listed(dates - {due})}", complaint
                )


def standing_duties_fall_on_their_days(evidence: Evidence) -> Iterable[Violation]:
    """From the first row on, each working day has its rows, with the dates that the policy gives; no other day has."""
    told = [one for one in evidence.timelines.get("office", ()) if one["type"] == "standing_duty.started"]
    known = {one["data"]["row"]: moment(one["data"]["due_at"]) for one in told}
    if any(one["data"]["special_days"] for one in evidence.of_type("calendar.changed")) or not known:
        return
    for duty, (begins, due) in _STANDING.items():
        days = sorted(date.fromisoformat(row.partition("#")[2]) for row in known if row.startswith(f"{duty}#"))
        last = evidence.now.astimezone(OFFICE)
        expected = [day for day in _days(days[0], last.date()) if is_working_day(day)] if days else []
        expected = [day for day in expected if datetime.combine(day, begins, OFFICE) <= last]
        if days != expected and (not days or days[-1].year <= KNOWN_UNTIL):
            yield Violation("law", f"{duty} is owed on {sorted(set(expected) ^ set(days))[:5]}", "office")
        for day in days:
            end = datetime.combine(day, due, OFFICE) if due else end_of_day(day)
            if known[f"{duty}#{day}"] != end and day.year <= KNOWN_UNTIL:
                yield Violation("law", f"{duty}#{day} is due {end}, not {known[f'{duty}#{day}']}", "office")


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _listed(dates: Iterable[datetime]) -> str:
    return ", ".join(str(one.astimezone(OFFICE)) for one in sorted(dates))


def _owed(received: Row, timeline: list[Row]) -> Iterable[Due]:
    start = moment(received["received_at"])
    first = {one["type"]: one for one in reversed(timeline)}
    yield "registration#1", working_days(start, REGISTRATION)
    yield from _reply(received, start)
    registered = first.get("complaint.registered")
    labels = received | (registered["data"] if registered else {})
    speed = "urgent" if _is_urgent(labels) else "ordinary"
    yield f"first_follow_up.{speed}#1", start + timedelta(hours=FIRST_FOLLOW_UP[speed])
    if registered and labels["kind"] == "complaint":
        yield f"set_time.{labels['level']}#1", working_days(registered["time"], SET_TIME[labels["level"]])
    if registered:
        yield from _afterwards(registered, first, timeline)
    if "investigation.ended" in first:
        yield "report#1", working_days(first["investigation.ended"]["time"], REPORT)
    if "opinion.determined" in first:
        yield "result_notice#1", working_days(first["opinion.determined"]["time"], RESULT_NOTICE)
    yield from _by_a_date(timeline)
    yield from _at_once(first, start)
    ends = [first[one] for one in ("complaint.closed", "refusal.sent", "withdrawal.confirmed") if one in first]
    if ends:
        yield "filing#1", working_days(min(one["time"] for one in ends), FILING)
    later = [one["time"] for one in timeline if one["type"] == "file.collected" and _is_whole_supplement(one["data"])]
    if later:
        yield "filing.supplement#1", working_days(later[0], FILING)
    for number, one in zip(count(1), (one for one in timeline if one["type"] == "complaint.assigned"), strict=False):
        yield f"assignment#{number}", working_hours(one["time"], ASSIGNMENT)
    for number, one in zip(count(1), (one for one in timeline if one["type"] == "alarm.climbed"), strict=False):
        yield f"alarm.climbed#{number}", one["time"] + ALARM  # each rung has its own quarter of an hour
    for number, one in zip(count(1), (one for one in timeline if one["type"] == "urging.made"), strict=False):
        yield f"urging#{number}", working_days(one["time"], URGING)


def _is_whole_supplement(collected: Row) -> bool:
    return bool(collected.get("supplement") and collected["complete"])


def _afterwards(registered: Row, first: Mapping[str, Row], timeline: list[Row]) -> Iterable[Due]:
    """What follows the answer: the return visit of levels 1 and 2, a suggestion's outcome, reviews."""
    labels = registered["data"]
    visited = labels["kind"] == "complaint" and labels["level"] in (1, 2)
    if visited and "reply.sent" in first and "complaint.withdrawn" not in first:
        yield "visit#1", working_days(first["reply.sent"]["time"], VISIT)
    if labels["kind"] == "suggestion":
        yield "suggestion#1", working_days(registered["time"], SUGGESTION)
    for number, one in zip(count(1), (one for one in timeline if one["type"] == "review.requested"), strict=False):
        yield f"review#{number}", working_days(one["time"], REVIEW)


def _at_once(first: Mapping[str, Row], start: datetime) -> Iterable[Due]:
    """What follows from an alarm, a refusal and a withdrawal."""
    if "complaint.refused" in first:
        yield "refusal#1", working_days(start, REGISTRATION)  # told within the registration day
    if "complaint.withdrawn" in first:
        yield "withdrawal#1", working_days(first["complaint.withdrawn"]["time"], WITHDRAWAL)
    if "alarm.raised" in first:
        yield "alarm#1", first["alarm.raised"]["time"] + ALARM
        over = [
            first[one]["time"]
            for one in ("complaint.assigned", "complaint.refused", "complaint.withdrawn")
            if one in first
        ]
        if (
            first.get("complaint.registered", {"data": {"level": 1}})["data"]["level"] == 1
            and "complaint.refused" not in first
        ):
            yield "emergency_plan#1", first["alarm.raised"]["time"] + EMERGENCY_PLAN
        if all(time > first["alarm.raised"]["time"] for time in over):
            yield "alarm_assignment#1", first["alarm.raised"]["time"] + ALARM_ASSIGNMENT


def _by_a_date(timeline: list[Row]) -> Iterable[Due]:
    """What is due at the end of a date that somebody named: each its own row, in the order made."""
    for type_, duty, field in _NAMED:
        for number, one in zip(count(1), (one for one in timeline if one["type"] == type_), strict=False):
            given = one["data"][field]
            due = moment(given) if "T" in given else end_of_day(date.fromisoformat(given))
            yield f"{duty}#{number}", due


def _reply(received: Row, start: datetime) -> Iterable[Due]:
    form = received["reply_form"]
    if form in REPLY:
        due, platform = working_days(start, REPLY[form]), received["platform_due_at"]
        yield f"reply.{form}#1", min(due, moment(platform)) if form == "third_party" and platform else due
    elif form == "internal":
        yield "acknowledgement.internal#1", working_days(start, ACKNOWLEDGEMENT)


def _is_urgent(labels: Row) -> bool:
    return labels.get("level") == 1 or labels.get("importance") == "major" or bool(labels.get("urgent"))


def working_days(start: datetime, days: int) -> datetime:
    """Return the end of the last of so many working days after the day of ``start``."""
    day = start.astimezone(OFFICE).date()
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return end_of_day(day)


def end_of_day(day: date) -> datetime:
    """Return the end of a date: 24:00 in the office."""
    return datetime.combine(day + timedelta(days=1), time(), OFFICE)


def is_open(at: datetime) -> bool:
    """Say whether a moment lies in office hours."""
    local = at.astimezone(OFFICE)
    return is_working_day(local.date()) and any(opens <= local.time() < closes for opens, closes in _HOURS)


def working_hours(start: datetime, left: timedelta) -> datetime:
    """Return when so much of the office hours has gone by since ``start``."""
    for days in count():
        day = start.astimezone(OFFICE).date() + timedelta(days=days)
        for opens, closes in _HOURS if is_working_day(day) else ():
            begin = max(datetime.combine(day, opens, OFFICE), start)
            span = max(datetime.combine(day, closes, OFFICE) - begin, timedelta())
            if left <= span:
                return begin + left
            left -= span
    raise AssertionError("days do not end")


@cache
def is_working_day(day: date) -> bool:
    """Say whether the office works: made up for a holiday, or an ordinary weekday."""
    calendar = holidays.country_holidays("CN", years=day.year)
    return day in calendar.weekend_workdays or (day.weekday() < 5 and day not in calendar)

"""Chapter 2 and importance, from casework's own data: how alarms climb, what level 1 owes, why a complaint is major."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tests.checker.evidence import Evidence, Row, Violation
from tests.checker.law import KNOWN_UNTIL, is_open

RUNG = timedelta(minutes=15)
"""Each rung of the ladder has its own quarter of an hour (policy, level 1)."""


def alarms_climb_while_nobody_takes_them(evidence: Evidence) -> Iterable[Violation]:
    """A climb follows an alarm that rings, a quarter of an hour after it or the climb before, to somebody new."""
    for complaint, timeline in evidence.timelines.items():
        since: datetime | None = None
        called: set[str] = set()
        for one in timeline:
            if one["type"] == "alarm.raised" and since is None:
                since, called = one["time"], set()
            elif one["type"] == "alarm.accepted":
                since = None
            elif one["type"] == "alarm.climbed":
                yield from _climb(complaint, one, since, called)
                since = one["time"]
                called.add(one["data"]["to"])


def _climb(complaint: str, one: Row, since: datetime | None, called: set[str]) -> Iterable[Violation]:
    if since is None:
        yield Violation("alarm", "an alarm climbs that does not ring", complaint)
    elif one["time"] < since + RUNG:
        yield Violation("alarm", f"an alarm climbs after {one['time'] - since}, not a quarter of an hour", complaint)
    if one["data"]["to"] in called:
        yield Violation("alarm", f"an alarm climbs to {one['data']['to']}, at whom it has rung", complaint)


def warnings_at_night_reach_who_is_on_duty(evidence: Evidence) -> Iterable[Violation]:
    """What is warned of while the office sleeps is told to somebody on duty; an alarm rings by itself."""
    if any(one["data"]["special_days"] for one in evidence.of_type("calendar.changed")) or not evidence.present(
        "casework"
    ):
        return
    for complaint, timeline in evidence.timelines.items():
        told = {(one["data"]["row"], one["data"]["share"]) for one in timeline if one["type"] == "warning.passed_on"}
        for one in timeline:
            if one["type"] != "duty.warned" or one["data"]["duty"] in _RINGING or is_open(one["time"]):
                continue
            if one["time"].year > KNOWN_UNTIL:
                continue  # no calendar is published
            if (one["data"]["row"], one["data"]["share"]) not in told:
                words = f"{one['data']['row']} was warned of at night, nobody on duty was told"
                yield Violation("warned", words, complaint)


_RINGING = {"alarm", "alarm.climbed"}


def level_1_is_closed_when_its_plan_is_over(evidence: Evidence) -> Iterable[Violation]:
    """Closed at level 1, a complaint has had its emergency plan; none runs on at any level (2/1.1.16(1))."""
    plans: dict[str, list[Row]] = {}
    for plan in evidence.rows("casework", "emergency_plans"):
        plans.setdefault(plan["complaint"], []).append(plan)
    for case in evidence.rows("casework", "cases"):
        if case["closed_at"] is None:
            continue
        own = plans.get(case["complaint"], [])
        if case["level"] == 1 and case["kind"] == "complaint" and not own:
            yield Violation("level 1", "closed without an emergency plan", case["complaint"])
        if any(plan["ended_at"] is None for plan in own):
            yield Violation("level 1", "closed while its emergency plan runs", case["complaint"])


def what_is_major_says_why(evidence: Evidence) -> Iterable[Violation]:
    """Major and its reasons go together, and level 1 is always major (3/2.2)."""
    for case in evidence.rows("casework", "cases"):
        if case["registered_at"] is None:
            continue
        if (case["importance"] == "major") != bool(case["major_because"]):
            told = ", ".join(case["major_because"]) or "nothing"
            yield Violation("importance", f"{case['importance']}, because of {told}", case["complaint"])
        if case["level"] == 1 and case["importance"] != "major":
            yield Violation("importance", "level 1, and not major", case["complaint"])

"""What the checker's own law asks for, where a complaint has ended before something else was heard."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.checker.law import ALARM, _at_once

RANG = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("ended", ["complaint.assigned", "complaint.refused", "complaint.withdrawn"])
@pytest.mark.parametrize(("minutes", "owed"), [(-1, False), (1, True)])
def test_nobody_is_to_be_assigned_after_an_alarm_that_rings_when_all_is_over(
    ended: str, minutes: int, *, owed: bool
) -> None:
    first = {"alarm.raised": {"time": RANG}, ended: {"time": RANG + timedelta(minutes=minutes)}}
    asked = dict(_at_once(first, RANG))
    assert asked["alarm#1"] == RANG + ALARM
    assert ("alarm_assignment#1" in asked) is owed

"""The figures of a quarter (4/5.2.11(2))."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.archive.figures import Alike, bounds, count, last_quarter

SHANGHAI = ZoneInfo("Asia/Shanghai")


def alike(days: int, files: int, **more: object) -> Alike:
    values = {"service": "water", "kind": "complaint", "level": 3, "outcome": "upheld", "ending": "closed"}
    flags = {"reopened": False, "accepted": True}
    return Alike(**(values | flags | more), days=days, files=files)  # type: ignore[arg-type]  # codes


def test_a_quarter_begins_and_ends_at_the_midnight_of_the_office() -> None:
    begin, end = bounds("2026-Q4", SHANGHAI)
    assert begin.astimezone(UTC) == datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert end.astimezone(UTC) == datetime(2026, 12, 31, 16, tzinfo=UTC)
    for wrong in ("2026-Q5", "2026", "26-Q1"):
        with pytest.raises(ValueError, match=wrong):
            bounds(wrong, SHANGHAI)


def test_the_quarter_that_was_over_last_is_known_in_the_office() -> None:
    assert last_quarter(datetime(2026, 3, 31, 15, 59, tzinfo=UTC), SHANGHAI) == "2025-Q4"
    assert last_quarter(datetime(2026, 3, 31, 16, 0, tzinfo=UTC), SHANGHAI) == "2026-Q1"


@pytest.mark.clause("4/5.2.11(2)")
def test_files_are_counted_by_what_they_are_and_how_long_they_took() -> None:
    figures = count(
        [
            alike(3, 2),
            alike(10, 1, service="gas", outcome="not_upheld", reopened=True),
            alike(11, 1, level=None, kind="consultation", accepted=False),
            alike(100, 1, outcome=None, ending="refused"),
        ]
    )
    assert (figures["files"], figures["accepted"], figures["reopened"]) == (5, 4, 1)
    assert figures["by_service"] == {"gas": 1, "water": 4}
    assert figures["by_level"] == {"3": 4, "none": 1}
    assert figures["by_outcome"] == {"none": 1, "not_upheld": 1, "upheld": 3}
    assert figures["by_days"] == {"5": 2, "10": 1, "20": 1, "30": 0, "60": 0, "more": 1}
    assert figures["median_days"] == 10
    assert count([alike(3, 1), alike(4, 1)])["median_days"] == 3.5
    assert count([])["median_days"] is None

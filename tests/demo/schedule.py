"""What the office does by the calendar: standing duties, looks at effect, outages announced, a year published."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from tests.demo.samples import FIRST_DAY, OFFICE
from tests.demo.words import said

if TYPE_CHECKING:
    from tests.demo.habits import Desk

_HANT: Final = {"language": "zh-Hant"}


# --- each working day -------------------------------------------------------------------------------------------------


async def collect_mailbox(desk: Desk, who: str) -> None:
    """The dedicated mailbox is emptied (1/1.1.4)."""
    today = desk.clock.now.astimezone(OFFICE).date()
    letters = [one for one in desk.script.values() if one.body["channel"] == "letter"]
    count = sum(one.at.astimezone(OFFICE).date() == today for one in letters)
    await desk.place.as_(who, "POST", "/intake/mailbox-collections", {"letters": count})


async def review_progress(desk: Desk, who: str) -> None:
    """What is under way and what is late is gone through (6/3.4.3(1))."""
    await desk.place.as_(who, "POST", "/casework/progress-reviews")


async def look_at_effects(desk: Desk, who: str) -> None:
    """See whether the oldest measures have had the effect that was expected, a few a day (4/5.2.4, 4/5.2.9(3))."""
    for one in await desk.place.as_(who, "GET", "/casework/effects", limit=2):
        effect = ("effective", "effective", "partly_effective")[sum(map(ord, one["number"])) % 3]
        path = f"/casework/complaints/{one['complaint']}/measures/{one['measure']}/effects"
        body = {"after_days": one["after_days"], "effect": effect, "text": said(f"effect.{effect}", _HANT)}
        await desk.tries(who, path, body)


# --- once in the month ------------------------------------------------------------------------------------------------


async def hand_shift_over(desk: Desk) -> None:
    """Whoever is on duty goes home ill: a colleague takes the running shift over (2/1.1.16(1))."""
    shifts = (await desk.place.as_("operator1", "GET", "/casework/roster"))["shifts"]
    now = desk.clock.now.isoformat()
    running = next(one for one in shifts if one["officer"] == "operator1" and one["begins_at"] <= now < one["ends_at"])
    body = {"officer": "operator2", "note": said("shift", _HANT)}
    await desk.tries("operator1", f"/casework/roster/{running['id']}/handover", body)


async def announce_outages(desk: Desk) -> None:
    """Two planned interruptions are entered beforehand, with their notices (2/1.1.12)."""
    for service, day in (("power", 12), ("water", 13)):
        begins = FIRST_DAY + timedelta(days=day - 1, hours=9)
        words = {name: said(f"outage.{service}", {"language": tag}) for name, tag in _NOTICES.items()}
        span = {"begins_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=8)).isoformat()}
        body = {"service": service, "districts": ["城西區"]} | span | words
        await desk.place.as_("operator2", "POST", "/casework/outages", body)


_NOTICES: Final = {"zh_hant": "zh-Hant", "zh_hans": "zh-Hans", "en": "en"}


async def call_one_off(desk: Desk) -> None:
    """One of them does not take place."""
    for one in await desk.place.as_("operator2", "GET", "/casework/outages"):
        if one["service"] == "power":
            await desk.place.as_("operator2", "POST", f"/casework/outages/{one['id']}/cancellation")


async def publish_next_year(desk: Desk) -> None:
    """The calendar of the year to come is published, after a look at what it moves (8/1.3)."""
    path, until = "/sla/calendars/mainland/special-days", "?published_until=2027-12-31"
    await desk.place.as_("complaints.head", "POST", f"{path}/preview{until}", [])
    await desk.place.as_("complaints.head", "POST", f"{path}{until}", [])


async def analyse_files(desk: Desk) -> None:
    """The files of the quarter are looked through and analysed; what was found has an owner (4/5.2.11(2))."""
    found: dict[str, Any] = await desk.place.as_("archivist1", "GET", "/archive/files", service="water", limit=1)
    for one in found["items"]:
        await desk.place.as_("archivist1", "GET", f"/archive/files/{one['id']}")
        await desk.place.as_("archivist1", "GET", "/archive/files", number=one["number"])
    finding = {"finding": said("finding", _HANT), "owner": "water.head", "due_on": "2026-06-30"}
    body = {"quarter": "2026-Q1", "findings": [finding]}
    await desk.place.as_("analyst1", "POST", "/archive/analyses", body)


ONCE: Final[dict[tuple[int, str], Callable[[Desk], Awaitable[None]]]] = {
    (2, "16:40"): hand_shift_over,
    (10, "16:40"): announce_outages,
    (11, "17:10"): call_one_off,
    (15, "11:30"): publish_next_year,
    (31, "11:30"): analyse_files,
}
"""By day of the month and hour."""

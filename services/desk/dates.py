"""How pages show time: the office's zone, the reader's language. Pure; ``now`` is an argument."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta

from services.desk.language import LOCALES
from services.desk.words import say
from shared.glossary import Language

OFFICE: Final = ZoneInfo("Asia/Shanghai")
_DAYS: Final[dict[Language, str]] = {
    "zh-Hant": "y年M月d日（EEEEE）",
    "zh-Hans": "y年M月d日（EEEEE）",
    "en": "EEE d MMM y",
}
_SHORT: Final[dict[Language, str]] = {"zh-Hant": "M月d日", "zh-Hans": "M月d日", "en": "d MMM"}


def moment(value: datetime | str | None) -> datetime | None:
    """Return an instant from what JSON holds."""
    if value is None or value == "":
        return None
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=OFFICE)


def day(value: date | str | None, language: Language) -> str:
    """Return a date with its weekday."""
    if not value:
        return ""
    found = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return format_date(found, _DAYS[language], locale=LOCALES[language])


def when(value: datetime | str | None, language: Language) -> str:
    """Return a moment to the minute, with its weekday."""
    at = moment(value)
    if at is None:
        return ""
    local = at.astimezone(OFFICE)
    return f"{day(local.date(), language)} {format_time(local, 'HH:mm', locale=LOCALES[language])}"


def briefly(value: datetime | str | None, language: Language, now: datetime) -> str:
    """Return a moment as a list shows it: without the year when it is this one."""
    at = moment(value)
    if at is None:
        return ""
    local = at.astimezone(OFFICE)
    pattern = _SHORT[language] if local.year == now.astimezone(OFFICE).year else _SHORT[language] + " y"
    if language != "en" and local.year != now.astimezone(OFFICE).year:
        pattern = "y年M月d日"
    return format_datetime(local, f"{pattern} HH:mm", locale=LOCALES[language])


def deadline(value: datetime | str | None, language: Language) -> str:
    """Return a due moment. One at 00:00 is the end of the day before: people say 24:00 of that day."""
    at = moment(value)
    if at is None:
        return ""
    local = at.astimezone(OFFICE)
    if local.time() == time(0):
        return say(language, "date.end_of_day", day=day(local.date() - timedelta(days=1), language))
    return when(at, language)


def remaining(value: datetime | str | None, language: Language, now: datetime) -> str:
    """Return how long there is left, or how long it has been overdue."""
    at = moment(value)
    if at is None:
        return ""
    left = at - now
    words = format_timedelta(abs(left), locale=LOCALES[language], threshold=1.2, granularity="minute")
    return say(language, "date.left" if left >= timedelta(0) else "date.overdue", time=words)


def nearness(value: datetime | str | None, now: datetime) -> str:
    """Return ``over``, ``soon`` (a day or less) or ``calm``: how a list marks a deadline."""
    at = moment(value)
    if at is None:
        return "none"
    if at <= now:
        return "over"
    return "soon" if at - now <= timedelta(days=1) else "calm"


def from_form(value: str) -> str:
    """Return what a ``datetime-local`` field holds as an instant of the office. Raises ``ValueError``."""
    return datetime.fromisoformat(value).replace(tzinfo=OFFICE).astimezone(UTC).isoformat()


def for_form(value: datetime | None) -> str:
    """Return an instant as a ``datetime-local`` field wants it."""
    return value.astimezone(OFFICE).strftime("%Y-%m-%dT%H:%M") if value else ""

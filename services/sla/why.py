"""Why this deadline? A row of the ledger as a sentence in the three languages."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from services.sla.rows import Row
from services.sla.schedule import StandingRow
from shared.glossary import LANGUAGES, Language
from shared.working_time import Calendar, sentence

_WORDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "no_clock": ("此項沒有期限。", "此项没有期限。", "This duty has no deadline."),
    "fixed": (
        "與所延長的期限同時到期，至{due}止。",
        "与所延长的期限同时到期，至{due}止。",
        "Due with the deadline that is extended: in time until {due}.",
    ),
    "due_with": (
        "與所屬的期限同時到期，至{due}止。",
        "与所属的期限同时到期，至{due}止。",
        "Due with the duty that it belongs to: in time until {due}.",
    ),
    "named": (
        "期限為所定的日期，至{due}止。",
        "期限为所定的日期，至{due}止。",
        "Due by the date that was given: in time until {due}.",
    ),
    "period": (
        "自{since}起，至{due}止。",
        "自{since}起，至{due}止。",
        "From {since}, in time until {due}.",
    ),
    "unbound": (
        "登記之前為暫定期限；登記後生效，仍自接收時起算。",
        "登记之前为暂定期限；登记后生效，仍自接收时起算。",
        "Provisional until the complaint is registered; then it binds, still counted from receipt.",
    ),
    "paused": (
        "自{since}起暫停計時，恢復後期限順延。",
        "自{since}起暂停计时，恢复后期限顺延。",
        "The clock has stood still since {since}; the date moves when it runs on.",
    ),
    "late": ("已於{at}逾期完成。", "已于{at}逾期完成。", "Done late, at {at}."),
    "fulfilled": ("已於{at}按時完成。", "已于{at}按时完成。", "Done in time, at {at}."),
    "void": ("已於{at}終止。", "已于{at}终止。", "It ended at {at} without binding any longer."),
    "breached": ("逾期未完成。", "逾期未完成。", "The time passed without its being done."),
}


def why(row: Row, calendar: Calendar) -> dict[Language, str]:
    """The sentences for people, times in the office's zone."""
    return {language: _sentence(row, calendar, language) for language in LANGUAGES}


def why_standing(row: StandingRow, state: str, done_at: datetime | None, calendar: Calendar) -> dict[Language, str]:
    """The sentences for a row of the office's own ledger."""
    found: dict[Language, str] = {}
    for language in LANGUAGES:
        span = {"since": _moment(row.begins_at, calendar), "due": _end(row.due_at, calendar)}
        parts = [sentence(row.deadline, language) if row.deadline else _say("period", language, **span)]
        if state == "breached":
            parts.append(_say("breached", language))
        elif done_at:
            parts.append(_say(state, language, at=_moment(done_at, calendar)))
        found[language] = (" " if language == "en" else "").join(parts)
    return found


def _sentence(row: Row, calendar: Calendar, language: Language) -> str:
    parts = [_deadline(row, calendar, language)]
    if not row.bound and row.open:
        parts.append(_say("unbound", language))
    if row.state == "paused" and row.paused_since:
        parts.append(_say("paused", language, since=_moment(row.paused_since, calendar)))
    ended = row.fulfilled_at or (row.ending.at if row.ending else None)
    if row.state == "breached":
        parts.append(_say("breached", language))
    elif row.state in {"late", "fulfilled", "void"} and ended:
        parts.append(_say(row.state, language, at=_moment(row.ending.at if row.ending else ended, calendar)))
    return (" " if language == "en" else "").join(parts)


def _deadline(row: Row, calendar: Calendar, language: Language) -> str:
    if row.deadline:
        return sentence(row.deadline, language)
    if row.fixed:
        return _say(_of_fixed(row), language, due=_end(row.fixed, calendar))
    return _say("no_clock", language)


def _of_fixed(row: Row) -> str:
    if row.duty.due_from:
        return "named"
    return "fixed" if any(start.event.startswith("extension.") for start in row.duty.starts) else "due_with"


def _say(code: str, language: Language, **values: str) -> str:
    return _WORDS[code][LANGUAGES.index(language)].format(**values)


def _end(at: datetime, calendar: Calendar) -> str:
    """An exclusive instant; a midnight is 24:00 of the day before."""
    midnight = at == calendar.midnight(calendar.local_date(at))
    return f"{calendar.local_date(at) - timedelta(days=1)} 24:00" if midnight else _moment(at, calendar)


def _moment(at: datetime, calendar: Calendar) -> str:
    return f"{at.astimezone(calendar.zone):%Y-%m-%d %H:%M}"

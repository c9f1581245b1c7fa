"""A deadline as a sentence in zh-Hant, zh-Hans and English: every day counted or not, every pause, every extension.

Pure; called through `shared.working_time.sentence`. The words stand here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from shared.glossary import Language, label

if TYPE_CHECKING:
    from shared.working_time import Adjustment, DayCount, Deadline, Pause

_WEEKDAYS: Mapping[Language, Sequence[str]] = {
    "zh-Hant": "一二三四五六日",
    "zh-Hans": "一二三四五六日",
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_UNITS: Mapping[Language, Mapping[str, str]] = {
    "zh-Hant": {
        "working_days": "{n}個工作日", "hours": "{n}小時", "minutes": "{n}分鐘", "working_minutes": "辦公時間{n}分鐘",
        "working_hours": "辦公時間{n}小時", "calendar_days": "{n}日", "years": "{n}年",
    },
    "zh-Hans": {
        "working_days": "{n}个工作日", "hours": "{n}小时", "minutes": "{n}分钟", "working_minutes": "办公时间{n}分钟",
        "working_hours": "办公时间{n}小时", "calendar_days": "{n}日", "years": "{n}年",
    },
    "en": {
        "working_days": "{n} working day{s}", "hours": "{n} clock hour{s}", "minutes": "{n} clock minute{s}",
        "working_minutes": "{n} office minute{s}", "working_hours": "{n} office hour{s}",
        "calendar_days": "{n} calendar day{s}", "years": "{n} year{s}",
    },
}  # fmt: skip

_REASONS: Mapping[Language, Mapping[str, str]] = {
    "zh-Hant": {
        "start": "起算當日不計", "working": "工作日", "make_up": "補班", "morning": "半日（上午辦公）",
        "afternoon": "半日（下午辦公）", "weekend": "週末", "holiday": "假日", "day_off": "調休", "closed": "不辦公",
        "paused": "暫停計時", "after_hours": "非辦公時間", "clock": "日曆日",
    },
    "zh-Hans": {
        "start": "起算当日不计", "working": "工作日", "make_up": "补班", "morning": "半日（上午办公）",
        "afternoon": "半日（下午办公）", "weekend": "周末", "holiday": "假日", "day_off": "调休", "closed": "不办公",
        "paused": "暂停计时", "after_hours": "非办公时间", "clock": "日历日",
    },
    "en": {
        "start": "the day it starts never counts", "working": "working day", "make_up": "make-up working day",
        "morning": "half day, morning only", "afternoon": "half day, afternoon only", "weekend": "weekend",
        "holiday": "public holiday", "day_off": "day off for a make-up day", "closed": "office closed",
        "paused": "the clock was paused", "after_hours": "outside office hours", "clock": "calendar day",
    },
}  # fmt: skip

_PHRASES: Mapping[Language, Mapping[str, str]] = {
    "zh-Hant": {
        "start": "自{start}起算{amount}", "counted": "{days}計入（{why}，第{nth}日）",
        "minutes": "{days}計入{minutes}分鐘（{why}）", "not": "{days}不計（{why}）",
        "pause": "{start}至{end}暫停計時", "because": "（{why}）",
        "extended": "原定{old}到期，經延期改至{new}", "noticed": "（延期告知：{at}）",
        "earlier": "原定{old}到期，因較早的期限改為{new}",
        "end_of_day": "至{due}24:00止", "instant": "至{due}止",
        "provisional": "{year}年的放假安排尚未公布，此期限為暫定，公布後重新計算",
        "join": "；", "stop": "。", "to": "至", "named": "{why}：{name}",
    },
    "zh-Hans": {
        "start": "自{start}起算{amount}", "counted": "{days}计入（{why}，第{nth}日）",
        "minutes": "{days}计入{minutes}分钟（{why}）", "not": "{days}不计（{why}）",
        "pause": "{start}至{end}暂停计时", "because": "（{why}）",
        "extended": "原定{old}到期，经延期改至{new}", "noticed": "（延期告知：{at}）",
        "earlier": "原定{old}到期，因较早的期限改为{new}",
        "end_of_day": "至{due}24:00止", "instant": "至{due}止",
        "provisional": "{year}年的放假安排尚未公布，此期限为暂定，公布后重新计算",
        "join": "；", "stop": "。", "to": "至", "named": "{why}：{name}",
    },
    "en": {
        "start": "{amount} from {start}", "counted": "{days}: day{s} {nth} ({why})",
        "minutes": "{days}: {minutes} min counted ({why})", "not": "{days}: not counted ({why})",
        "pause": "the clock was paused from {start} to {end}", "because": " ({why})",
        "extended": "due {old} at first, extended to {new}", "noticed": " (notice given {at})",
        "earlier": "due {old} at first, brought forward to the earlier date {new}",
        "end_of_day": "in time until 24:00 on {due}", "instant": "in time until {due}",
        "provisional": "provisional: the calendar of {year} is not published yet; it is computed again when it is",
        "join": "; ", "stop": ".", "to": " to ", "named": "{why}: {name}",
    },
}  # fmt: skip


def explain(of: Deadline, language: Language) -> str:
    """The whole sentence, in the office's local time."""
    words = _PHRASES[language]
    unit, n = of.rule.term
    amount = _UNITS[language][unit].format(n=n, s="" if n == 1 else "s")
    parts = [words["start"].format(start=_moment(of.start, of, language), amount=amount)]
    parts += _day_parts(of, language)
    parts += [_pause(p, of, language) for p in of.pauses if p.end > of.start and p.start < of.due_at]
    parts += _adjustment_parts(of, language)
    parts.append(_due(of, language))
    if of.provisional:
        parts.append(words["provisional"].format(year=of.due_date.year))
    text = words["join"].join(parts) + words["stop"]
    return text[0].upper() + text[1:]


def reason(day: DayCount, language: Language) -> str:
    """Why a day counted or not, with its holiday's or its other name."""
    why, name = _REASONS[language].get(day.why, day.why), day.name.get(language)
    return _PHRASES[language]["named"].format(why=why, name=name) if name else why


def _day_parts(of: Deadline, language: Language) -> list[str]:
    if of.by_clock or of.rule.years or of.rule.calendar_days:
        return [_run([day], 0, of, language) for day in of.days if not day.counted and day.why == "paused"]
    parts: list[str] = []
    run: list[DayCount] = []
    counted, last = 0, _counted_until(of)
    for day in (day for day in of.days if day.date <= last):
        if run and not _alike(run[-1], day):
            parts.append(_run(run, counted, of, language))
            run = []
        counted += day.counted
        run.append(day)
    return [*parts, _run(run, counted, of, language)] if run else parts


def _counted_until(of: Deadline) -> date:
    """The last date that was counted to: after an extension, the date that it replaced."""
    if of.adjustments and of.adjustments[0].kind == "extended":
        return of.calendar.local_date(of.adjustments[0].replaced - timedelta(microseconds=1))
    return of.due_date


def _alike(a: DayCount, b: DayCount) -> bool:
    return (a.counted, a.why, a.name, a.minutes) == (b.counted, b.why, b.name, b.minutes)


def _run(run: Sequence[DayCount], counted: int, of: Deadline, language: Language) -> str:
    """Days in a row that are alike, as one phrase; `counted` is the number of the last of them."""
    words, first, last = _PHRASES[language], run[0], run[-1]
    days = _date(first.date, of, language)
    if first is not last:
        days += words["to"] + _date(last.date, of, language)
    why = reason(first, language)
    if not first.counted:
        return words["not"].format(days=days, why=why)
    if first.minutes is not None:
        return words["minutes"].format(days=days, why=why, minutes=first.minutes)
    nth = str(counted) if first is last else f"{counted - len(run) + 1}-{counted}"
    return words["counted"].format(days=days, why=why, nth=nth, s="" if first is last else "s")


def _pause(pause: Pause, of: Deadline, language: Language) -> str:
    words = _PHRASES[language]
    start, end = _moment(pause.start, of, language), _moment(pause.end, of, language)
    because = words["because"].format(why=label("pause_reason", pause.reason, language)) if pause.reason else ""
    return words["pause"].format(start=start, end=end) + because


def _adjustment_parts(of: Deadline, language: Language) -> list[str]:
    following = [*(each.replaced for each in of.adjustments[1:]), of.due_at]
    return [_adjustment(each, new, of, language) for each, new in zip(of.adjustments, following, strict=False)]


def _adjustment(adjustment: Adjustment, new: datetime, of: Deadline, language: Language) -> str:
    words = _PHRASES[language]
    old = _end(adjustment.replaced, of, language)
    text = words[adjustment.kind].format(old=old, new=_end(new, of, language))
    noticed = adjustment.kind == "extended" and adjustment.at
    return text + words["noticed"].format(at=_moment(noticed, of, language)) if noticed else text


def _due(of: Deadline, language: Language) -> str:
    words = _PHRASES[language]
    if of.due_at == of.calendar.end_of(of.due_date):
        return words["end_of_day"].format(due=_date(of.due_date, of, language, full=True))
    return words["instant"].format(due=_moment(of.due_at, of, language))


def _end(at: datetime, of: Deadline, language: Language) -> str:
    """An exclusive instant: the date before, when it is a midnight."""
    local = at.astimezone(of.calendar.zone)
    if local.hour or local.minute or local.second or local.microsecond:
        return _moment(at, of, language)
    return _date(local.date() - timedelta(days=1), of, language, full=True)


def _date(on: date, of: Deadline, language: Language, *, full: bool = False) -> str:
    """A date with its weekday; with the year when asked, or when it is not the year of the start."""
    year = full or on.year != of.calendar.local_date(of.start).year
    weekday = _WEEKDAYS[language][on.weekday()]
    if language == "en":
        return f"{weekday} {on.day} {_MONTHS[on.month - 1]}" + (f" {on.year}" if year else "")
    return (f"{on.year}年" if year else "") + f"{on.month}月{on.day}日（{weekday}）"


def _moment(at: datetime, of: Deadline, language: Language) -> str:
    local = at.astimezone(of.calendar.zone)
    clock = f"{local:%H:%M:%S}" if local.second or local.microsecond else f"{local:%H:%M}"
    return _date(local.date(), of, language, full=True) + (" " if language == "en" else "") + clock

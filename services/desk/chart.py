"""Readings as a small drawing: where each stands by time and value, and the limit beside them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

WIDTH: Final = 640
HEIGHT: Final = 180
_EDGE: Final = 14
Point = tuple[float, float]


@dataclass(frozen=True)
class Chart:
    """The readings of one unit; points are in the drawing's own measure, the first reading on the left."""

    unit: str
    count: int
    low: float
    high: float
    limits: tuple[float, ...]
    first: str
    last: str
    dots: tuple[Point, ...]
    line: str
    limit_line: str
    """The limit at each reading that has one; empty where none has."""


def charts(readings: Sequence[Mapping[str, Any]]) -> list[Chart]:
    """Return a drawing for each unit, in the order in which they were read."""
    units = dict.fromkeys(str(one["unit"]) for one in readings)
    return [_chart(unit, [one for one in readings if one["unit"] == unit]) for unit in units]


def _chart(unit: str, readings: Sequence[Mapping[str, Any]]) -> Chart:
    in_time = sorted(readings, key=lambda one: datetime.fromisoformat(one["at"]))
    limits = [one["limit"] for one in in_time if one.get("limit") is not None]
    values = [one["value"] for one in in_time]
    seconds = [datetime.fromisoformat(one["at"]).timestamp() for one in in_time]
    across = _scale(min(seconds), max(seconds), _EDGE, WIDTH - _EDGE)
    up = _scale(min(values + limits), max(values + limits), HEIGHT - _EDGE, _EDGE)
    dots = tuple((across(when), up(value)) for when, value in zip(seconds, values, strict=True))
    limited = [
        (across(when), up(one["limit"]))
        for when, one in zip(seconds, in_time, strict=True)
        if one.get("limit") is not None
    ]
    if limited and len(limited) == len(dots):  # one limit for all is drawn from edge to edge
        limited = [(0.0, limited[0][1]), *limited, (float(WIDTH), limited[-1][1])]
    return Chart(
        unit=unit,
        count=len(values),
        low=min(values),
        high=max(values),
        limits=tuple(dict.fromkeys(limits)),
        first=in_time[0]["at"],
        last=in_time[-1]["at"],
        dots=dots,
        line=_path(dots),
        limit_line=_path(limited),
    )


def _scale(low: float, high: float, begin: float, end: float) -> Any:
    """Return the function from ``[low, high]`` to ``[begin, end]``; the middle where all is one value."""
    if high == low:
        return lambda _: round((begin + end) / 2, 1)
    return lambda value: round(begin + (value - low) / (high - low) * (end - begin), 1)


def _path(points: Sequence[Point]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)

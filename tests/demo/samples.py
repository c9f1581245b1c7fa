"""The messages that come in during the month: our own samples, or others in the form of labelled or plain rows."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

OFFICE: Final = ZoneInfo("Asia/Shanghai")
FIRST_DAY: Final = datetime(2026, 3, 2, tzinfo=OFFICE)
"""Monday 2 March 2026, 00:00 in the office: day 1 of the month."""
DAYS: Final = 31
OWN: Final = Path(__file__).with_name("samples.jsonl")
BY_OPERATOR: Final = frozenset({"phone", "window", "letter", "fax"})
"""Channels on which an operator writes it down; on the others a machine hands it in with its key."""

_FORM_FIELDS: Final = (
    "channel",
    "language",
    "complainant",
    "representative",
    "place",
    "form",
    "platform",
    "references",
    "text",
)
_FIRST_TOPIC: Final = {
    "water": "water.outage_notice",
    "power": "power.supply_stability",
    "gas": "gas.supply_stability",
    "sanitation": "sanitation.refuse_collection",
    "transport": "transport.routes",
    "infrastructure": "infrastructure.roads",
}
_OTHERS_CHANNELS: Final = ("website", "app", "email", "official_account", "phone", "social_media")
_REFUSED: Final = {"refusal": {"reason": "out_of_scope", "where_to_turn": "city_hotline"}}


@dataclass(frozen=True)
class Sample:
    """One message: when it comes in, what it says, what becomes of it, and the labels that a careful person gives it.

    ``expected`` is None where nobody has labelled it: the clerk then follows the classifier's proposal.
    """

    id: str
    at: datetime
    story: str
    body: dict[str, Any]
    expected: dict[str, Any] | None


class UnreadableSamples(Exception):
    """The file is not what was expected; the message says where."""


def last_moment(days: int = DAYS) -> datetime:
    """Return the evening of the last day."""
    return FIRST_DAY + timedelta(days=days - 1, hours=18)


def read(path: Path, limit: int | None = None, days: int = DAYS) -> list[Sample]:
    """Return the samples of the first ``days`` in the order in which they come in. Raises ``UnreadableSamples``."""
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise UnreadableSamples(f"{path} cannot be read as JSON lines: {error}") from None
    try:
        rows = [row for row in rows if "at" not in row or row["at"]["day"] <= days]
        rows = _spread(rows, limit) if limit else rows
        found = list(_own(rows) if "at" in rows[0] else _others(rows, min(days, 25))) if rows else []
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableSamples(f"{path}: a row lacks or garbles {error}") from None
    if not found:
        raise UnreadableSamples(f"{path} holds no message")
    return sorted(found, key=lambda one: one.at)


def _spread(rows: list[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """Return ``limit`` rows from the whole of the month, not from its first day."""
    return rows if limit >= len(rows) else [rows[n * len(rows) // limit] for n in range(limit)]


def _own(rows: list[dict[str, Any]]) -> Iterator[Sample]:
    for row in rows:
        hour, minute = map(int, row["at"]["time"].split(":"))
        at = FIRST_DAY + timedelta(days=row["at"]["day"] - 1, hours=hour, minutes=minute)
        body: dict[str, Any] = {name: row[name] for name in _FORM_FIELDS if name in row}
        yield Sample(row["id"], at.astimezone(UTC), row["story"], body, row.get("expected"))


def _others(rows: list[dict[str, Any]], days: int) -> Iterator[Sample]:
    """Others' messages come in evenly over four weeks, by channels in turn, from people with an address of mail."""
    for n, row in enumerate(rows):
        minutes = n * (days * 24 - 14) * 60 // len(rows)
        at = FIRST_DAY + timedelta(hours=8, minutes=minutes)
        channel = _OTHERS_CHANNELS[n % len(_OTHERS_CHANNELS)]
        text = "\n".join(part for part in (row.get("title"), row.get("text")) if part)
        body = {
            "channel": channel,
            "complainant": {"name": f"示例市民 {n + 1}", "email": f"someone{n + 1}@example.org"},
            "text": text,
        }
        yield Sample(str(row["id"]), at.astimezone(UTC), "ordinary", body, _labels(row))


def _labels(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if "service" not in row:
        return None
    if row["service"] in {None, "none"}:
        return _REFUSED
    kind = row.get("kind") or "complaint"
    labels = {
        "service": row["service"],
        "topic_code": _FIRST_TOPIC[row["service"]],
        "nature": row.get("nature") or "service_quality",
        "kind": kind,
    }
    return labels | ({"level": row.get("level") or 3} if kind == "complaint" else {})

"""The end of a run: the office comes to rest, the one checker looks, and what only such a run can know is judged."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import asyncpg

from shared.database import dsn
from shared.settings import SERVICES, Settings, database_url
from tests.chaos.tally import Tally
from tests.checker.evidence import Evidence, Violation, moment
from tests.invariants import check, tell

_EARS = {"complaints": SERVICES[:-1], "procedure": ("intake", "casework", "reply", "archive", "insight")}
_COUNTS = """
SELECT topic, sum(published)::bigint AS published, sum(consumed)::bigint AS consumed FROM (
    SELECT topic, published, consumed FROM progress
    UNION ALL SELECT topic, count(*), 0 FROM outbox WHERE position IS NULL GROUP BY topic) AS both_kinds GROUP BY topic
"""
_ON_THE_WAY = "SELECT count(*) FROM letters WHERE state = 'sending'"
TOLERANCE = timedelta(seconds=5)
"""How late a duty may be told when nothing was down: a look a second, and what waits before it."""


async def drained(settings: Settings, patience: float, *, letters: bool) -> float:
    """Wait until all that was published was taken in (and every letter has gone out); return the seconds it took.

    A letter whose sender was killed is tried again after two minutes. Raises ``TimeoutError``.
    """
    begun = time.monotonic()
    lines = {name: await asyncpg.connect(dsn(database_url(settings, name))) for name in SERVICES}
    try:
        calm = 0
        while calm < 3:
            if time.monotonic() > begun + patience:
                raise TimeoutError("the office does not come to rest")
            calm = calm + 1 if await _at_rest(lines, letters=letters) else 0
            await asyncio.sleep(0.4)
    finally:
        for line in lines.values():
            await line.close()
    return time.monotonic() - begun


async def _at_rest(lines: "dict[str, asyncpg.Connection[asyncpg.Record]]", *, letters: bool) -> bool:
    published: Counter[str] = Counter()
    consumed: dict[tuple[str, str], int] = {}
    for name, line in lines.items():
        for row in await line.fetch(_COUNTS):
            published[row["topic"]] += row["published"]
            consumed[name, row["topic"]] = row["consumed"]
    if letters and await lines["reply"].fetchval(_ON_THE_WAY):
        return False
    return all(consumed.get((name, topic), 0) >= published[topic] for topic, ears in _EARS.items() for name in ears)


def deadlines_missed(evidence: Evidence, tally: Tally, tolerance: timedelta) -> Iterable[Violation]:
    """Each breach is told when it is due, or as much later as the office was down in between."""
    started = {
        (one["subject"], one["data"]["row"]): one["time"] for one in evidence.of_type("duty.started", "duty.changed")
    }
    for one in evidence.of_type("duty.breached"):
        due_at, told_at = moment(one["data"]["due_at"]), one["time"]
        owed_from = max(due_at, started[one["subject"], one["data"]["row"]])
        late = told_at - owed_from - tally.down(owed_from, told_at)
        tally.counts["duties breached in the run"] += 1
        if late > tolerance:
            what = f"{one['data']['row']} was told {late.total_seconds():.1f} s too late, the time down left out"
            yield Violation("missed", what, one["subject"])


async def judge(
    settings: Settings, tally: Tally, logs: list[Path], tolerance: timedelta = TOLERANCE
) -> tuple[int, str]:
    """Return how many violations there are, and all that is to be said."""
    found, evidence = await check(settings, tally.answers, logs, patience=60)
    found += deadlines_missed(evidence, tally, tolerance)
    found += [Violation("answer", one) for one in tally.wrong]
    tally.counts["events"] = len(evidence.events)
    tally.counts["mails laid"] = len(evidence.mails)
    return len(found), tell(found, evidence)

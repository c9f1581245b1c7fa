"""A seeded office is an office: the checker finds nothing, and work goes on in it."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from services.house import open_house
from services.intake.receipts import receipt_code
from shared.database import dsn
from shared.embedded import CannotStart, EmbeddedPostgres
from shared.secrets import Secrets
from shared.settings import DATABASES, SERVICES, Settings, database_url
from tests.invariants import gather, tell, violations
from tests.journeys.story import Story, at
from tests.office import Office
from tests.seed.filling import fill
from tests.seed.stories import Person

N = 200
END = at("2026-11-09 11:00")
"""A Monday: what is worked on after it has no holiday and no year that is not published yet before it."""
_KEYS = """
SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent,
    (SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]) AS name,
    (SELECT attname FROM pg_attribute WHERE attrelid = confrelid AND attnum = confkey[1]) AS key
FROM pg_constraint WHERE contype = 'f' AND cardinality(conkey) = 1
"""


@pytest.fixture(scope="module")
def seeded() -> Iterator[Settings]:
    """An office in which time can be moved, with so many complaints; its PostgreSQL runs."""
    with tempfile.TemporaryDirectory(prefix="redress-seed-", ignore_cleanup_errors=True) as folder:
        settings = Settings(data=Path(folder) / "var", clock="simulated", poll_seconds=0.5, timer_seconds=0.2)
        fill(settings, N, lambda _what, _share: None, END)
        postgres = EmbeddedPostgres(settings)
        try:
            yield postgres.start()
        finally:
            postgres.stop()


def test_a_folder_that_holds_data_is_left_alone(seeded: Settings) -> None:
    with pytest.raises(CannotStart, match="holds data already"):
        fill(seeded, 1, lambda _what, _share: None)


async def test_the_checker_accepts_what_was_seeded_and_no_key_points_nowhere(seeded: Settings) -> None:
    evidence = await gather(seeded, [])
    found = violations(evidence)
    assert not found, tell(found, evidence)[-4000:]
    assert len(evidence.complaints()) == N
    for database in DATABASES:
        line = await asyncpg.connect(dsn(database_url(seeded, database)))
        try:
            for child, parent, name, key in await line.fetch(_KEYS):
                lost = f'SELECT count(*) FROM {child} AS c WHERE c."{name}" IS NOT NULL AND NOT EXISTS'
                lost += f' (SELECT FROM {parent} AS p WHERE p."{key}" = c."{name}")'
                assert await line.fetchval(lost) == 0, f"{database}: {child}.{name}"
        finally:
            await line.close()


async def test_a_seeded_complaint_is_worked_on_is_found_by_its_words_and_its_clocks_run(seeded: Settings) -> None:
    async with open_house(seeded, SERVICES) as house:
        office = Office(seeded, house)
        try:
            await office.settle()
            story = await _copied(office, "received")
            await story.registered()
            assert await story.stage() == "assigned"
            await story.handle("acceptance")
            ledger = await story.ledger()
            assert ledger["registration#1"]["state"] in {"fulfilled", "late"}
            assert ledger["set_time.3#1"]["state"] == "running"
            await office.advance(days=20)
            assert await story.state("set_time.3#1") == "breached"
            evidence = await gather(seeded, [])
            found = violations(evidence)
            assert not found, tell(found, evidence)[-4000:]
        finally:
            await office.close()


async def _copied(office: Office, stage: str) -> Story:
    """Return a copy in this stage, found by the words that only it has."""
    admin, director = await office.as_("operator1"), await office.as_("director")
    for n in range(1000, 1000 + N):
        person = Person.number(n)
        answer = await director.post("/insight/search", json={"text": person.mark, "limit": 5})
        items = answer.json()["items"]
        if items and items[0]["stage"] == stage:
            assert len(items) == 1
            shown = (await admin.get(f"/intake/complaints/{items[0]['id']}")).json()
            assert shown["complainant"]["phone"] == person.phone
            assert person.mark in shown["text"]
            code = receipt_code(Secrets(office.settings.keys_folder).receipt_key(), UUID(shown["id"]))
            return Story(office, shown["id"], shown["number"], code, [])
        await asyncio.sleep(0)
    raise AssertionError(f"no copy is {stage}")

"""A small run of kills on every run of the tests. The large one: `make chaos`."""

import secrets

import pytest

from tests.chaos.embedded import run


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_five_kills_during_a_hundred_complaints_lose_nothing_and_double_nothing() -> None:
    seed = secrets.randbelow(10**6)
    tally, violations, said = await run(5, 100, seed, small=True)
    assert not violations, f"SEED={seed}\n{said}\n{tally.table(violations)}"
    assert len(tally.answers) == 100, f"SEED={seed}"
    assert len(tally.kills) == 5
    assert tally.hits * 2 >= sum(one.at_work for one in tally.kills), f"SEED={seed}: {tally.table(violations)}"

"""Background work makes room while many wait for an answer, and never starves."""

import asyncio
from dataclasses import dataclass, field

from shared import people_first


@dataclass
class _Work:
    done: list[int] = field(default_factory=list)
    now: int = 0
    most: int = 0

    async def piece(self, number: int, *, crowd: bool) -> None:
        async with people_first.turn():
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0.01)
            self.now -= 1
            self.done.append(number)
            if crowd:
                people_first.crowded()


async def test_without_a_crowd_work_goes_on_at_once_and_side_by_side() -> None:
    work = _Work()
    await asyncio.gather(*(work.piece(number, crowd=False) for number in range(20)))
    assert (len(work.done), work.most) == (20, 20)


async def test_in_a_crowd_one_works_at_a_time_with_rests_and_each_gets_its_turn_in_order() -> None:
    work, loop = _Work(), asyncio.get_running_loop()
    people_first.crowded()
    begun = loop.time()
    await asyncio.gather(*(work.piece(number, crowd=True) for number in range(8)))
    assert (work.done, work.most) == (list(range(8)), 1)
    assert loop.time() - begun > 8 * (0.01 + 0.02)

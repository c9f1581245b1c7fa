"""The write coalescer: what many ask for at the same moment is done in one transaction, and each gets its own answer.

Why it exists: registration is the product's hot path, and there a commit and a round trip cost as much for one
complaint as for fifty. Nobody waits for company: what comes while nothing is being written is written at once; what
comes meanwhile gathers, and goes next. Each is answered only after its commit. When a batch fails it is halved until
the culprit stands alone, so that nobody suffers for another's row.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

from shared import people_first
from shared.faults import is_infrastructure

Asked = TypeVar("Asked")
Given = TypeVar("Given")
_A_CROWD: Final = 3


class Coalescer(Generic[Asked, Given]):
    """``flush`` does all that is asked in one transaction: for each an answer, or the reason why it gets none."""

    def __init__(self, flush: Callable[[list[Asked]], Awaitable[Sequence[Given | Exception]]], most: int = 64) -> None:
        self._flush, self._most = flush, most
        self._waiting: list[tuple[Asked, asyncio.Future[Given]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def ask(self, asked: Asked) -> Given:
        """Return the answer once it is committed. Raises what stood in the way of this one alone."""
        answer: asyncio.Future[Given] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await answer

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                if len(batch) >= _A_CROWD:
                    people_first.crowded()
                await self._settle(batch)
        finally:
            self._writing = None

    async def _settle(self, batch: list[tuple[Asked, "asyncio.Future[Given]"]]) -> None:
        try:
            answers = await self._flush([asked for asked, _ in batch])
        except Exception as fault:  # noqa: BLE001 - it belongs to those who asked
            if len(batch) > 1 and not is_infrastructure(fault):
                middle = len(batch) // 2
                await self._settle(batch[:middle])
                await self._settle(batch[middle:])
                return
            answers = [fault] * len(batch)
        for (_, future), answer in zip(batch, answers, strict=True):
            if future.done():  # whoever asked has gone; what was written stays
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)

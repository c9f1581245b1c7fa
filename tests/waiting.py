"""Waits for what comes to be in its own time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


async def until(condition: Callable[[], Awaitable[Any]], seconds: float = 60, every: float = 0.02) -> Any:
    """Return the first true answer, asked for ``every`` so many seconds; TimeoutError where ``seconds`` bring none."""
    async with asyncio.timeout(seconds):
        while not (answer := await condition()):  # noqa: ASYNC110 - whatever is waited for has no event
            await asyncio.sleep(every)
    return answer

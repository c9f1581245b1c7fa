"""People first: in one process, background work makes room while many wait at the edge for an answer.

All services of the embedded office share one interpreter: a backlog that is taken in at full speed would make everybody
wait who hands something in. While there is a crowd, batches follow one another with rests in between; when it is gone,
at once at full speed. Nothing starves: a rest lasts at most a second, a turn is waited for ten at most.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

_CROWDED_SECONDS: Final = 0.25
_REST_FOR_WORK: Final = 19.0
_LONGEST_REST: Final = 1.0
_LONGEST_WAIT: Final = 10.0
_BREATH_SECONDS: Final = 0.003
_PAUSE_SECONDS: Final = 0.03
FEW: Final = 20
"""How many events make a batch while there is a crowd: each of them keeps the interpreter for a moment."""


@dataclass
class _Door:
    until: float = 0.0
    breath: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


_doors: "WeakKeyDictionary[asyncio.AbstractEventLoop, _Door]" = WeakKeyDictionary()


def _door() -> _Door:
    loop = asyncio.get_running_loop()
    door = _doors.get(loop)
    if door is None:
        door = _doors[loop] = _Door()
    return door


def crowded() -> None:
    """Say that several wait for an answer at this moment."""
    _door().until = asyncio.get_running_loop().time() + _CROWDED_SECONDS


def is_crowded() -> bool:
    """Say whether several waited a moment ago."""
    return asyncio.get_running_loop().time() < _door().until


async def breathe() -> None:
    """Give the interpreter to others when background work has kept it for some milliseconds, a crowd for longer."""
    door, time = _door(), asyncio.get_running_loop().time
    if time() - door.breath > _BREATH_SECONDS:
        await asyncio.sleep(_PAUSE_SECONDS if is_crowded() else 0)
        door.breath = time()


@asynccontextmanager
async def turn() -> AsyncIterator[None]:
    """A piece of background work: at once while there is no crowd, otherwise one at a time and with a rest after it."""
    if not is_crowded():
        yield
        return
    time, lock = asyncio.get_running_loop().time, _door().turn
    mine = False
    with suppress(TimeoutError):
        mine = await asyncio.wait_for(lock.acquire(), _LONGEST_WAIT)
    try:
        begun = time()
        yield
        rest_until = time() + min(_REST_FOR_WORK * (time() - begun), _LONGEST_REST)
        while is_crowded() and time() < rest_until:  # noqa: ASYNC110 - a crowd goes by not coming back
            await asyncio.sleep(_PAUSE_SECONDS)
    finally:
        if mine:
            lock.release()

"""Live pages: what changes at insight is passed on to the browser, as `change` and `change-<complaint>`."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Final

import httpx

from shared.running import Service

_BEAT: Final = 15.0
_GATHER: Final = 0.6
"""Seconds: however much happens, a browser is told at most so often, and always of the last change."""
_AGAIN: Final = b"retry: 3000\n\n"


async def changes(service: Service, token: str) -> AsyncGenerator[bytes]:
    """Yield an SSE stream for one browser, until it goes, insight ends it, or the service stops.

    The browser comes back by itself, with a session that is looked at again.
    """
    yield _AGAIN
    heard: asyncio.Queue[str | None] = asyncio.Queue()
    reader = asyncio.create_task(_read(service, token, heard))
    try:
        while not service.stopping.is_set():
            try:
                names = [await asyncio.wait_for(heard.get(), _BEAT)]
            except TimeoutError:
                yield b": still here\n\n"
                continue
            await asyncio.sleep(_GATHER)
            while not heard.empty():
                names.append(heard.get_nowait())
            for name in dict.fromkeys(names):
                if name is None:
                    return
                yield f"event: {name}\ndata: {{}}\n\n".encode()
    finally:
        reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reader


async def _read(service: Service, token: str, heard: "asyncio.Queue[str | None]") -> None:
    try:
        async with contextlib.aclosing(service.services.stream("insight", "/changes", token=token)) as pieces:
            async for line in _lines(pieces):
                # insight begins with when to come again: from here on it tells, and nobody tells what changed before
                for name in ["change"] if line.startswith("retry:") else said(line.removeprefix("data:")):
                    heard.put_nowait(name)
    except (OSError, httpx.TransportError):
        pass
    finally:
        heard.put_nowait(None)


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[str]:
    rest = b""
    async for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.decode()


def said(data: str) -> list[str]:
    """Return the names under which the browser is told of one change: for lists, and for the complaint's own page."""
    try:
        change: Any = json.loads(data)
    except ValueError:
        return []
    if not isinstance(change, dict):
        return []
    complaint = change.get("complaint")
    return ["change", f"change-{complaint}"] if complaint else ["change"]

"""Live pages: what changes at insight is passed on to the browser, as `change` and `change-<complaint>`."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Final

import httpx

from shared.running import Service

_BEAT: Final = 15.0
_AGAIN: Final = b"retry: 3000\n\n"


async def changes(service: Service, token: str) -> AsyncGenerator[bytes]:
    """Yield an SSE stream for one browser, until it goes, insight ends it, or the service stops.

    The browser comes back by itself, with a session that is looked at again.
    """
    yield _AGAIN
    lines: asyncio.Queue[bytes | None] = asyncio.Queue()
    reader = asyncio.create_task(_read(service, token, lines))
    try:
        while not service.stopping.is_set():
            try:
                line = await asyncio.wait_for(lines.get(), _BEAT)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if line is None:
                return
            yield line
    finally:
        reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reader


async def _read(service: Service, token: str, lines: "asyncio.Queue[bytes | None]") -> None:
    try:
        async with contextlib.aclosing(service.services.stream("insight", "/changes", token=token)) as pieces:
            async for data in _data(pieces):
                for message in said(data):
                    lines.put_nowait(message)
    except (OSError, httpx.TransportError):
        pass
    finally:
        lines.put_nowait(None)


async def _data(pieces: AsyncIterator[bytes]) -> AsyncIterator[str]:
    rest = b""
    async for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            if line.startswith(b"data:"):
                yield line[5:].strip().decode()


def said(data: str) -> list[bytes]:
    """Return what the browser is told of one change: ids and codes, as insight says them."""
    try:
        change: Any = json.loads(data)
    except ValueError:
        return []
    if not isinstance(change, dict):
        return []
    content = json.dumps({name: change[name] for name in ("complaint", "stage") if name in change})
    names = ["change", *([f"change-{change['complaint']}"] if change.get("complaint") else [])]
    return [f"event: {name}\ndata: {content}\n\n".encode() for name in names]

"""Reading an endless answer (SSE) of another application in the same process, piece by piece.

httpx's own transport for applications gives an answer only once it has ended; a stream never does.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping, MutableMapping
from typing import Any

_SECONDS_TO_END = 1.0
_Message = MutableMapping[str, Any]


async def stream_of(app: Callable[..., Any], path: str, headers: Mapping[str, str]) -> AsyncGenerator[bytes]:
    """GET ``path`` of an ASGI application and yield its body as it comes; hang up when the reader stops.

    Raises ``ConnectionError`` when it answers with anything but 200.
    """
    pieces: asyncio.Queue[bytes | None] = asyncio.Queue()
    gone, asked, status = asyncio.Event(), False, 0

    async def receive() -> _Message:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: _Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            pieces.put_nowait(message.get("body", b""))
            if not message.get("more_body"):
                pieces.put_nowait(None)

    task = asyncio.create_task(app(_scope(path, headers), receive, send))
    task.add_done_callback(lambda _: pieces.put_nowait(None))
    try:
        while (piece := await pieces.get()) is not None:
            if status != 200:
                raise ConnectionError(f"{path} answered {status}")
            if piece:
                yield piece
    finally:
        gone.set()
        await asyncio.wait({task}, timeout=_SECONDS_TO_END)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task


def _scope(path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "server": ("service", 80),
        "client": ("127.0.0.1", 0),
    }

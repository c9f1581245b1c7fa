"""No request fills the memory: a body is read up to a limit, whoever sends it, before anybody is asked who they are."""

from typing import Final

from fastapi import HTTPException  # Starlette's own would be taken for a broken body
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES: Final = 25 * 1024 * 1024
"""A file of 20 MB with its form around it; the gateway has the same limit. Intake's own routes take less."""


class BodyLimit:
    """Breaks off reading (413) when a body says that it is larger, or turns out to be."""

    def __init__(self, app: ASGIApp, most: int = MOST_BYTES) -> None:
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a measure on what is read of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stated = dict(scope["headers"]).get(b"content-length", b"")
        too_large, read = stated.isdigit() and int(stated) > self._most, 0

        async def measured() -> Message:
            nonlocal read
            message: Message = {} if too_large else await receive()
            read += len(message.get("body", b""))
            if too_large or read > self._most:
                raise HTTPException(413)
            return message

        await self._app(scope, measured, send)

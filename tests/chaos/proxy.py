"""A small TCP proxy between a service and its database or broker, for faults of the network.

async with Proxy(host, port) as proxy:     # proxy.port is where the service goes
    proxy.cut()            # connections end, new ones are refused
    proxy.half_open()      # connections stay and new ones are taken; not a byte goes through any more
    proxy.slow(0.2)        # each piece takes so many seconds more
    proxy.heal()           # as before; what was half-open is ended, as a network does that has come back
"""

import asyncio
import contextlib
from types import TracebackType
from typing import Literal

State = Literal["through", "cut", "half-open"]


class Proxy:
    """Listens on a free port of this machine, for as long as it is entered."""

    def __init__(self, host: str, port: int, listen: int = 0) -> None:
        self._target = host, port
        self.port = listen
        self.state: State = "through"
        self.delay = 0.0
        self.taken = 0
        """Connections taken since it was entered."""
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Proxy":
        """Begin to listen."""
        await self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything."""
        self._hang_up()
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """End all connections, refuse new ones."""
        self.state = "cut"
        if self._server is not None:
            self._server.close()
            self._server = None
        self._hang_up()

    def half_open(self) -> None:
        """Keep connections, take new ones, and swallow every byte."""
        self.state = "half-open"

    def slow(self, seconds: float) -> None:
        """Let each piece take so much longer."""
        self.delay = seconds

    async def heal(self) -> None:
        """Let everything through again."""
        was, self.state, self.delay = self.state, "through", 0.0
        if was == "half-open":
            self._hang_up()
        if self._server is None:
            await self._open()

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def _hang_up(self) -> None:
        for end in list(self._ends):
            end.transport.abort()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.taken += 1
        self._ends.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            self._ends.add(far_writer)
            try:
                await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
            finally:
                self._drop(far_writer)
        except OSError:
            pass
        finally:
            self._drop(writer)
            self._tasks.discard(task)

    def _drop(self, end: asyncio.StreamWriter) -> None:
        self._ends.discard(end)
        end.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await source.read(65_536):
                if self.delay:
                    await asyncio.sleep(self.delay)
                if self.state == "half-open":
                    continue
                sink.write(piece)
                await sink.drain()
        sink.transport.abort()

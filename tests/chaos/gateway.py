"""A gateway as small as can be: the first part of the path names the service; a replica that is gone is passed over."""

import asyncio
from collections import defaultdict
from types import TracebackType


class Gateway:
    """One address for all services on this machine. A request that has begun at one replica goes to no other one."""

    def __init__(self) -> None:
        self.replicas: dict[str, list[int]] = defaultdict(list)
        """The ports at which each service answers."""
        self.port = 0
        self._server: asyncio.Server | None = None
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Gateway":
        """Begin to listen."""
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)  # nobody else would hold it
        task.add_done_callback(self._tasks.discard)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            service = head.split(b" ", 2)[1].split(b"/", 2)[1].split(b"?")[0].decode()
            far_reader, far_writer = await self._reach(service)
        except (OSError, asyncio.IncompleteReadError, IndexError):
            writer.transport.abort()
            return
        # one request a connection: the next one may go to another replica
        lines = [line for line in head[:-4].split(b"\r\n") if not line.lower().startswith(b"connection:")]
        far_writer.write(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n")
        await asyncio.gather(_pump(reader, far_writer, ends=False), _pump(far_reader, writer, ends=True))

    async def _reach(self, service: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        ports = self.replicas[service]
        self._turn += 1
        for place in range(len(ports)):
            try:
                return await asyncio.open_connection("127.0.0.1", ports[(self._turn + place) % len(ports)])
            except OSError:
                continue
        raise ConnectionRefusedError(service)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, ends: bool) -> None:
    try:
        while piece := await source.read(65_536):
            sink.write(piece)
            await sink.drain()
    except OSError:
        sink.transport.abort()
    finally:
        if ends:
            sink.close()

"""A consumer in a process of its own, to be killed: says of each event that it is handled, and stops at one for ever.

python -m tests.contracts.reader DATABASE_URL BUS_ADDRESS PREFIX
"""

import asyncio
import sys
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from shared.consumer import Consumer
from shared.database import Database
from shared.events import AlarmRaised, Event
from tests.contracts.wire import make_bus, note

LAST = 27
"""The event at which it stops: in the middle of its second batch at the earliest."""
_numbers = count(1)


async def until_the_last(session: AsyncSession, event: Event) -> None:
    await note(session, event)
    print("handled", flush=True)  # noqa: T201 - the test reads it
    if next(_numbers) == LAST:
        await asyncio.Event().wait()


async def main(url: str, address: str, prefix: str) -> None:
    bus = make_bus(address, prefix)
    await bus.start()
    database = Database(url, "sla")
    await Consumer(
        database=database,
        bus=bus,
        group="sla",
        topics=["complaints"],
        handlers={AlarmRaised: until_the_last},
        max_events=20,
    ).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""A consumer in a process of its own, to be killed: takes in slowly, and says so line by line.

python -m tests.contracts.reader DATABASE_URL BUS_ADDRESS PREFIX
"""

import asyncio
import sys

from sqlalchemy.ext.asyncio import AsyncSession

from shared.consumer import Consumer
from shared.database import Database
from shared.events import AlarmRaised, Event
from tests.contracts.wire import make_bus, note


async def slowly(session: AsyncSession, event: Event) -> None:
    await note(session, event)
    print("handled", flush=True)  # noqa: T201 - the test reads it
    await asyncio.sleep(0.02)


async def main(url: str, address: str, prefix: str) -> None:
    bus = make_bus(address, prefix)
    await bus.start()
    database = Database(url, "sla")
    await Consumer(
        database=database, bus=bus, group="sla", topics=["complaints"], handlers={AlarmRaised: slowly}, max_events=20
    ).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

"""The consumer: takes in the facts of the other services - at least once on the wire, exactly once in effect.

A batch is one transaction: the handlers' effects, the last-seen sequences, and what they publish. A batch that fails is
halved until the culprit stands alone; then its complaint is parked, and the others go on. When the database, the
broker or a service that must be asked is down, everything waits and nothing is skipped.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from shared import batch, inbox, people_first
from shared.bus import Bus, Portion, Subscription, Unreadable, dead_letter
from shared.clock import held, stands_still
from shared.database import Database
from shared.events import Event, Fact
from shared.faults import describe, is_infrastructure
from shared.logs import log, where
from shared.outbox import publish_said

Handler = Callable[[AsyncSession, Event], Awaitable[None]]
CatchUp = Callable[[str, str, int], Awaitable[list[Event]]]
"""(source, subject, after_sequence) -> what the owner's journal holds after that, in order."""

_SLOWEST_RETRY = 5.0


class Ahead(Exception):
    """Raised by a handler: this fact needs another one that has not come yet. It is tried again for a minute."""


class Poison(Exception):
    """A fact that a handler waits for cannot be read."""


class Held(Exception):
    """The simulated clock is held: nothing is consumed."""


class Gap(Exception):
    """Events are missing on the wire; ``gaps`` names the last sequence before each."""

    def __init__(self, gaps: inbox.Sources) -> None:
        super().__init__(len(gaps))
        self.gaps = gaps


class Consumer:
    """The ear of a service. Run it as a task in every replica: the carrier shares the partitions out."""

    def __init__(
        self,
        *,
        database: Database,
        bus: Bus,
        group: str,
        topics: Iterable[str],
        handlers: Mapping[type[Fact], Handler],
        prepare: Callable[[list[Event]], Awaitable[Any]] | None = None,
        after_batch: Callable[[AsyncSession, list[Event]], Awaitable[None]] | None = None,
        catch_up: CatchUp | None = None,
        info: Mapping[str, Any] | None = None,
        max_events: int = 1000,
    ) -> None:
        self.database = database
        self.handlers = handlers
        self.prepare = prepare
        self.after_batch = after_batch
        self.info = dict(info or {})
        self._bus = bus
        self._group = group
        self._topics = tuple(topics)
        self._catch_up = catch_up
        self._max_events = max_events
        self._awaited = {fact.type for fact in handlers}
        self._subscription: Subscription | None = None
        self._connecting = asyncio.Lock()
        self._pending: list[Portion] = []
        self._stopping = asyncio.Event()
        self._failures = 0
        self._look_for_waiting_at = 0.0
        self._log = log(database.service)

    async def run(self) -> None:
        """Takes in until ``stop``."""
        while not self._stopping.is_set():
            try:
                await self._round()
                self._failures = 0
            except Held:
                await self._sleep(0.02)
            except Exception as fault:  # noqa: BLE001 - tried again, whatever it was
                self._failures += 1
                delay = min(0.1 * 2 ** min(self._failures, 10), _SLOWEST_RETRY)
                tell = self._log.warning if is_infrastructure(fault) else self._log.error
                tell("consumer waits", error=type(fault).__name__, where=where(fault), tries=self._failures)
                await self._sleep(delay)
        if self._subscription is not None:
            await self._subscription.stop()

    async def stop(self) -> None:
        """Lets the batch that has begun finish; ``run`` then returns."""
        self._stopping.set()

    def healthy(self) -> bool:
        """False when it cannot read or has failed time and again: the service is not ready."""
        return self._failures < 5 and (self._subscription is None or self._subscription.healthy())

    async def connect(self) -> Subscription:
        """Joins its group; ``run`` does so by itself."""
        async with self._connecting:
            if self._subscription is None:
                self._subscription = await self._bus.subscribe(self._group, self._topics)
            return self._subscription

    async def rewind(self) -> None:
        """Reads everything again from the beginning; what was taken in already has no effect a second time."""
        await (await self.connect()).rewind()

    async def lag(self) -> int:
        """How many events of its topics the group has not taken in."""
        return await (await self.connect()).lag()

    async def _round(self) -> None:
        subscription = await self.connect()
        if not self._pending:
            self._pending = await self._fetch(subscription)
        if self._pending:
            async with people_first.turn():
                await self.take_in([event for portion in self._pending for event in portion.events])
                done, self._pending = self._pending, []
                await subscription.commit(done)
        await self._try_waiting_again()

    async def _fetch(self, subscription: Subscription) -> list[Portion]:
        most = people_first.FEW if people_first.is_crowded() else self._max_events
        fetching = asyncio.ensure_future(subscription.fetch(most, 1.0))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return fetching.result() if fetching.done() else []
        finally:
            # what a cancelled fetch has read is not committed: the group reads it again
            for task in (fetching, stopping):
                task.cancel()
            await asyncio.gather(fetching, stopping, return_exceptions=True)

    async def take_in(self, events: Sequence[Event], *, healed: bool = False) -> None:
        """Takes events in, in order, each in effect once. Raises only for faults of the infrastructure, and Held."""
        try:
            await self._transact(events, healed=healed)
        except Held:
            raise
        except Gap as gap:
            await self.take_in(await self._heal(events, gap.gaps), healed=True)
        except Exception as fault:
            if is_infrastructure(fault):
                raise
            if len(events) == 1:
                await self._park(events[0], fault)
                return
            middle = len(events) // 2
            await self.take_in(events[:middle], healed=healed)
            await self.take_in(events[middle:], healed=healed)

    async def _transact(self, events: Sequence[Event], *, healed: bool) -> None:
        # before anybody else is asked, not only inside the transaction
        if self.prepare and self.database.simulated and await stands_still(self.database):
            raise Held
        prepared = await self.prepare(list(events)) if self.prepare else None
        async with self.database.session() as session:
            if await held(session):
                raise Held
            session.info.update(self.info, prepared=prepared, said=[])
            sifted = inbox.sift(events, await inbox.lock(session, (event.subject for event in events)))
            if sifted.gaps and not healed:
                raise Gap(sifted.gaps)
            batch.begin(session, (event.subject for event in sifted.fresh if type(event.data) in self.handlers))
            for event in sifted.fresh:
                await self.handle(session, event)
                await people_first.breathe()
            if self.after_batch and sifted.fresh:
                await self.after_batch(session, sifted.fresh)
            await publish_said(session)
            await inbox.mark(session, sifted.fresh, sifted.fresh)
            await inbox.set_aside(session, sifted.stranded, "gap")
            await inbox.set_aside(session, sifted.behind, None)

    async def handle(self, session: AsyncSession, event: Event) -> None:
        """Runs the handler of one event, if it has one."""
        if isinstance(event.data, Unreadable) and event.type in self._awaited:
            raise Poison(event.type)
        handler = self.handlers.get(type(event.data))
        if handler:
            await handler(session, event)

    async def _heal(self, events: Sequence[Event], gaps: inbox.Sources) -> list[Event]:
        topics = {(event.source, event.subject): event.topic for event in events}
        missing = {}
        for (source, subject), after in gaps.items():
            pulled = await self.pull(source, subject, after, topics[source, subject])
            self._log.warning("gap", source=source, subject=subject, sequence=after, count=len(pulled))
            missing[source, subject] = pulled
        return fill(events, missing)

    async def pull(self, source: str, subject: str, after: int, topic: str) -> list[Event]:
        """What the owner's journal holds of one subject after a sequence; nothing when the owner does not know it."""
        if self._catch_up is None:
            return []
        try:
            return [replace(event, topic=topic) for event in await self._catch_up(source, subject, after)]
        except Exception as fault:
            if is_infrastructure(fault):
                raise
            self._log.error("no catching up", source=source, subject=subject, error=type(fault).__name__)
            return []

    async def _park(self, event: Event, fault: Exception) -> None:
        ahead = isinstance(fault, Ahead)
        if ahead:
            self._look_for_waiting_at = 0.0
        else:
            fields = {"type": event.type, "subject": event.subject, "source": event.source, "sequence": event.sequence}
            self._log.error("parked", error=type(fault).__name__, where=where(fault), **fields)
            await self.bury([event])
        async with self.database.session() as session:
            sifted = inbox.sift([event], await inbox.lock(session, [event.subject]))
            await inbox.set_aside(session, sifted.fresh, None if ahead else describe(fault))
            await inbox.set_aside(session, [*sifted.stranded, *sifted.behind], None)

    async def bury(self, events: Sequence[Event]) -> None:
        """Puts a copy on the dead-letter topic."""
        await self._bus.append([replace(event, topic=dead_letter(self.database.service)) for event in events])

    async def _try_waiting_again(self) -> None:
        from shared.parking import try_waiting_again

        time = asyncio.get_running_loop().time()
        if time >= self._look_for_waiting_at:
            waiting = await try_waiting_again(self)
            self._look_for_waiting_at = time + (0.2 if waiting else 2.0)

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def fill(events: Sequence[Event], missing: Mapping[tuple[str, str], Sequence[Event]]) -> list[Event]:
    """Puts events that were pulled before the first one that they precede, each once."""
    filled: list[Event] = []
    placed: set[tuple[str, str, int]] = set()
    for event in events:
        pulled = missing.get((event.source, event.subject), ())
        for one in (*(each for each in pulled if each.sequence < event.sequence), event):
            key = (one.source, one.subject, one.sequence)
            if key not in placed:
                placed.add(key)
                filled.append(one)
    return filled

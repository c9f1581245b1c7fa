"""What only Apache Kafka can do to a reader: rebalances, a broker that goes away, a consumer that stops reading."""

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared import kafka
from shared.consumer import Consumer
from shared.events import Event
from tests.contracts.wire import Wire, assert_in_order, note, tell, wait_for_effects
from tests.infrastructure.kafka import KafkaBroker
from tests.waiting import until

pytestmark = pytest.mark.kafka
COMPLAINTS = [f"complaint-{number}" for number in range(24)]


class Worker:
    """A handler that says which replica took an event in, and can be stopped in the middle of a batch."""

    def __init__(self) -> None:
        self.handled = 0
        self.in_the_middle = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def __call__(self, session: AsyncSession, event: Event) -> None:
        await note(session, event)
        self.handled += 1
        if not self.go_on.is_set():
            self.in_the_middle.set()
            await self.go_on.wait()


async def _holds(consumer: Consumer, at_least: int) -> bool:
    return len((await consumer.connect())._consumer.assignment()) >= at_least


async def test_two_replicas_both_work_and_nothing_is_doubled(kafka_wire: Wire) -> None:
    intake = await kafka_wire.service("intake")
    await kafka_wire.relay(intake)
    workers = [Worker(), Worker()]
    replicas = [await kafka_wire.listen("sla", worker) for worker in workers]
    for replica in replicas:
        await until(lambda replica=replica: _holds(replica, 3))
    await tell(intake, COMPLAINTS, range(5))
    found = await wait_for_effects(kafka_wire.databases["sla"], 120)
    assert_in_order(found, {(one, "intake"): 5 for one in COMPLAINTS})
    assert all(worker.handled > 0 for worker in workers)


@pytest.mark.parametrize("patience", ["is enough", "runs out"])
async def test_a_rebalance_in_the_middle_of_a_batch_doubles_and_loses_nothing(
    kafka_wire: Wire, patience: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka, "_SETTLE_SECONDS", 5.0 if patience == "is enough" else 0.2)
    intake = await kafka_wire.service("intake")
    await kafka_wire.relay(intake)
    slow, quick = Worker(), Worker()
    slow.go_on.clear()
    await tell(intake, COMPLAINTS, range(5))
    await kafka_wire.listen("sla", slow, max_events=50)
    await asyncio.wait_for(slow.in_the_middle.wait(), 60)
    replica = await kafka_wire.listen("sla", quick)
    if patience == "is enough":
        await asyncio.sleep(1)
    else:
        await until(lambda: _holds(replica, 3))
        # the partitions are the other's now, and the batch that has begun still holds its complaints
        await asyncio.sleep(0.5)
    slow.go_on.set()
    await until(lambda: _holds(replica, 3))
    await tell(intake, COMPLAINTS, range(5, 8))
    found = await wait_for_effects(kafka_wire.databases["sla"], 24 * 8)
    assert_in_order(found, {(one, "intake"): 8 for one in COMPLAINTS})
    assert quick.handled > 0


async def test_a_consumer_that_stops_reading_is_built_anew(kafka_wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "STALLED_SECONDS", 2.0)
    intake = await kafka_wire.service("intake")
    await kafka_wire.relay(intake)
    consumer = await kafka_wire.listen()
    await tell(intake, COMPLAINTS, [0])
    await wait_for_effects(kafka_wire.databases["sla"], 24)
    reader = (await consumer.connect())._consumer
    reader.pause(*reader.assignment())  # it goes on beating its heart, and reads no more
    await tell(intake, COMPLAINTS, [1])
    assert_in_order(await wait_for_effects(kafka_wire.databases["sla"], 48), {(one, "intake"): 2 for one in COMPLAINTS})
    assert (await consumer.connect())._consumer is not reader
    assert consumer.healthy()


async def test_a_consumer_that_cannot_be_helped_is_not_ready(kafka_wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "STALLED_SECONDS", 0.5)
    intake = await kafka_wire.service("intake")
    await kafka_wire.relay(intake)
    consumer = await kafka_wire.consumer()

    async def reads_nothing(*_: object, timeout_ms: int, **__: object) -> dict[object, object]:
        await asyncio.sleep(timeout_ms / 1000)
        return {}

    monkeypatch.setattr("aiokafka.AIOKafkaConsumer.getmany", reads_nothing)
    await tell(intake, COMPLAINTS, [0])
    kafka_wire.run(consumer)
    await until(lambda: _not_healthy(consumer))


async def _not_healthy(consumer: Consumer) -> bool:
    return not consumer.healthy()


async def test_a_broker_that_goes_away_and_comes_back_loses_nothing(kafka_wire: Wire, kafka: KafkaBroker) -> None:
    intake = await kafka_wire.service("intake")
    await kafka_wire.relay(intake)
    await kafka_wire.listen()
    await tell(intake, COMPLAINTS, [0])
    await wait_for_effects(kafka_wire.databases["sla"], 24)
    kafka.pause()
    try:
        await tell(intake, COMPLAINTS, [1, 2])
        await asyncio.sleep(3)
    finally:
        kafka.resume()
    await tell(intake, COMPLAINTS, [3])
    found = await wait_for_effects(kafka_wire.databases["sla"], 96, 120)
    assert_in_order(found, {(one, "intake"): 4 for one in COMPLAINTS})

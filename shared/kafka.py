"""The carrier over Apache Kafka (aiokafka): a topic per kind of thing, keyed by subject, CloudEvents in binary mode."""

import asyncio
import contextlib
from collections.abc import Iterable, Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError, TopicAlreadyExistsError
from aiokafka.structs import ConsumerRecord

from shared.bus import TOPICS, Portion, Subscription, check_size, read_message
from shared.events import Event, to_kafka
from shared.logs import log

_RECORD = 1_048_576
"""Bytes that a record may have: the largest event and its headers."""
STALLED_SECONDS = 30.0
"""How long nothing may come while something waits, before the consumer is built anew."""
_SETTLE_SECONDS = 5.0
_REBUILDS = 3
_log = log("kafka")


async def ensure_topics(bootstrap: str, prefix: str = "") -> None:
    """Makes the topics that are missing: partitions as in ``TOPICS``, kept for ever, at most three copies."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=20_000)
    await admin.start()
    try:
        copies = min(3, len((await admin.describe_cluster())["brokers"]))
        known = set(await admin.list_topics())
        settings = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}
        wanted = [
            NewTopic(prefix + name, partitions, copies, topic_configs=settings)
            for name, partitions in TOPICS.items()
            if prefix + name not in known
        ]
        if wanted:
            with contextlib.suppress(TopicAlreadyExistsError):
                await admin.create_topics(wanted)
    finally:
        await admin.close()


class KafkaBus:
    """The carrier of a distributed office. ``prefix`` tells offices on one broker apart: topics and groups bear it."""

    def __init__(self, bootstrap: str, prefix: str = "", *, session_seconds: float = 10.0) -> None:
        self.bootstrap = bootstrap
        self.prefix = prefix
        self.session_seconds = session_seconds
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Makes the missing topics. The producer connects when it is first needed."""
        await ensure_topics(self.bootstrap, self.prefix)

    async def append(self, events: Sequence[Event]) -> None:
        """Returns when all are acknowledged by all replicas in sync."""
        records = [(self.prefix + event.topic, *to_kafka(event)) for event in events]
        for event, (_, _, value, _) in zip(events, records, strict=True):
            check_size(event.type, value)
        producer = await self._connected()
        try:
            # in order: the next is handed over only when the one before has its place in the batch
            sent = [
                await producer.send(topic, key=key, value=value, headers=headers)
                for topic, key, value, headers in records
            ]
            await asyncio.gather(*sent)
        except (KafkaError, OSError):
            await self._disconnect()
            raise

    async def _connected(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=self.bootstrap,
                    acks="all",
                    enable_idempotence=True,
                    max_batch_size=131_072,
                    max_request_size=2 * _RECORD,
                    request_timeout_ms=20_000,
                )
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer

    async def _disconnect(self) -> None:
        # after a failure an idempotent producer cannot be trusted to know its own sequence
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(KafkaError, OSError):
                await asyncio.wait_for(producer.stop(), _SETTLE_SECONDS)

    async def subscribe(self, group: str, topics: Iterable[str]) -> Subscription:
        """A reader of the group; Kafka shares the partitions out."""
        subscription = KafkaSubscription(self, group, tuple(topics))
        await subscription.connect()
        return subscription

    async def end_offsets(self, topics: Iterable[str]) -> dict[tuple[str, int], int]:
        """The offset after the last event of each partition."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap)
        await consumer.start()
        try:
            partitions = [
                TopicPartition(self.prefix + topic, number)
                for topic in topics
                for number in range(TOPICS.get(topic, 1))
            ]
            ends = await consumer.end_offsets(partitions)
        finally:
            await consumer.stop()
        return {(each.topic.removeprefix(self.prefix), each.partition): end for each, end in ends.items()}

    async def look(self) -> None:
        """Asks the broker for its topics, over a new line. Raises when it does not answer."""
        client = AIOKafkaClient(bootstrap_servers=self.bootstrap, request_timeout_ms=3_000)
        try:
            await client.bootstrap()
        finally:
            await client.close()

    async def stop(self) -> None:
        """Closes the producer."""
        await self._disconnect()


class KafkaSubscription(ConsumerRebalanceListener):  # type: ignore[misc]
    """A consumer with a watchdog: aiokafka can stop reading after a rebalance or a broker's restart and say nothing."""

    def __init__(self, bus: KafkaBus, group: str, topics: Sequence[str]) -> None:
        self._bus = bus
        self._group = bus.prefix + group
        self._topics = topics
        self._consumer: AIOKafkaConsumer | None = None
        self._settled = asyncio.Event()
        self._settled.set()
        self._quiet_seconds = 0.0
        self._rebuilds = 0
        self._lag_before = 0

    async def connect(self) -> None:
        """Joins the group."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bus.bootstrap,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=int(self._bus.session_seconds * 1000),
            heartbeat_interval_ms=1_000,
            max_poll_interval_ms=300_000,
            rebalance_timeout_ms=15_000,
            request_timeout_ms=20_000,
            fetch_max_wait_ms=200,
        )
        consumer.subscribe([self._bus.prefix + topic for topic in self._topics], listener=self)
        try:
            await consumer.start()
        except BaseException:
            await consumer.stop()
            raise
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Lets the batch that has begun finish before the partitions go to another reader; not for ever."""
        if list(revoked):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._settled.wait(), _SETTLE_SECONDS)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Nothing: reading goes on from the offsets that the group has committed."""

    async def fetch(self, max_events: int, timeout: float) -> list[Portion]:  # noqa: ASYNC109 - the wire's own wait
        """The next events; waits up to ``timeout`` seconds. Rebuilds itself when it has stalled."""
        self._settled.set()
        if self._consumer is None:
            await self.connect()
        assert self._consumer is not None
        try:
            reading = self._consumer.getmany(timeout_ms=int(timeout * 1000), max_records=max_events)
            found = await asyncio.wait_for(reading, timeout + STALLED_SECONDS)
        except TimeoutError:
            await self._rebuild()
            return []
        except KafkaError:
            await self._rebuild()
            raise
        if not found:
            await self._watch(timeout)
            return []
        self._settled.clear()
        self._quiet_seconds, self._rebuilds = 0.0, 0
        return [self._portion(partition, records) for partition, records in found.items()]

    def _portion(self, partition: TopicPartition, records: Sequence[ConsumerRecord]) -> Portion:
        topic = partition.topic.removeprefix(self._bus.prefix)
        events = []
        for record in records:
            event = read_message(topic, record.headers, record.value)
            if event is None:
                _log.error(
                    "not a CloudEvent, passed over", topic=topic, partition=partition.partition, offset=record.offset
                )
            else:
                events.append(event)
        return Portion(topic, partition.partition, records[-1].offset + 1, events)

    async def commit(self, portions: Sequence[Portion]) -> None:
        """Commits what it still holds; what went to another reader is read again there, without effect."""
        offsets = {TopicPartition(self._bus.prefix + each.topic, each.partition): each.end for each in portions}
        if self._consumer is not None:
            held = self._consumer.assignment()
            mine = {partition: end for partition, end in offsets.items() if partition in held}
            try:
                if mine:
                    await self._consumer.commit(mine)
            except (CommitFailedError, IllegalStateError):
                _log.warning("commit came too late", group=self._group)
        self._settled.set()

    async def rewind(self) -> None:
        """Goes back to the beginning of all partitions that it holds."""
        if self._consumer is not None:
            held = self._consumer.assignment()
            await self._consumer.seek_to_beginning(*held)
            await self._consumer.commit({partition: await self._consumer.position(partition) for partition in held})

    async def lag(self) -> int:
        """How many events of its topics the group has not taken in yet."""
        return await self._lag(
            TopicPartition(self._bus.prefix + topic, number)
            for topic in self._topics
            for number in range(TOPICS.get(topic, 1))
        )

    async def _lag(self, partitions: Iterable[TopicPartition]) -> int:
        if self._consumer is None:
            return 0
        ends = await self._consumer.end_offsets(list(partitions))
        return sum([end - (await self._consumer.committed(partition) or 0) for partition, end in ends.items()])

    def healthy(self) -> bool:
        """False after three rebuilds that did not help."""
        return self._rebuilds < _REBUILDS

    async def _watch(self, waited: float) -> None:
        self._quiet_seconds += waited
        if self._quiet_seconds < STALLED_SECONDS or self._consumer is None:
            return
        self._quiet_seconds = 0.0
        held = self._consumer.assignment()
        before, self._lag_before = (
            self._lag_before,
            await asyncio.wait_for(self._lag(held) if held else self.lag(), STALLED_SECONDS),
        )
        if not self._lag_before:
            self._rebuilds = 0
        # a reader that holds nothing is idle by right, as long as the others of its group move on
        if self._lag_before and (held or self._lag_before >= before > 0):
            await self._rebuild()

    async def _rebuild(self) -> None:
        self._rebuilds += 1
        _log.error("consumer stalled, built anew", group=self._group, tries=self._rebuilds)
        await self.stop()
        await self.connect()

    async def stop(self) -> None:
        """Leaves the group, so that others take over at once."""
        self._settled.set()
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with contextlib.suppress(KafkaError, OSError):
                await asyncio.wait_for(consumer.stop(), _SETTLE_SECONDS)

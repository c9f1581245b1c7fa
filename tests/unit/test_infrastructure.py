"""The ground the other tests stand on."""

import stat
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from sqlalchemy import text

from shared.database import Database, dsn
from shared.office import example_office
from shared.secrets import Secrets, ensure_secrets
from shared.settings import DATABASES, SERVICES, Settings, database_url


async def test_two_offices_on_one_server_do_not_see_each_other(make_office):
    first, second = await make_office(), await make_office()
    for office in (first, second):
        for name in DATABASES:
            database = Database(database_url(office, name), name)
            async with database.session() as session:
                assert await session.scalar(text("SELECT current_database()")) == office.database_prefix + name
            await database.dispose()
    stranger = database_url(first, "intake").rsplit("/", 1)[0] + f"/{second.database_prefix}intake"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(dsn(stranger))


async def test_text_is_ordered_by_code_point_on_every_server(make_office):
    office = await make_office()
    connection = await asyncpg.connect(dsn(database_url(office, "intake")))
    row = await connection.fetchrow(
        "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()"
    )
    assert (row["datlocprovider"], row["datlocale"]) == (b"b", "C.UTF-8")
    await connection.close()


async def test_kafka_carries_a_message(kafka):
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic("ground", 2, 1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap) as producer:
        await producer.send_and_wait("ground", b"heard", key=b"1")
    consumer = AIOKafkaConsumer("ground", bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest")
    async with consumer:
        assert (await consumer.getone()).value == b"heard"


def test_secrets_are_made_once_and_only_for_their_owner(tmp_path: Path):
    settings = Settings(data=tmp_path)
    first = ensure_secrets(settings)
    before = {path: path.read_bytes() for path in first.folder.rglob("*") if path.is_file()}
    ensure_secrets(settings)
    assert before == {path: path.read_bytes() for path in first.folder.rglob("*") if path.is_file()}
    for path in before:
        allowed = 0o644 if path.parent.name == "public" else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == allowed
    assert len(first.master_key()) == 32
    assert len({first.private_pem(service) for service in SERVICES}) == len(SERVICES)


def test_the_administrators_password_can_be_given(tmp_path: Path):
    ensure_secrets(Settings(data=tmp_path))
    ensure_secrets(Settings(data=tmp_path, admin_password="chosen by hand"))
    accounts = {each.username: each.password for each in Secrets(tmp_path / "keys").accounts()}
    assert accounts["admin"] == "chosen by hand"
    assert "chosen by hand" in (tmp_path / "demo-credentials.json").read_text("utf-8")


def test_the_example_office_can_play_every_part():
    office = example_office()
    assert {role for officer in office.officers for role in officer.roles} == {
        "operator", "handler", "supervisor", "reviewer", "archivist", "analyst", "administrator",
    }  # fmt: skip
    for department in office.departments:
        people = [each for each in office.officers if each.department == department.id]
        head = next(each for each in office.officers if each.id == department.head)
        assert "supervisor" in head.roles
        assert head in people
        if department.services:
            # author, checker and signer of a letter are three people (policy: signing)
            assert sum("handler" in each.roles for each in people if each != head) >= 2


def test_without_the_example_office_there_is_only_the_administrator(tmp_path: Path):
    made = ensure_secrets(Settings(data=tmp_path, example_office=False))
    assert [each.username for each in made.accounts()] == ["admin"]
    assert made.channel_keys() == []

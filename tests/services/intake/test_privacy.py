"""A person and their words are sealed, found only by keyed hashes, looked at on record, and erased for good."""

import pytest
from sqlalchemy import text

from services.intake.offices import intake_of
from tests.services.intake.conftest import Edge

PERSON = {"name": "歐陽 明", "phone": "138 0013 8000", "email": "Ouyang@example.com"}


@pytest.mark.clause("4/5.2.5", "1/1.1.6")
async def test_no_table_holds_a_person_or_a_text(edge: Edge) -> None:
    who = edge.channel("website")
    await edge.receive(
        who,
        channel="website",
        text="獨一無二的話",
        complainant=PERSON,
        external_id="EXT-SECRET",
        references={"meter": "MTR77"},
    )
    async with edge.service.database.engine.connect() as connection:
        tables = await connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables.all():
            rows = await connection.execute(
                text(f"SELECT t::text, encode(convert_to(t::text, 'UTF8'), 'hex') FROM \"{table}\" t")
            )
            for shown, _ in rows.all():
                for secret in (
                    "獨一無二",
                    "歐陽",
                    "欧阳",
                    "13800138000",
                    "138 0013",
                    "ouyang",
                    "Ouyang",
                    "EXT-SECRET",
                    "MTR77",
                ):
                    assert secret not in shown
                    assert secret.encode().hex() not in shown


async def test_a_person_is_found_by_phone_name_or_mail_in_either_script_and_the_search_is_on_record(edge: Edge) -> None:
    answer = await edge.receive(edge.channel("website"), channel="website", complainant=PERSON)
    for wanted in ({"phone": "+86 13800138000"}, {"name": "欧阳明"}, {"email": "ouyang@EXAMPLE.com"}):
        found = await edge.operator.post("/intake/people/search", json=wanted)
        assert answer["number"] in {each["number"] for each in found.json()}
    nobody = await edge.operator.post("/intake/people/search", json={"phone": "13800138001"})
    assert nobody.json() == []
    assert (await edge.operator.post("/intake/people/search", json={})).json() == []
    assert await _looks(edge, answer["id"], "search") == 3


async def test_every_look_of_a_person_at_the_record_is_on_record_also_through_another_service(edge: Edge) -> None:
    answer = await edge.receive(edge.channel("website"), channel="website", complainant=PERSON)
    row = await edge.operator.get(f"/intake/complaints/{answer['number']}")
    assert row.json()["complainant"]["name"] == "歐陽 明"
    await edge.other_service("reply", behind="water.handler").get(f"/intake/complaints/{answer['id']}")
    await edge.other_service("archive").get(f"/intake/complaints/{answer['id']}")
    assert await _looks(edge, answer["id"], "complaint") == 2


@pytest.mark.clause("4/5.2.5")
async def test_who_complains_in_confidence_is_known_only_to_those_who_take_in_review_or_file(edge: Edge) -> None:
    person = PERSON | {"confidential": True, "phone": "13600136000"}
    answer = await edge.receive(edge.channel("website"), channel="website", complainant=person)
    path = f"/intake/complaints/{answer['id']}"
    handler = edge.officer("water.handler", "handler", "supervisor")
    assert (await handler.get(path)).json()["complainant"] == {"name": None, "confidential": True}
    assert (await handler.post("/intake/people/search", json={"phone": "13600136000"})).json() == []
    assert (await edge.operator.get(path)).json()["complainant"]["name"] == "歐陽 明"
    assert len((await edge.operator.post("/intake/people/search", json={"phone": "13600136000"})).json()) == 1


async def test_erasing_destroys_the_key_so_that_texts_are_an_answer_and_not_a_failure(edge: Edge) -> None:
    answer = await edge.receive(
        edge.channel("website"), channel="website", complainant=PERSON | {"phone": "13700137000"}
    )
    id_ = answer["id"]
    service = edge.other_service()
    before = await service.post("/intake/keys", json={"ids": [id_]})
    assert len(before.json()[id_]) == 44
    assert (await edge.operator.post(f"/intake/complaints/{id_}/erasure")).status_code == 403
    assert (await edge.admin.post(f"/intake/complaints/{id_}/erasure")).status_code == 200
    assert (await service.post("/intake/keys", json={"ids": [id_]})).json() == {id_: None}
    assert (await service.post("/intake/texts", json={"ids": [id_], "parts": ["text", "person"]})).json() == {
        id_: {"erased": True}
    }
    row = (await edge.operator.get(f"/intake/complaints/{id_}")).json()
    assert (row["erased"], row["text"], row["complainant"]) == (True, None, None)
    assert (await edge.operator.post("/intake/people/search", json={"phone": "13700137000"})).json() == []
    assert (await edge.types(id_))[-1] == "complaint.erased"
    assert (await edge.complainant(answer).get(f"/intake/complaints/{answer['number']}/status")).status_code == 200


async def test_texts_and_keys_are_for_services_only(edge: Edge) -> None:
    for path in ("/intake/texts", "/intake/keys"):
        assert (await edge.operator.post(path, json={"ids": []})).status_code == 403
        assert (await edge.channel("website").post(path, json={"ids": []})).status_code == 401


async def test_keys_that_were_never_used_are_swept_and_used_ones_stay(edge: Edge) -> None:
    answer = await edge.receive(edge.channel("website"), channel="website")
    vault = intake_of(edge.service).vault
    orphan, _ = await vault.new()
    async with vault.database.session() as session:
        await session.execute(text("UPDATE keys SET created_at = created_at - interval '2 days'"))
    sweep = next(worker for worker in edge.service.spec.workers if worker.name == "sweep vault")
    while await sweep.run(edge.service):
        pass
    assert await vault.key(orphan) is None
    keys = await edge.other_service().post("/intake/keys", json={"ids": [answer["id"]]})
    assert keys.json()[answer["id"]]
    vault._ahead.clear()  # they were made old by this test only


@pytest.mark.clause("1/1.1.2")
async def test_a_channel_key_is_shown_once_works_and_is_refused_once_revoked(edge: Edge) -> None:
    wanted = {"name": "kiosk", "scopes": ["window"]}
    assert (await edge.operator.post("/intake/channel-keys", json=wanted)).status_code == 403
    made = (await edge.admin.post("/intake/channel-keys", json=wanted)).json()
    who = edge.client(X_Api_Key=made["key"])
    answer = await edge.receive(who, channel="window", form="spoken")
    assert (await edge.facts(answer["id"]))[0].data.model_dump()["by"] == "channel:kiosk"
    listed = await edge.admin.get("/intake/channel-keys")
    assert made["key"] not in listed.text
    assert (await edge.admin.delete(f"/intake/channel-keys/{made['id']}")).status_code == 204
    refused = await who.post("/intake/complaints", json={"channel": "window", "text": "x"})
    assert refused.status_code == 401


async def _looks(edge: Edge, complaint: str, what: str) -> int:
    async with edge.service.database.session() as session:
        found = await session.scalar(
            text("SELECT count(*) FROM looks WHERE complaint = CAST(:id AS uuid) AND what = :what"),
            {"id": complaint, "what": what},
        )
    return int(found)

"""A department and its people join: every service that has to know them has heard of them."""

from tests.journeys.story import WATER_COMPLAINT, Story, good
from tests.office import Office

PLANT = {
    "id": "plant",
    "name": {"zh_hant": "淨水廠", "zh_hans": "净水厂", "en": "Water Plant"},
    "parent": "water",
    "head": None,
    "services": [],
}


async def test_a_complaint_about_a_newcomer_is_kept_from_them_and_their_head_everywhere(office: Office) -> None:
    admin = await office.as_("admin")
    await good(await admin.post("/casework/departments", json=PLANT))
    for name, roles in (("plant.head", ["supervisor", "handler"]), ("plant.handler", ["handler", "supervisor"])):
        names = {"zh_hant": name, "zh_hans": name, "en": name}
        officer = {"id": name, "name": names, "department": "plant", "roles": roles}
        await good(await admin.post("/casework/officers", json=officer))
    await good(await admin.post("/casework/departments", json=PLANT | {"head": "plant.head"}))
    await office.settle()
    head = office.newcomer("plant.head", "plant", "supervisor", "handler")
    handler = office.newcomer("plant.handler", "plant", "handler", "supervisor")

    # a complaint is given to them, and is worked
    story = await Story.by_phone(office)
    newcomer = {"department": "plant", "officer": "plant.handler", "reason": "泵站歸新部門。"}
    await story.as_("director", "POST", "/casework/complaints/{id}/assignment", **newcomer)
    await story.as_("plant.handler", "POST", "/casework/complaints/{id}/acceptance")
    told = await story.told_story()
    assert (told["department"], told["officer"], told["accepted"]) == ("plant", "plant.handler", True)
    queue = (await handler.get("/insight/queues/mine")).json()
    assert [one["id"] for one in queue["items"]] == [story.id]
    queue = (await head.get("/insight/queues/department")).json()
    assert [one["id"] for one in queue["items"]] == [story.id]

    # another one names the handler: intake knows who that is, and nobody shows it to them or their head
    named = WATER_COMPLAINT | {"named_officers": ["plant.handler"]}
    other = await Story.by_phone(office, named, text="淨水廠的值班人員態度惡劣。")
    await other.handle("acceptance")
    await other.investigated()
    await other.decided()
    await other.replied()
    await other.closed()
    archivist = await office.as_("archivist1")
    (file,) = (await archivist.get("/archive/files", params={"number": other.number})).json()["items"]
    for kept_away in (handler, head):
        for service in ("intake", "casework", "reply", "insight"):
            assert (await kept_away.get(f"/{service}/complaints/{other.id}")).status_code == 403, service
        assert (await kept_away.get(f"/archive/files/{file['id']}")).status_code == 403


async def test_a_complaint_that_names_nobody_of_the_office_is_refused(office: Office) -> None:
    body = {"channel": "phone", "text": "值班人員態度惡劣。", "registration": WATER_COMPLAINT | {"officer": "no.body"}}
    answer = await (await office.as_("operator1")).post("/intake/complaints", json=body)
    assert answer.status_code == 422

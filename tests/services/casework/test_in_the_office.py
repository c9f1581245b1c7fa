"""Casework among the other services: the facts are theirs, the answers go over HTTP."""

from typing import Any

import httpx

from tests.conftest import MakeOffice
from tests.office import Office, open_office

REGISTRATION: dict[str, Any] = {
    "service": "water",
    "topic_code": "water.pressure",
    "nature": "service_quality",
    "kind": "complaint",
    "level": 3,
    "importance": "ordinary",
}


async def called(office: Office) -> dict[str, Any]:
    """A complaint that an operator took on the phone and registered in the same step."""
    answer = await office.receive(
        await office.as_("operator1"),
        channel="phone",
        text="No pressure on the fifth floor since Sunday.",
        complainant={"name": "Lin Mei", "phone": "+8613800000000", "email": "lin@example.org"},
        registration=REGISTRATION,
    )
    await office.settle()
    return answer


async def case_of(office: Office, complaint: str) -> dict[str, Any]:
    answer = await (await office.as_("director")).get(f"/casework/complaints/{complaint}")
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


async def step(who: httpx.AsyncClient, path: str, body: Any = None) -> Any:
    answer = await who.post(path, json=body if body is not None else {})
    assert answer.is_success, f"{path}: {answer.text}"
    return answer.json()


async def test_a_phone_complaint_is_urged_by_the_office_answered_replied_to_and_closed(make_office: MakeOffice) -> None:
    settings = await make_office(clock="simulated")
    async with open_office(settings, ("intake", "sla", "casework", "reply", "desk")) as office:
        answer = await called(office)
        withdrawn = await called(office)
        complaint = f"/casework/complaints/{answer['id']}"
        case = await case_of(office, answer["id"])
        assert (case["stage"], case["department"]) == ("assigned", "water")
        officer = await office.as_(case["officer"])
        await step(officer, f"{complaint}/acceptance")

        # 16.8 of the 21 office hours until the reply is due have passed on Wednesday at 11:48
        await office.advance(days=2, hours=3)
        case = await case_of(office, answer["id"])
        assert [(one["origin"], one["duty"]) for one in case["urgings"]] == [("office", "reply.phone")]
        assert case["next"][0]["action"] == "urgings/answer"
        await step(officer, f"{complaint}/urgings/{case['urgings'][0]['id']}/answer", {"text": "On my way there."})

        plan = {"investigators": [case["officer"]], "begins_at": (await office.now()).isoformat(), "place": "5/F"}
        await step(officer, f"{complaint}/investigation/plan", plan | {"questions": "Why is there no pressure?"})
        await step(officer, f"{complaint}/investigation/start")
        session = {
            "method": "on_site",
            "at": (await office.now()).isoformat(),
            "place": "5/F",
            "participants": ["Lin Mei"],
            "content": "Valve half shut.",
            "observations": "The valve before the meter is half shut.",
            "questioned": [{"who": "Plumber", "said": "I did not open it again."}],
        }
        await step(officer, f"{complaint}/investigation/sessions", session)
        await step(officer, f"{complaint}/investigation/end")
        await step(officer, f"{complaint}/investigation/report", {"text": "The valve was half shut."})
        cause = {"cause": "service_quality", "root": "No check after the repair.", "text": "A valve was half shut."}
        await step(officer, f"{complaint}/cause", cause)
        sessions = [one["id"] for one in (await case_of(office, answer["id"]))["investigation"]["sessions"]]
        opinion = {"outcome": "upheld", "text": "Upheld: opened and tested.", "legal_basis": "Rule 12"}
        await step(officer, f"{complaint}/opinion", opinion | {"evidence": sessions})
        await step(officer, f"{complaint}/opinion/determination")
        await step(officer, f"{complaint}/accountability", {"at_fault": False, "text": "No one was at fault."})
        await office.settle()

        officer = await office.as_(case["officer"])
        letter = await step(officer, f"/reply/complaints/{answer['id']}/letters")
        place = f"/reply/letters/{letter['id']}"
        evidence = [case_now["id"] for case_now in (await case_of(office, answer["id"]))["investigation"]["sessions"]]
        for matter in letter["matters"]:
            told = {"answer": "The valve was half shut; it is open now.", "evidence": evidence}
            assert (await officer.put(f"{place}/matters/{matter['id']}", json=told)).is_success
        parts = {"fields": {"measures": "The valve was opened and tested."}, "version": letter["version"]}
        await officer.put(place, json=parts)
        await step(officer, f"{place}/submission")
        head = await office.as_("water.head")
        for what in ("check", "signature"):
            checked = await head.post(f"{place}/{what}", json={})
            assert checked.is_success or what == "check", checked.text
        await step(officer, f"{place}/sending")
        await office.settle()
        case = await case_of(office, answer["id"])
        assert case["stage"] == "replied"
        assert case["reply_delivered_at"]
        assert case["next"] == [{"action": "closing", "clause": "4/5.2.11(1)", "label": case["next"][0]["label"]}]
        assert (await step(officer, f"{complaint}/closing", {"basis": "replied"}))["stage"] == "closed"
        await office.settle()
        ledger = (await officer.get(f"/sla/complaints/{answer['id']}/ledger")).json()
        states = {row["duty"]: row["state"] for row in ledger["rows"]}
        assert {
            name: states[name] for name in ("reply.phone", "assignment", "urging", "report", "closing")
        } == dict.fromkeys(("reply.phone", "assignment", "urging", "report", "closing"), "fulfilled")

        complainant = office.complainant(withdrawn["receipt_code"])
        acts = f"/intake/complaints/{withdrawn['number']}/acts"
        await step(complainant, acts, {"act": "urge"})
        again = await complainant.post(acts, json={"act": "urge"})
        assert (again.status_code, again.json()["code"]) == (409, "urged_today")
        await step(complainant, acts, {"act": "withdraw"})
        await office.settle()
        case = await case_of(office, withdrawn["id"])
        assert case["stage"] == "withdrawn"
        assert all(one["lapsed_at"] for one in case["urgings"])

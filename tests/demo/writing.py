"""What is written to the complainant: the reply with its answers, checked, signed and sent; notices and extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.demo import together
from tests.demo.place import Refused, Stopped
from tests.demo.words import lot, said

if TYPE_CHECKING:
    from tests.demo.habits import Case, Desk


async def write(desk: Desk, who: str, case: Case) -> Case | None:
    """Draft and submit the reply, send it when it is signed, tell the result by phone or message meanwhile."""
    if desk.incident.goes_on(case["id"]):
        await together.write_to_all(desk, who)
        return None
    letters = await desk.place.as_(who, "GET", f"/reply/complaints/{case['id']}")
    ways = letters["ways"]["notice"]
    for step in letters["next"]:
        match step["action"]:
            case "draft":
                await _draft(desk, who, case)
            case "answer":
                draft = await desk.place.as_(who, "GET", f"/reply/letters/{step['letter']}")
                await _answer(desk, who, case, draft)
            case "submit":
                await desk.tries(who, f"/reply/letters/{step['letter']}/submission")
            case "send":
                await desk.tries(who, f"/reply/letters/{step['letter']}/sending")
            case "tell_result" if "phone" in ways:
                notice = {
                    "way": "sms" if lot(case, 4) == 0 and "sms" in ways else "phone",
                    "text": said("notice", case),
                }
                await desk.tries(who, f"/reply/complaints/{case['id']}/result-notices", notice)
            case "tell_extension" | "give_preliminary_opinion":
                await tell_extension(desk, who, case, step, letters)
    return None


async def _draft(desk: Desk, who: str, case: Case) -> None:
    draft = await desk.tries(who, f"/reply/complaints/{case['id']}/letters", {"purpose": "reply"})
    if draft is None:
        return
    await _answer(desk, who, case, draft)
    if desk.story(case["id"]) == "hasty":
        await _write_in_anger(desk, who, case, draft)
    await desk.tries(who, f"/reply/letters/{draft['id']}/submission")
    if who == "director":  # nobody of the department is left to sign it (4/5.2.2)
        await desk.tries("complaints.head", f"/reply/letters/{draft['id']}/signature")


async def _answer(desk: Desk, who: str, case: Case, letter: dict[str, Any]) -> None:
    """Answer each matter with what the case has found; now and then one cannot be established (5/1.1)."""
    found = [one["id"] for part in ("evidence", "sessions") for one in case["investigation"][part]]
    for matter in letter["matters"]:
        if matter["state"] != "open":
            continue
        known = bool(found) and (matter["position"] == 1 or (lot(case, 7) + matter["position"]) % 5 > 0)
        body = {"answer": said("answer" if known else "unknown", case), "established": known}
        body["evidence"] = found[:2] if known else []
        await desk.tries(who, f"/reply/letters/{letter['id']}/matters/{matter['id']}", body, method="PUT")


async def _write_in_anger(desk: Desk, who: str, case: Case, letter: dict[str, Any]) -> None:
    """What offends cannot be handed in (5/1.2(1)); the words that stood there before are put back."""
    draft = await desk.place.as_(who, "GET", f"/reply/letters/{letter['id']}")
    path, before = f"/reply/letters/{letter['id']}", draft["analysis"]
    for words in (said("hasty", case), before):
        fields = {"analysis": words}
        draft = await desk.place.as_(who, "PUT", path, {"fields": fields, "version": draft["version"]})
        if words != before and await desk.tries(who, f"{path}/submission") is not None:
            raise Stopped("A letter that offends could be handed in (5/1.2(1)).")


async def tell_extension(desk: Desk, who: str, case: Case, step: dict[str, Any], letters: dict[str, Any]) -> None:
    """Do what an extension still owes: the notice in advance, or the preliminary opinion (5/3.4)."""
    part, words = {
        "tell_extension": ("notice", "extension"),
        "give_preliminary_opinion": ("preliminary-opinion", "preliminary"),
    }[step["action"]]
    body = {"way": letters["ways"]["notice"][0], "text": said(words, case)}
    await desk.tries(who, f"/reply/extensions/{step['extension']}/{part}", body)


async def look_at_letters(desk: Desk, who: str) -> None:
    """Check or sign what waits in the department, where one may: the author never, a signer who is not the checker."""
    head = who.endswith(".head") or who == "director"
    await together.check_or_sign(desk, who, head=head)
    for item in await desk.queue(who, "to_sign"):
        if desk.incident.goes_on(item["id"]) or not desk.is_news(who, "letter", item["id"]):
            continue
        try:
            letters = await desk.place.as_(who, "GET", f"/reply/complaints/{item['id']}")
        except Refused:
            continue
        for step in letters["next"]:
            if step["action"] == "sign" and head and _may_sign(who, item, letters, step["letter"]):
                await desk.tries(who, f"/reply/letters/{step['letter']}/signature")
            if step["action"] == "check" and not head:
                await _check(desk, who, item["id"], step["letter"])


def _may_sign(who: str, item: dict[str, Any], letters: dict[str, Any], letter: str) -> bool:
    """The director leaves a department's letters to its head, so as to have had no part where a review is asked for."""
    if who != "director":
        return True
    author = next(one["author"] for one in letters["letters"] if one["id"] == letter)
    return author.endswith(".head") or item["department"] in {"company", "complaints"}


async def _check(desk: Desk, who: str, complaint: str, letter: str) -> None:
    """Check a letter; one goes back to its author the first time."""
    if desk.story(complaint) == "letter_returned" and complaint not in desk.sent_back:
        back = {"reason": said("returned", {"language": "zh-Hant"})}
        if await desk.tries(who, f"/reply/letters/{letter}/return", back):
            desk.sent_back.add(complaint)
        return
    await desk.tries(who, f"/reply/letters/{letter}/check")

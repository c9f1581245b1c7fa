"""The public pages work in three languages, without scripts, and lose nothing that was typed."""

import re
from typing import Any

import pytest

from shared.glossary import LANGUAGES
from tests.services.intake.conftest import Edge


@pytest.mark.clause("1/1.1.2", "4/5.2.6(1)")
async def test_the_form_speaks_three_languages_and_remembers_the_choice(edge: Edge) -> None:
    visitor = edge.client(Accept_Language="de")
    titles = set()
    for language in LANGUAGES:
        page = await visitor.get("/intake/", params={"lang": language})
        assert f'<html lang="{language}">' in page.text
        titles.add(re.findall(r"<h1>(.*?)</h1>", page.text)[0])
        assert (await visitor.get("/intake/")).text.count(f'<html lang="{language}">') == 1
    assert len(titles) == 3


async def test_no_page_lets_a_script_or_a_stranger_in(edge: Edge) -> None:
    for path in ("/intake/", "/intake/status"):
        page = await edge.client().get(path)
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "<script" not in page.text
        assert "style=" not in page.text
        assert page.headers["Cache-Control"] == "no-store"
    assert (await edge.client().get("/intake/static/intake.css")).headers["Content-Type"].startswith("text/css")
    assert (await edge.client().get("/intake/static/..%2Fapp.py")).status_code == 404


def _form(**more: str) -> dict[str, Any]:
    return {
        "files": {name: (None, value) for name, value in ({"text": "路燈不亮，晚上很黑", "token": "t"} | more).items()}
    }


def _code(page: str) -> tuple[str, str]:
    number, code = re.findall(r'class="code">(.*?)</dd>', page)
    return number, code


@pytest.mark.clause("1/1.1.2")
async def test_a_form_gives_number_and_code_and_sent_twice_it_is_one_complaint(edge: Edge) -> None:
    visitor = edge.client()
    form = _form(token="a", name="王 明", phone="13800138000")
    form["files"] |= {"files": ("a.pdf", b"%PDF-1")}
    first, again = await visitor.post("/intake/", **form), await visitor.post("/intake/", **form)
    assert first.status_code == again.status_code == 201
    assert _code(first.text) == _code(again.text)
    number, code = _code(first.text)
    row = (await edge.operator.get(f"/intake/complaints/{number}")).json()
    assert (row["channel"], row["complainant"]["name"], len(row["attachments"])) == ("website", "王 明", 1)
    status = await visitor.post("/intake/status", data={"number": number, "code": code})
    assert status.status_code == 200
    assert number in status.text
    added = await visitor.post(
        "/intake/status/acts", data={"number": number, "code": code, "act": "add", "text": "還有"}
    )
    assert "Received, thank you." in added.text
    withdrawn = await visitor.post("/intake/status/acts", data={"number": number, "code": code, "act": "withdraw"})
    assert "It was withdrawn" in withdrawn.text


async def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_is_still_there(edge: Edge) -> None:
    page = await edge.client().post("/intake/", **_form(text="獨特的話", phone="abc", name="王"))
    assert page.status_code == 422
    assert "is not a telephone number" in page.text
    assert 'aria-invalid="true"' in page.text
    assert "獨特的話" in page.text
    nameless = await edge.client().post("/intake/", **_form(phone="13800138000"))
    assert "is needed along with a way to reach you" in nameless.text
    program = _form()
    program["files"] |= {"files": ("a.exe", b"MZ\x90\0")}
    assert "This kind of file is not accepted" in (await edge.client().post("/intake/", **program)).text


async def test_typed_markup_stays_text(edge: Edge) -> None:
    page = await edge.client().post("/intake/", **_form(text="", address='"><img src=x onerror=alert(1)>'))
    assert "<img" not in page.text


async def test_a_wrong_code_shows_nothing_and_neither_travels_in_an_address(edge: Edge) -> None:
    answer = await edge.receive(edge.channel("app"), channel="app")
    page = await edge.client().post("/intake/status", data={"number": answer["number"], "code": "AAAA-BBBB-CCCC"})
    assert page.status_code == 403
    assert "do not belong together" in page.text


async def test_too_many_forms_of_one_address_wait(edge: Edge) -> None:
    from services.intake import limits

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "FORMS", limits.Allowance("forms in this test", 2, limits.FORMS.window))
        codes = [(await edge.client().post("/intake/", **_form(token=f"m{n}"))).status_code for n in range(3)]
    assert codes == [201, 201, 429]

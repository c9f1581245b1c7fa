"""What an incident's members are given knows its first complainant by no form of address either (4/5.2.5)."""

import pytest

from services.casework.sharing import of_its_people, shared

LAM = {"complainant": {"name": "林美玲", "phone": "+852 2345 6789"}}
ADA = {"complainant": {"name": "Ada Lam", "phone": "13712345678"}, "representative": {"name": "歐陽明"}}


@pytest.mark.clause("4/5.2.5")
@pytest.mark.parametrize(
    ("record", "written", "given"),
    [
        (LAM, "林小姐說沒有水，林太表示同意。", "○○說沒有水，○○表示同意。"),
        (LAM, "阿林來電，姓林的住戶在家。", "○○來電，○○的住戶在家。"),
        (LAM, "美玲女士致電2345-6789後到場。", "○○致電○○後到場。"),
        (LAM, "林生態園的樹林很大。", "林生態園的樹林很大。"),
        ({"complainant": {"name": "區志強"}}, "小區停水，區先生投訴。", "小區停水，○○投訴。"),
        (ADA, "Mr Lam's lamp; Ms. Lam and MISS ADA LAM called.", "○○'s lamp; ○○ and ○○ called."),
        (ADA, "投訴人Ada Lam表示，Lam小姐與歐陽師傅同來。", "投訴人○○表示，○○與○○同來。"),
        (ADA, "LAM, Ada (137 1234 5678), not Dr Lamb.", "○○ (○○), not Dr Lamb."),
    ],
)
def test_the_complainant_of_an_incident_is_taken_out_however_they_are_addressed(
    record: dict[str, object], written: str, given: str
) -> None:
    assert shared(written, of_its_people(record)) == given

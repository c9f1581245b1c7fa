"""The checker is proved before it is believed: whatever goes wrong on purpose, it names."""

import re
import shutil
from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from tests.checker.evidence import read_mails
from tests.checker.faults import FAULTS, LEAKS, Fault
from tests.checker.scene import Scene, open_scene
from tests.infrastructure.postgres import PostgresServer
from tests.invariants import check, gather, tell, violations, violations_in_shares


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with open_scene(postgres, tmp_path_factory.mktemp("faults") / "office") as made:
        yield made


async def test_it_finds_nothing_where_nothing_is_wrong(scene: Scene) -> None:
    found = violations(scene.evidence)
    assert not found, tell(found, scene.evidence)
    types = {one["type"] for one in scene.evidence.timelines[scene.complaint]}
    assert types >= {"duty.breached", "urging.made", "file.sealed", "complaint.filed"}
    assert scene.evidence.mails
    assert scene.evidence.checkpoints
    assert scene.evidence.archive_key


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_it_names_the_fault(scene: Scene, fault: Fault) -> None:
    evidence = await scene.with_(fault.database, *fault.statements)
    found = violations(evidence)
    assert [one for one in found if one.rule == fault.rule and re.search(fault.words, one.what)], tell(found, evidence)


@pytest.mark.parametrize("fault", {one.rule: one for one in FAULTS}.values(), ids=lambda fault: fault.name)
async def test_it_names_the_fault_where_an_office_is_read_in_shares(scene: Scene, fault: Fault) -> None:
    found = violations_in_shares(await scene.in_shares(fault.database, *fault.statements))
    assert [one for one in found if one.rule == fault.rule and re.search(fault.words, one.what)], found


async def test_it_finds_nothing_in_shares_where_nothing_is_wrong(scene: Scene) -> None:
    assert not violations_in_shares(scene.shares)
    assert {scene.complaint, scene.other} == {one for each in scene.shares for one in each.complaints()}
    assert max(len(each.complaints()) for each in scene.shares) == 1


async def test_it_names_a_mail_that_was_laid_twice(scene: Scene, tmp_path: Path) -> None:
    laid = shutil.copytree(scene.settings.data / "mail", tmp_path / "mail")
    one = next(iter(laid.glob("*.eml")))
    shutil.copy(one, laid / "again.eml")
    found = violations(replace(scene.evidence, mails=read_mails(laid)))
    assert [(one.rule, "was laid 2 times" in one.what) for one in found] == [("doubled", True)]


async def test_it_names_a_promise_that_no_duty_keeps(scene: Scene) -> None:
    answers = deepcopy(scene.evidence.answers)
    promise = next(one for one in answers[0]["answer"]["promised"] if one["clause"] == "5/3.2")
    promise["due_at"] = promise["due_at"].replace("2026-03-04", "2026-03-03")
    found = violations(replace(scene.evidence, answers=answers))
    assert [(one.rule, "5/3.2 was promised for 2026-03-03" in one.what) for one in found] == [("promise", True)]


@pytest.mark.parametrize("what", LEAKS)
async def test_it_names_what_leaks_into_a_log(scene: Scene, what: str, tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    log.write_text(f'{{"event": "request failed", "service": "reply"}}\n{LEAKS[what]}\n', "utf-8")
    found = violations(await gather(scene.settings, scene.evidence.answers, [log]))
    if what == "somebody's words":  # of a log only what the client wrote is known, not what a sentence is
        assert not found
    else:
        assert {one.rule for one in found} == {"privacy"}
        assert all("is in a log" in one.what for one in found)


async def test_it_prints_a_violation_as_the_complaints_timeline(scene: Scene) -> None:
    evidence = await scene.with_("reply", "UPDATE outbox SET position = NULL WHERE type = 'reply.sent'")
    told = tell(violations(evidence), evidence).splitlines()
    begin = told.index("VIOLATION unsent: reply never sent reply.sent")
    assert "complaint.received" in told[begin + 1]
    assert any("complaint.filed" in line for line in told[begin:])


async def test_what_is_under_way_is_waited_for(scene: Scene) -> None:
    found, evidence = await check(scene.settings, scene.evidence.answers, [], patience=5)
    assert not found, tell(found, evidence)

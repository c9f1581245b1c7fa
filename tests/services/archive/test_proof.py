"""Whoever changes the archive behind its back is found out, and what they did is named (10/5.2.8, 10/5.2.9)."""

import asyncio
from typing import Any

import pytest_asyncio
from sqlalchemy import text

from services.archive.checkpoints import folder, keep_checkpoints
from tests.services.archive.conftest import Archive


@pytest_asyncio.fixture(scope="module")
async def files(archive: Archive) -> list[dict[str, Any]]:
    """Three volumes, all accepted at once, in the order of the chain."""
    stories = await archive.turned_away(3)
    found = [await archive.file(story) for story in stories]
    archivist = await archive.office.as_("archivist1")
    answers = await asyncio.gather(*(archivist.post(f"/archive/files/{one['id']}/acceptance") for one in found))
    assert all(one.is_success for one in answers)
    await archive.office.settle()
    return sorted([await archive.file(story) for story in stories], key=lambda one: one["seal"]["position"])


def only(report: dict[str, Any]) -> dict[str, Any]:
    assert len(report["tampered"]) == 1, report["tampered"]
    found: dict[str, Any] = report["tampered"][0]
    assert found["what"]
    return {name: value for name, value in found.items() if value is not None and name != "what"}


async def test_an_archive_that_nobody_touched_is_whole(archive: Archive, files: list[dict[str, Any]]) -> None:
    report = await archive.verified()
    assert report["tampered"] == []
    assert report["chain_ok"]
    assert report["files"] >= 3


async def test_the_changed_content_of_an_entry_is_named(archive: Archive, files: list[dict[str, Any]]) -> None:
    change = "UPDATE entries SET content = content || 'x' WHERE file = :file AND position = 2"
    async with archive.tampered(change, file=files[0]["id"]) as report:
        found = only(report)
        assert report["chain_ok"]
    named = {"file": files[0]["id"], "number": files[0]["number"], "volume": 1, "entry": 2, "field": "content"}
    assert found == {"code": "entry_changed"} | named


async def test_content_changed_together_with_its_hash_is_named(archive: Archive, files: list[dict[str, Any]]) -> None:
    change = (
        "UPDATE entries SET content = 'other', sha256 = encode(sha256('other'), 'hex'), size = 5"
        " WHERE file = :file AND position = 2"
    )
    async with archive.tampered(change, file=files[0]["id"]) as report:
        found = {(one["code"], one["entry"], one["field"]) for one in report["tampered"]}
    assert found == {
        ("entry_changed", 2, "content"),
        ("entry_field_changed", 2, "sha256"),
        ("entry_field_changed", 2, "size"),
    }


async def test_a_changed_word_about_an_entry_is_named(archive: Archive, files: list[dict[str, Any]]) -> None:
    change = "UPDATE entries SET by = 'somebody' WHERE file = :file AND position = 1"
    async with archive.tampered(change, file=files[1]["id"]) as report:
        found = only(report)
    assert (found["code"], found["entry"], found["field"]) == ("entry_field_changed", 1, "by")


async def test_a_missing_entry_is_named(archive: Archive, files: list[dict[str, Any]]) -> None:
    async with archive.tampered(
        "DELETE FROM entries WHERE file = :file AND position = 2", file=files[1]["id"]
    ) as report:
        found = only(report)
    assert (found["code"], found["file"], found["entry"]) == ("entry_missing", files[1]["id"], 2)


async def test_an_added_entry_is_named(archive: Archive, files: list[dict[str, Any]]) -> None:
    add = (
        "INSERT INTO entries (id, file, position, kind, title, at, by, media_type, field, content, size, sha256)"
        " SELECT 'new', file, 99, kind, title, at, by, media_type, field, content, size, sha256"
        " FROM entries WHERE file = :file AND position = 1"
    )
    async with archive.tampered(add, file=files[2]["id"]) as report:
        found = only(report)
    assert (found["code"], found["file"], found["entry"]) == ("entry_added", files[2]["id"], 99)


async def test_entries_in_another_order_are_named(archive: Archive, files: list[dict[str, Any]]) -> None:
    swap = "UPDATE entries SET position = 3 - position WHERE file = :file AND position IN (1, 2)"
    async with archive.tampered(swap, file=files[0]["id"]) as report:
        found = {(one["code"], one["entry"]) for one in report["tampered"]}
    assert found == {("entry_order_changed", 1), ("entry_order_changed", 2)}


async def test_a_changed_word_of_the_catalogue_is_named(archive: Archive, files: list[dict[str, Any]]) -> None:
    change = "UPDATE files SET retained_until = '2026-04-01' WHERE id = :file"
    async with archive.tampered(change, file=files[0]["id"]) as report:
        found = only(report)
    assert (found["code"], found["field"], found["number"]) == ("file_changed", "retained_until", files[0]["number"])


async def test_a_sealed_volume_made_void_by_hand_is_named(archive: Archive, files: list[dict[str, Any]]) -> None:
    async with archive.tampered("UPDATE files SET state = 'voided' WHERE id = :file", file=files[0]["id"]) as report:
        found = only(report)
    assert (found["code"], found["field"]) == ("file_changed", "state")


async def test_a_changed_manifest_is_named_even_with_a_fitting_seal(
    archive: Archive, files: list[dict[str, Any]]
) -> None:
    change = "UPDATE links SET manifest = replace(manifest, 'refused', 'closed') WHERE file = :file"
    async with archive.tampered(change, file=files[1]["id"]) as report:
        found = only(report)
        assert not report["chain_ok"]
    assert (found["code"], found["number"]) == ("manifest_changed", files[1]["number"])
    reseal = (
        "UPDATE links SET seal = encode(sha256(convert_to(previous || chr(10) || manifest, 'UTF8')), 'hex')"
        " WHERE file = :file"
    )
    async with archive.tampered(change, reseal, file=files[1]["id"]) as report:
        found = only(report)
    assert (found["code"], found["number"]) == ("manifest_changed", files[1]["number"])


async def test_changed_parts_of_a_link_are_named(archive: Archive, files: list[dict[str, Any]]) -> None:
    for column, value in (
        ("seal", "repeat('a', 64)"),
        ("previous", "repeat('b', 64)"),
        ("signature", r"'\x00'::bytea"),
    ):
        change = f"UPDATE links SET {column} = {value} WHERE file = :file"
        async with archive.tampered(change, file=files[1]["id"]) as report:
            found = only(report)
        assert (found["code"], found["field"], found["file"]) == ("link_changed", column, files[1]["id"])


async def test_links_in_another_order_are_named(archive: Archive, files: list[dict[str, Any]]) -> None:
    first, second = (one["seal"]["position"] for one in files[:2])
    swap = [
        "UPDATE links SET position = 1000000 WHERE position = :first",
        "UPDATE links SET position = :first WHERE position = :second",
        "UPDATE links SET position = :second WHERE position = 1000000",
    ]
    async with archive.tampered(*swap, first=first, second=second) as report:
        found = {(one["code"], one["position"]) for one in report["tampered"]}
    assert found == {("chain_order_changed", first), ("chain_order_changed", second)}


async def test_a_volume_taken_out_of_the_middle_is_named(archive: Archive, files: list[dict[str, Any]]) -> None:
    gone = files[1]
    async with archive.tampered(*_gone("= :file"), file=gone["id"]) as report:
        found = {(one["code"], one["position"] or one["file"]) for one in report["tampered"]}
        assert not report["chain_ok"]
    assert found == {("link_missing", gone["seal"]["position"]), ("file_not_in_chain", gone["id"])}


async def test_a_tail_that_was_cut_off_is_named(archive: Archive, files: list[dict[str, Any]]) -> None:
    tail = "IN (SELECT file FROM links WHERE position >= :position)"
    async with archive.tampered(
        f"CREATE TEMP TABLE tail ON COMMIT DROP AS SELECT id FROM files WHERE id {tail}",
        *_gone("IN (SELECT id FROM tail)"),
        position=files[1]["seal"]["position"],
    ) as report:
        codes = {(one["code"], one["file"]) for one in report["tampered"]}
    assert {("chain_cut", files[1]["id"]), ("chain_cut", files[2]["id"])} <= codes
    assert {code for code, _ in codes} == {"chain_cut"}


def _gone(which: str) -> list[str]:
    return [
        f"DELETE FROM looks WHERE file {which}",
        f"DELETE FROM entries WHERE file {which}",
        f"DELETE FROM links WHERE file {which}",
        f"DELETE FROM files WHERE id {which}",
    ]


async def test_a_volume_that_pretends_to_be_sealed_is_named(archive: Archive, files: list[dict[str, Any]]) -> None:
    pretend = (
        "INSERT INTO files (id, complaint, volume, state, ending, ended_at, number, channel, received_at, collected_at,"
        " complete, sealed_at, sealed_by, retained_until) SELECT 'forged', complaint, 7, 'filed', ending, ended_at,"
        " number, channel, received_at, collected_at, complete, sealed_at, sealed_by, retained_until"
        " FROM files WHERE id = :file"
    )
    async with archive.tampered(pretend, file=files[0]["id"]) as report:
        found = only(report)
    assert (found["code"], found["file"]) == ("file_not_in_chain", "forged")


async def test_an_entry_that_was_tampered_with_is_not_sealed(archive: Archive) -> None:
    [story] = await archive.turned_away()
    file = await archive.file(story)
    async with archive.database.session() as session:
        change = "UPDATE entries SET content = 'x' WHERE file = :file AND position = 1"
        await session.execute(text(change), {"file": file["id"]})
    await archive.refused(f"/files/{file['id']}/acceptance", 409, "file_tampered")
    answer = await (await archive.office.as_("archivist1")).get(f"/archive/files/{file['id']}/entries/1")
    assert (answer.status_code, answer.json()["code"]) == (409, "entry_tampered")
    assert only(await archive.verified())["code"] == "entry_changed"
    await archive.post(f"/files/{file['id']}/collection")
    await archive.post(f"/files/{file['id']}/acceptance")
    assert (await archive.verified())["tampered"] == []


async def test_checkpoints_outside_the_database_show_a_cut_that_hides_in_it(fresh_archive: Archive) -> None:
    archive = fresh_archive
    stories = await archive.turned_away(3)
    files = [await archive.file(story) for story in stories]
    await archive.post("/acceptances", ids=[one["id"] for one in files])
    assert await archive.get("/checkpoints") == []
    await archive.office.advance(days=1)
    await keep_checkpoints(archive.service)
    assert [(one["number"], one["position"]) for one in await archive.get("/checkpoints")] == [(1, 3)]
    assert (await archive.verified())["tampered"] == []

    last = (await archive.file(stories[-1]))["id"]
    hide = "UPDATE outbox SET type = 'file.collected' WHERE type = 'file.sealed' AND data->>'file' = :file"
    async with archive.tampered(*_gone("= :file"), hide, file=last) as report:
        found = only(report)
    assert (found["code"], found["position"], found["checkpoint"]) == ("chain_cut", 3, 1)

    laid = folder(archive.office.settings) / "checkpoint-00000001.json"
    content = laid.read_text()
    laid.write_text(content.replace('"position":3', '"position":2'))
    assert only(await archive.verified())["code"] == "checkpoint_changed"
    laid.write_text("{")
    assert only(await archive.verified())["code"] == "checkpoint_changed"
    laid.write_text(content)

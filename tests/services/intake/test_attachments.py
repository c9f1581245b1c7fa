"""Attachments: judged by their content, cleaned, sealed, bound once."""

import io
import zipfile
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.services.intake.conftest import Edge


def _photo() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6
    Image.new("RGB", (40, 20), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return out.getvalue()


DOCX = _zip("[Content_Types].xml", "word/document.xml")


async def _bring(who: httpx.AsyncClient, content: bytes, name: str, **options: Any) -> httpx.Response:
    return await who.post("/intake/attachments", files={"file": (name, content)}, **options)


async def test_a_photo_loses_what_the_camera_noted_and_stays_upright(edge: Edge) -> None:
    kept = await _bring(edge.channel("website"), _photo(), "現場.jpg")
    assert (kept.status_code, kept.json()["media_type"]) == (201, "image/jpeg")
    answer = await edge.receive(edge.channel("website"), channel="website", attachments=[kept.json()["id"]])
    row = (await edge.operator.get(f"/intake/complaints/{answer['id']}")).json()
    assert [each["name"] for each in row["attachments"]] == ["現場.jpg"]
    read = await edge.operator.get(f"/intake/attachments/{kept.json()['id']}")
    assert b"SecretCamera" not in read.content
    assert Image.open(io.BytesIO(read.content)).size == (20, 40)
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    assert read.headers["Content-Disposition"].startswith("attachment")


async def test_nothing_readable_lies_on_the_disk(edge: Edge) -> None:
    await _bring(edge.channel("website"), "獨特內容 unique-content".encode(), "note.txt")
    files = [path for path in (edge.settings.data / "attachments").rglob("*") if path.is_file()]
    assert files
    assert not any(b"unique-content" in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("page.txt", b"hello <script>alert(1)</script>"),
        ("picture.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("picture.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("program.exe", b"MZ\x90\x00" + b"\0" * 100),
        ("program.txt", b"MZ\x90\x00" + b"\0" * 100),
        ("program", b"\x7fELF" + b"\0" * 100),
        ("run.sh", b"#!/bin/sh\nrm -rf /"),
        ("run.txt", b"#!/bin/sh\nrm -rf /"),
        ("photo.exe", _photo()),
        ("archive.zip", _zip("a.txt")),
        ("report.docx", _zip("[Content_Types].xml", "word/document.xml", "word/embeddings/setup.exe")),
        ("report.docx", _zip("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("mail.eml", b"From: a@b.c\nContent-Disposition: attachment; filename=x.exe\n\nMZ"),
        ("nothing.txt", b""),
    ],
)
async def test_pages_scripts_and_programs_are_refused_whatever_they_call_themselves(
    edge: Edge, name: str, content: bytes
) -> None:
    refused = await _bring(edge.channel("website"), content, name)
    assert (refused.status_code, refused.json()["code"]) == (415, "attachment_type")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("a.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.txt", "水費太高".encode("gb18030"), "text/plain"),
        ("a.csv", b"a,b\n1,2\n", "text/csv"),
        ("a.wav", b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
        ("a.mp4", b"\0\0\0\x18ftypisom\0\0\0\0", "video/mp4"),
        ("a.eml", b"From: a@b.c\nSubject: x\n\n<html>hello</html>", "message/rfc822"),
    ],
)
async def test_documents_recordings_and_mails_are_accepted(
    edge: Edge, name: str, content: bytes, media_type: str
) -> None:
    kept = await _bring(edge.channel("website"), content, name)
    assert (kept.status_code, kept.json().get("media_type")) == (201, media_type)


async def test_twenty_one_megabytes_are_refused_before_they_are_read(edge: Edge) -> None:
    refused = await _bring(edge.channel("website"), b"%PDF-" + b"0" * 21 * 1024 * 1024, "big.pdf")
    assert (refused.status_code, refused.json()["limit_mb"]) == (413, 20)


async def test_a_damaged_picture_is_said_to_be_damaged(edge: Edge) -> None:
    refused = await _bring(edge.channel("website"), _photo()[:60], "half.jpg")
    assert (refused.status_code, refused.json()["code"]) == (422, "attachment_unreadable")


async def test_a_phones_picture_of_two_frames_keeps_the_one_that_was_taken(edge: Edge) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (9, 9), "blue")])
    kept = await _bring(edge.channel("website"), out.getvalue(), "phone.jpg")
    assert (kept.status_code, kept.json().get("media_type")) == (201, "image/jpeg")


async def test_a_moving_picture_that_would_fill_the_memory_is_refused_unread(edge: Edge) -> None:
    out, frames = io.BytesIO(), [Image.new("P", (1500, 1500), shade) for shade in range(30)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert len(out.getvalue()) < 200_000
    refused = await _bring(edge.channel("website"), out.getvalue(), "bomb.gif")
    assert (refused.status_code, refused.json()["code"]) == (422, "attachment_unreadable")


@pytest.mark.parametrize(
    "mail",
    [
        b"From: a\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3000,
        b"From: a\r\n"
        + b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(99)),
        b"From: a\r\n\r\n" + b"-\n" * 300_001,
    ],
    ids=["mails in mails", "parts in parts", "lines without end"],
)
async def test_a_mail_made_to_keep_its_reader_busy_is_refused(edge: Edge, mail: bytes) -> None:
    assert (await _bring(edge.channel("website"), mail, "a.eml")).status_code == 415


async def test_nobody_adds_a_file_to_a_complaint_that_names_them(edge: Edge) -> None:
    answer = await edge.receive(edge.operator, channel="phone", named_officers=["water.handler"])
    handler = edge.officer("water.handler", "handler")
    refused = await _bring(handler, b"%PDF-1", "e.pdf", data={"complaint": answer["id"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "named_in_complaint")


async def test_an_attachment_belongs_to_one_complaint_of_who_brought_it(edge: Edge) -> None:
    mine = (await _bring(edge.channel("website"), b"%PDF-1", "a.pdf")).json()["id"]
    thief = await edge.channel("app").post(
        "/intake/complaints", json={"channel": "app", "text": "x", "attachments": [mine]}
    )
    assert thief.json()["errors"][0]["rule"] == "attachment_unknown"
    await edge.receive(edge.channel("website"), channel="website", attachments=[mine])
    twice = await edge.channel("website").post(
        "/intake/complaints", json={"channel": "website", "text": "x", "attachments": [mine]}
    )
    assert twice.json()["errors"][0]["rule"] == "attachment_unknown"


async def test_the_complainant_adds_a_photo_with_number_and_code(edge: Edge) -> None:
    answer = await edge.receive(edge.channel("app"), channel="app")
    me = edge.complainant(answer)
    kept = await _bring(me, _photo(), "p.jpg", params={"number": answer["number"]})
    act = {"act": "add", "text": "照片在此", "attachments": [kept.json()["id"]]}
    added = await me.post(f"/intake/complaints/{answer['number']}/acts", json=act)
    assert added.status_code == 200, added.text
    row = (await edge.operator.get(f"/intake/complaints/{answer['id']}")).json()
    assert row["attachments"][0]["supplement"] == row["supplements"][0]["id"]
    erased = await edge.admin.post(f"/intake/complaints/{answer['id']}/erasure")
    assert erased.status_code == 200
    assert (await edge.operator.get(f"/intake/attachments/{kept.json()['id']}")).status_code == 410


async def test_a_handler_brings_evidence_for_a_complaint(edge: Edge) -> None:
    answer = await edge.receive(edge.channel("app"), channel="app")
    handler = edge.officer("water.handler", "handler")
    kept = await _bring(handler, b"%PDF-1", "e.pdf", data={"complaint": answer["id"]})
    assert kept.status_code == 201
    row = (await edge.operator.get(f"/intake/complaints/{answer['id']}")).json()
    assert [each["id"] for each in row["attachments"]] == [kept.json()["id"]]

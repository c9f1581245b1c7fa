"""Rules about the archive: chain, signatures and every hash, computed anew from the tables (10/5.2.6, 10/5.2.8).

A link's seal is SHA-256 over the seal before it, a line feed and its manifest; the archive's key signs it. The manifest
is canonical JSON that names the volume, its metadata, and each entry with the hash of its content.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.checker.evidence import Evidence, Row, Violation, as_json

_FIRST = "0" * 64
_SEAL, _CHECKPOINT = b"redress archive seal\0", b"redress archive checkpoint\0"


def what_is_filed_is_sealed(evidence: Evidence) -> Iterable[Violation]:
    """A filed complaint has a sealed volume that stands in the catalogue and in the chain."""
    if not evidence.present("archive"):
        return
    sealed = {(one["data"]["file"], one["data"]["volume"]): one for one in evidence.of_type("file.sealed")}
    files = {row["id"]: row for row in evidence.rows("archive", "files")}
    linked = {row["file"] for row in evidence.rows("archive", "links") if row["act"] == "sealed"}
    for one in evidence.of_type("complaint.filed"):
        file, told = one["data"]["file"], sealed.get((one["data"]["file"], one["data"]["volume"]))
        if told is None or told["time"] > one["time"]:
            yield Violation("filed", f"filed with a volume that was not sealed: {file}", one["subject"])
        elif file not in linked or file not in files or files[file]["complaint"] != one["subject"]:
            yield Violation("filed", f"its sealed volume {file} is not in the archive", one["subject"])
        elif files[file]["state"] != "filed":
            yield Violation("filed", f"the archive says that its volume is {files[file]['state']}", one["subject"])


def what_comes_after_filing_is_filed_too(evidence: Evidence) -> Iterable[Violation]:
    """A supplement stands beside the volume before it; what came while a filed complaint rested was collected."""
    volumes: dict[str, list[Row]] = defaultdict(list)
    for row in evidence.rows("archive", "files"):
        volumes[row["complaint"]].append(row)
    for complaint, files in volumes.items():
        for one in files:
            before = [each for each in files if each["volume"] < one["volume"] and each["sealed_at"]]
            if one["supplement"] and one["state"] != "voided" and not before:
                yield Violation("supplement", f"volume {one['volume']} supplements nothing", complaint)
        at_rest = None
        for one in evidence.timelines[complaint]:
            if one["type"] in {"complaint.filed", "complaint.reopened", "refusal.overturned"}:
                at_rest = one["time"] if one["type"] == "complaint.filed" else None
            elif one["type"] in _LATE and at_rest is not None and not _collected_since(files, one["time"]):
                yield Violation("supplement", f"{one['type']} came after filing, and lies in no volume", complaint)


_LATE = {"effect.looked_at", "measure.done", "promise.kept", "visit.not_possible"}


def _collected_since(files: Iterable[Row], time: datetime) -> bool:
    return any(one["collected_at"] and one["collected_at"] >= time for one in files)


def the_archive_is_as_it_was_sealed(evidence: Evidence) -> Iterable[Violation]:
    """Each link follows the one before and is signed; each volume and entry is what its manifest says."""
    files = {row["id"]: row for row in evidence.rows("archive", "files")}
    entries: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(evidence.rows("archive", "entries"), key=lambda row: int(row["position"])):
        entries[row["file"]].append(row)
        if hashlib.sha256(row["content"]).hexdigest() != row["sha256"]:
            complaint = files[row["file"]]["complaint"] if row["file"] in files else None
            yield Violation("archive", f"entry {row['position']} ({row['kind']}) was tampered with", complaint)
    links = sorted(evidence.rows("archive", "links"), key=lambda row: int(row["position"]))
    previous = _FIRST
    for position, link in enumerate(links, 1):
        file = files.get(link["file"])
        complaint = file["complaint"] if file else None
        before, previous = previous, link["seal"]
        if not evidence.share.holds(complaint):
            continue
        for what in _link(link, position, before, evidence.archive_key):
            yield Violation("archive", f"link {link['position']} of the chain: {what}", complaint)
        manifest = as_json(link["manifest"])
        if manifest["act"] == "sealed":
            for what in _volume(manifest, file, entries[link["file"]]):
                yield Violation("archive", f"volume {link['file']}: {what}", complaint)
    yield from _cut(evidence, links, files)


def _link(link: Row, position: int, previous: str, key: bytes | None) -> Iterable[str]:
    if link["position"] != position:
        yield f"it is number {position} of those that are there"
    if link["previous"] != previous:
        yield "it does not follow the one before"
    if hashlib.sha256(f"{link['previous']}\n{link['manifest']}".encode()).hexdigest() != link["seal"]:
        yield "its seal is not of its manifest"
    if not _signed(key, _SEAL + link["seal"].encode(), link["signature"]):
        yield "it is not signed by the archive"
    manifest = as_json(link["manifest"])
    if (manifest["position"], manifest["file"], manifest["act"]) != (link["position"], link["file"], link["act"]):
        yield "its manifest speaks of something else"


def _volume(manifest: Row, file: Row | None, entries: Sequence[Row]) -> Iterable[str]:
    if file is None:
        yield "it is gone from the catalogue"
        return
    because = file["accepted_because"]
    now = file | {"because_sha256": because and hashlib.sha256(because).hexdigest()}
    yield from (f"{name} was changed" for name, was in manifest["metadata"].items() if _plain(now.get(name)) != was)
    here = {row["id"]: row for row in entries}
    for was in manifest["entries"]:
        row = here.pop(was["id"], None)
        if row is None:
            yield f"entry {was['position']} is gone"
            continue
        row = row | {"details": as_json(row["details"])}
        yield from (f"{name} of entry {was['position']} was changed" for name in was if _plain(row[name]) != was[name])
    yield from (f"entry {row['position']} was added" for row in here.values())


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _cut(evidence: Evidence, links: Sequence[Row], files: dict[str, Row]) -> Iterable[Violation]:
    seals = [link["seal"] for link in links]
    known = set(seals)
    for one in evidence.of_type("file.sealed"):
        if one["data"]["seal"] not in known:
            yield Violation("archive", f"the seal of volume {one['data']['file']} is not in the chain", one["subject"])
    linked = {link["file"] for link in links if link["act"] == "sealed"}
    for file in (one for one in files.values() if evidence.share.holds(one["complaint"])):
        if file["state"] in {"sealed", "filed"} and file["id"] not in linked:
            yield Violation("archive", f"volume {file['id']} says {file['state']}, no link says so", file["complaint"])
    for number, checkpoint in enumerate(evidence.checkpoints, 1):
        yield from (Violation("archive", f"checkpoint {number}: {what}") for what in _hold(checkpoint, seals, evidence))


def _hold(checkpoint: Row, seals: Sequence[str], evidence: Evidence) -> Iterable[str]:
    if not checkpoint:
        yield "it cannot be read"
        return
    content = {name: value for name, value in checkpoint.items() if name != "signature"}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if not _signed(evidence.archive_key, _CHECKPOINT + text.encode(), bytes.fromhex(checkpoint["signature"])):
        yield "it is not signed by the archive"
    if checkpoint["position"] > len(seals):
        yield f"the chain was cut after {len(seals)} of {checkpoint['position']} links"
    elif _root([bytes.fromhex(one) for one in seals[: checkpoint["position"]]]) != checkpoint["root"]:
        yield "the chain was another one then"


def _root(seals: Sequence[bytes]) -> str:
    """The Merkle root of RFC 6962."""

    def root(leaves: Sequence[bytes]) -> bytes:
        if len(leaves) == 1:
            return hashlib.sha256(b"\0" + leaves[0]).digest()
        half = 1
        while half * 2 < len(leaves):
            half *= 2
        return hashlib.sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()

    return root(seals).hex()


def _signed(key: bytes | None, content: bytes, signature: bytes) -> bool:
    if key is None:
        return True
    try:
        load_pem_public_key(key).verify(signature, content)  # type: ignore[union-attr, call-arg]  # Ed25519
    except InvalidSignature:
        return False
    return True

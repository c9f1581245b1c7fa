"""Is the archive what it was when it was sealed? Names exactly what was tampered with (10/5.2.8, 10/5.2.9). Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.archive.sealing import (
    ENTRY_FIELDS,
    Checkpoint,
    checkpoint_signed,
    hash_of,
    merkle_root,
    metadata_of,
    plain,
    seal_of,
    signed,
)
from shared.errors import Words

FOUND: Final[Mapping[str, Words]] = {
    "entry_changed": ("材料內容被改動", "材料内容被改动", "the content of an entry was changed"),
    "entry_field_changed": ("材料的「{field}」被改動", "材料的“{field}”被改动", "“{field}” of an entry was changed"),
    "entry_missing": ("缺少材料", "缺少材料", "an entry is missing"),
    "entry_added": ("多出材料", "多出材料", "an entry was added"),
    "entry_order_changed": ("材料次序被改動", "材料次序被改动", "the order of the entries was changed"),
    "file_changed": ("檔案的「{field}」被改動", "档案的“{field}”被改动", "“{field}” of the file was changed"),
    "file_missing": ("缺少檔案", "缺少档案", "the file is missing"),
    "file_not_in_chain": ("檔案不在鏈中", "档案不在链中", "the file is not in the chain"),
    "manifest_changed": ("清單被改動", "清单被改动", "the manifest was changed"),
    "link_changed": ("鏈環的「{field}」被改動", "链环的“{field}”被改动", "“{field}” of a link was changed"),
    "link_missing": ("鏈中缺少第 {position} 環", "链中缺少第 {position} 环", "link {position} of the chain is missing"),
    "chain_order_changed": ("鏈環次序被改動", "链环次序被改动", "the order of the chain was changed"),
    "chain_cut": ("鏈尾被截斷", "链尾被截断", "the tail of the chain was cut off"),
    "chain_rewritten": ("鏈與檢查點不符", "链与检查点不符", "the chain is not what the checkpoint says"),
    "checkpoint_missing": ("缺少檢查點", "缺少检查点", "a checkpoint is missing"),
    "checkpoint_changed": ("檢查點被改動", "检查点被改动", "a checkpoint was changed"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tampered with; what does not apply is ``None``."""

    code: str
    file: str | None = None
    number: str | None = None
    volume: int | None = None
    entry: int | None = None
    field: str | None = None
    position: int | None = None
    checkpoint: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as JSON holds it."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Sound:
    """A link of the chain as it was signed: where it belongs and what its seal was."""

    position: int
    seal: str
    file: str
    act: str


def examine_link(
    link: Any, key: Ed25519PublicKey, prior: str, told: str | None
) -> tuple[Mapping[str, Any] | None, Sound, list[Finding]]:
    """Return the manifest where it can be trusted (else ``None``), the link as it was signed, and what is wrong.

    ``prior``: the seal of the link before; ``told``: the seal that was published, where the journal still has it.
    """
    at = {"file": link.file, "position": link.position}
    for previous in dict.fromkeys((link.previous, prior)):
        true = seal_of(previous, link.manifest)
        by_signature = signed(key, true, link.signature)
        if by_signature or true == told:
            break
    else:
        rewritten = told is not None or seal_of(link.previous, link.manifest) != link.seal
        code, field = ("manifest_changed", None) if rewritten else ("link_changed", "signature")
        return None, Sound(link.position, told or link.seal, link.file, link.act), [Finding(code, field=field, **at)]
    manifest = json.loads(link.manifest)
    kept = {"previous": previous, "seal": true, "file": manifest["file"], "act": manifest["act"]}
    found = [Finding("link_changed", field=name, **at) for name, was in kept.items() if getattr(link, name) != was]
    if not by_signature:
        found.append(Finding("link_changed", field="signature", **at))
    if manifest["position"] != link.position:
        found.append(Finding("chain_order_changed", **at))
    return manifest, Sound(manifest["position"], true, manifest["file"], manifest["act"]), found


def examine_file(
    manifest: Mapping[str, Any], file: Any, entries: Sequence[Any], actual: Mapping[str, str]
) -> list[Finding]:
    """Compare a volume with its manifest. ``actual``: the hash of each entry's content as it is now, by id."""
    metadata = manifest["metadata"]
    at = {"file": manifest["file"], "number": metadata["number"], "volume": metadata["volume"]}
    if file is None:
        return [Finding("file_missing", **at)]
    now = metadata_of(file)
    found = [Finding("file_changed", field=name, **at) for name, was in metadata.items() if now.get(name) != was]
    return found + list(_entries(manifest["entries"], entries, actual, at))


def _entries(
    sealed: Sequence[Mapping[str, Any]], entries: Sequence[Any], actual: Mapping[str, str], at: Mapping[str, Any]
) -> Iterable[Finding]:
    here = {one.id: plain(one, ENTRY_FIELDS) for one in entries}
    for was in sealed:
        now = here.pop(was["id"], None)
        if now is None:
            yield Finding("entry_missing", entry=was["position"], **at)
            continue
        if actual[was["id"]] != was["sha256"]:
            yield Finding("entry_changed", entry=was["position"], field="content", **at)
        for name, value in was.items():
            if now[name] != value:
                code = "entry_order_changed" if name == "position" else "entry_field_changed"
                yield Finding(code, entry=was["position"], field=name, **at)
    for added in here.values():
        yield Finding("entry_added", entry=added["position"], **at)


def examine_contents(file: Any, entries: Sequence[Any], actual: Mapping[str, str]) -> list[Finding]:
    """Compare entries with their own hashes: of a volume that is not sealed, or whose manifest cannot be trusted."""
    at = {"file": file.id, "number": file.number, "volume": file.volume}
    return [
        Finding("entry_changed", entry=one.position, field="content", **at)
        for one in entries
        if actual[one.id] != one.sha256
    ]


def examine_chain(links: Sequence[Sound], told: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Look for links that are gone. ``told``: file, volume and seal of each sealing that the journal has, in order."""
    present = {link.position for link in links}
    found = [Finding("link_missing", position=one) for one in range(1, max(present, default=0)) if one not in present]
    known = {link.file for link in links if link.act == "sealed"}
    last = max((index for index, one in enumerate(told) if one["file"] in known), default=-1)
    for index, one in enumerate(told):
        if one["file"] not in known:
            code = "chain_cut" if index > last else "file_not_in_chain"
            found.append(Finding(code, file=one["file"], volume=one["volume"]))
    return found


def examine_checkpoints(
    links: Sequence[Sound], checkpoints: Sequence[Checkpoint], key: Ed25519PublicKey
) -> list[Finding]:
    """Hold the chain against what was laid down outside the database."""
    seals = {link.position: link.seal for link in links}
    length, found, before = max(seals, default=0), [], None
    for expected, one in enumerate(checkpoints, 1):
        number = one["number"]
        if "unreadable" in one or not _is_ours(one, key):
            found.append(Finding("checkpoint_changed", checkpoint=number))
            before = None
            continue
        if number != expected + (checkpoints[0]["number"] - 1) or (before and one["previous"] != hash_of(before)):
            found.append(Finding("checkpoint_missing", checkpoint=number - 1))
        covered = [seals.get(position) for position in range(1, one["position"] + 1)]
        if one["position"] > length:
            found.append(Finding("chain_cut", position=length + 1, checkpoint=number))
        elif None not in covered and merkle_root([seal for seal in covered if seal]) != one["root"]:
            found.append(Finding("chain_rewritten", checkpoint=number))
        before = one
    if checkpoints and checkpoints[0]["number"] != 1:
        found.append(Finding("checkpoint_missing", checkpoint=checkpoints[0]["number"] - 1))
    return found


def _is_ours(checkpoint: Checkpoint, key: Ed25519PublicKey) -> bool:
    try:
        signature = bytes.fromhex(checkpoint["signature"])
    except (TypeError, ValueError):
        return False
    return checkpoint_signed(key, {name: value for name, value in checkpoint.items() if name != "signature"}, signature)

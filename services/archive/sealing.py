"""The seal: manifest, chain, signature, Merkle root (10/5.2.6, 10/5.2.8). Pure; nothing here reads or writes.

A *manifest* says in canonical JSON what a volume is and what is in it, entry by entry, with the hash of each entry's
sealed bytes. It holds its position
in the chain. A *seal* binds the previous seal and the manifest. A signature of the archive's key is over the seal.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

GENESIS: Final = "0" * 64
"""What the first link follows."""
FILE_FIELDS: Final = (
    "complaint", "volume", "supplement", "number", "channel", "service", "topic_code", "kind", "level", "received_at",
    "ending", "ended_at", "outcome", "collected_at", "complete", "missing", "sealed_at", "sealed_by", "retained_until",
)  # fmt: skip
ENTRY_FIELDS: Final = (
    "id", "position", "kind", "title", "at", "by", "media_type", "field", "size", "sha256", "fingerprint", "details",
)  # fmt: skip
Checkpoint = dict[str, Any]
"""number, position (the last link it covers), root, at, previous (SHA-256 of the one before, or null), signature."""
_SEAL_DOMAIN: Final = b"redress archive seal\0"
_CHECKPOINT_DOMAIN: Final = b"redress archive checkpoint\0"


def canonical(value: Any) -> str:
    """Return JSON that is the same for the same value: sorted keys, no spaces, times in UTC."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_text)


def _text(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def plain(row: Any, names: Sequence[str]) -> dict[str, Any]:
    """Return the fields of a row as a manifest holds them."""
    values = row if isinstance(row, Mapping) else {name: getattr(row, name) for name in names}
    chosen: dict[str, Any] = json.loads(canonical({name: values[name] for name in names}))
    return chosen


def contents_of(file: Any, entries: Sequence[Any]) -> dict[str, Any]:
    """Return what the manifest of a sealed volume says of it."""
    return {
        "act": "sealed",
        "file": file.id,
        "metadata": metadata_of(file),
        "entries": [plain(one, ENTRY_FIELDS) for one in entries],
    }


def metadata_of(file: Any) -> dict[str, Any]:
    """Return the catalogue's words of a volume; the sealed reason for accepting an incomplete one as its hash."""
    because = file.accepted_because
    return plain(file, FILE_FIELDS) | {"because_sha256": because and hashlib.sha256(because).hexdigest()}


def voided(file: str, at: datetime) -> dict[str, Any]:
    """Return what a manifest says by which a sealed volume does not stand after all."""
    return {"act": "voided", "file": file, "at": at}


def manifest_of(position: int, contents: Mapping[str, Any]) -> str:
    """Return the manifest of the link at ``position``."""
    return canonical({**contents, "position": position})


def seal_of(previous: str, manifest: str) -> str:
    """Return the seal of a link: SHA-256, hexadecimal."""
    return hashlib.sha256(f"{previous}\n{manifest}".encode()).hexdigest()


def sign(key: Ed25519PrivateKey, seal: str) -> bytes:
    """Sign a seal. The same key signs tokens; the domain keeps the two apart."""
    return key.sign(_SEAL_DOMAIN + seal.encode())


def signed(key: Ed25519PublicKey, seal: str, signature: bytes) -> bool:
    """Say whether the archive's key signed this seal."""
    return _verified(key, _SEAL_DOMAIN + seal.encode(), signature)


def hash_of(checkpoint: Checkpoint) -> str:
    """Return the hash by which the next checkpoint names this one."""
    return hashlib.sha256(canonical(checkpoint).encode()).hexdigest()


def sign_checkpoint(key: Ed25519PrivateKey, checkpoint: Mapping[str, Any]) -> bytes:
    """Sign a checkpoint (without its own signature)."""
    return key.sign(_CHECKPOINT_DOMAIN + canonical(checkpoint).encode())


def checkpoint_signed(key: Ed25519PublicKey, checkpoint: Mapping[str, Any], signature: bytes) -> bool:
    """Say whether the archive's key signed this checkpoint."""
    return _verified(key, _CHECKPOINT_DOMAIN + canonical(checkpoint).encode(), signature)


def _verified(key: Ed25519PublicKey, content: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def merkle_root(seals: Sequence[str]) -> str:
    """Return the root over the seals in order, hashed as in RFC 6962 (leaves 0x00, nodes 0x01)."""
    return _root([hashlib.sha256(b"\0" + bytes.fromhex(seal)).digest() for seal in seals]).hex()


def _root(level: list[bytes]) -> bytes:
    if not level:
        return hashlib.sha256(b"").digest()
    while len(level) > 1:
        # RFC 6962 splits at the largest power of two: the same as pairing from the left and carrying the odd one up
        paired = [hashlib.sha256(b"\1" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]


def retained_until(sealed_on: date, years: int) -> date:
    """Return until when a volume is kept: the same day so many years later (29 February: 28)."""
    try:
        return sealed_on.replace(year=sealed_on.year + years)
    except ValueError:
        return sealed_on.replace(year=sealed_on.year + years, day=28)

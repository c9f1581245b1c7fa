"""The archive's key, and the one place where the chain grows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.archive.sealing import GENESIS, manifest_of, seal_of, sign
from services.archive.tables import Act, Link
from shared.procedure import load
from shared.running import Service
from shared.secrets import Secrets


@dataclass(frozen=True)
class Seal:
    """The key with which the archive signs."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> Ed25519PublicKey:
        """The half with which anybody can verify; it lies in the folder of public keys."""
        return self.private.public_key()


async def open_seal(service: Service) -> None:
    """Read the key once at start, and the policy, so that neither is found missing later."""
    load()
    key = load_pem_private_key(Secrets(service.settings.keys_folder).private_pem("archive"), None)
    assert isinstance(key, Ed25519PrivateKey)
    service.resources["seal"] = Seal(key)


def seal_key(service: Service) -> Seal:
    """Return the archive's key of a running service."""
    seal: Seal = service.resources["seal"]
    return seal


async def add_link(
    session: AsyncSession, key: Seal, file: str, act: Act, contents: dict[str, Any], at: datetime
) -> Link:
    """Add a link to the chain's end. Hold the complaint first: the chain is locked until the transaction ends."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('chain', 0))"))
    last = (await session.execute(select(Link.position, Link.seal).order_by(Link.position.desc()).limit(1))).first()
    position, previous = (last.position + 1, last.seal) if last else (1, GENESIS)
    manifest = manifest_of(position, contents)
    seal = seal_of(previous, manifest)
    link = Link(
        position=position,
        file=file,
        act=act,
        at=at,
        manifest=manifest,
        previous=previous,
        seal=seal,
        signature=sign(key.private, seal),
    )
    session.add(link)
    await session.flush()
    return link

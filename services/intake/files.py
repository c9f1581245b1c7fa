"""Attachments on disk: sealed bytes under the name of their own hash."""

import asyncio
import hashlib
from pathlib import Path

from shared.whole_files import write_whole


class Files:
    """A folder of sealed contents; written whole and forced to disk before they count."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def keep(self, content: bytes) -> str:
        """Write sealed bytes and return their SHA-256, which is their name."""
        return await asyncio.to_thread(self._keep, content)

    async def read(self, sha256: str) -> bytes:
        """Return the sealed bytes. Raises ``FileNotFoundError``."""
        return await asyncio.to_thread(self._path(sha256).read_bytes)

    async def drop(self, sha256: str) -> None:
        """Remove sealed bytes that belong to nothing."""
        await asyncio.to_thread(self._path(sha256).unlink, missing_ok=True)

    def _keep(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content, 0o666)
        return name

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

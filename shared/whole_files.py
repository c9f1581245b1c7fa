"""Files that are there whole or not at all, whatever breaks off in between."""

import os
from pathlib import Path
from uuid import uuid4


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file, or replace it, and wait until the disk has it. ``mode``: of a new one, as the umask allows."""
    part = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)

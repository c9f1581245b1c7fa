"""PostgreSQL's family in a data folder, to be killed."""

import random
from pathlib import Path

import psutil


def kill_postgres(data: Path, chance: random.Random) -> str:
    """`kill -9` the embedded server: with its whole family, or its head alone, whose children live on for a moment."""
    try:
        note = (data / "postgres" / "postmaster.pid").read_text("utf-8")
        head = psutil.Process(int(note.split("\n", 1)[0]))
        if head.name() != "postgres" or str(data / "postgres") not in head.cmdline():
            return ""
        family = head.children()
    except (OSError, ValueError, psutil.Error):
        return ""
    alone = chance.random() < 0.5
    for process in [head, *([] if alone else family)]:
        try:
            process.kill()
        except psutil.Error:
            continue
    return "PostgreSQL's head" if alone else "PostgreSQL, whole"

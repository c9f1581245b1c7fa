"""Offices with many complaints, kept under `var/bench` from run to run, as long as nothing they rest on changes.

They live in real time: one that was made yesterday has more overdue today, so a day is as old as they get.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx
import uvloop
from joserfc.jwk import OKPKey

from services.intake.receipts import receipt_code
from shared.access import issue_token
from shared.database import dsn
from shared.office import example_office
from shared.secrets import Secrets
from shared.settings import Settings, database_url
from tests.bench.intake import product
from tests.invariants import running_office

ROOT: Final = Path(__file__).parents[2]
KEPT: Final = Path("var/bench").absolute()
_RESTS_ON: Final = ("services/*/tables.py", "services/*/migrations/versions/*.py", "shared/*.py", "tests/seed/*.py")


def seeded(complaints: int) -> Path:
    """Return the data folder of an office with so many complaints; made when there is none of today."""
    key = hashlib.sha256(datetime.now(UTC).date().isoformat().encode())
    for path in sorted(path for pattern in _RESTS_ON for path in ROOT.glob(pattern)):
        key.update(path.read_bytes())
    data = KEPT / f"seed-{complaints}-{key.hexdigest()[:12]}"
    if not data.exists():
        remove_older(KEPT, complaints)
        environment = os.environ | {"DATA": str(data), "N": str(complaints)}
        subprocess.run([sys.executable, "-m", "tests.seed"], cwd=ROOT, env=environment, check=True)
    return data


def remove_older(kept: Path, complaints: int) -> None:
    """Remove the offices with so many complaints, and what they wrote while they ran."""
    for old in kept.glob(f"seed-{complaints}-*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()


@dataclass
class Running:
    """A running office, and who asks it."""

    data: Path
    url: str
    clients: dict[str, httpx.Client] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """How its databases are reached."""
        return running_office(Settings(data=self.data))

    def as_(self, username: str) -> httpx.Client:
        """A person with a token, as the desk would sign it; an empty name is nobody."""
        if username not in self.clients:
            headers = {"Accept-Language": "en"}
            if username:
                officer = next(one for one in example_office().officers if one.username == username)
                key = OKPKey.import_key(Secrets(self.data / "keys").private_pem("desk"))
                claims = {"roles": sorted(officer.roles), "department": officer.department}
                headers["Authorization"] = f"Bearer {issue_token(key, 'desk', officer.id, claims)}"
            self.clients[username] = httpx.Client(base_url=self.url, headers=headers, timeout=60)
        return self.clients[username]

    def rows(self, service: str, query: str) -> list[dict[str, Any]]:
        """Ask a service's database."""

        async def ask() -> list[dict[str, Any]]:
            line = await asyncpg.connect(dsn(database_url(self.settings, service)))
            try:
                return [dict(row) for row in await line.fetch(query)]
            finally:
                await line.close()

        return uvloop.run(ask())

    def receipt_code(self, complaint: Any) -> str:
        """Return the code that a complainant was given."""
        return receipt_code(Secrets(self.data / "keys").receipt_key(), complaint)


@contextmanager
def running(data: Path) -> Iterator[Running]:
    """Run the product on a data folder; when it begins, what had become due meanwhile is done."""
    with product(data) as port:
        office = Running(data, f"http://127.0.0.1:{port}")
        try:
            _rest(office)
            yield office
        finally:
            for client in office.clients.values():
                client.close()


def _rest(office: Running) -> None:
    last, quiet, end = -1, 0, time.monotonic() + 300
    while quiet < 3 and time.monotonic() < end:
        found = office.rows("sla", "SELECT coalesce(max(id), 0) AS n FROM outbox")[0]["n"]
        quiet = quiet + 1 if found == last else 0
        last = found
        time.sleep(1)

"""Does it hold? Kills at random moments while people write and work, then the one checker.

    python -m tests.chaos                 all of: prove, embedded, distributed
    python -m tests.chaos prove           the checker names what is done to an office on purpose
    python -m tests.chaos embedded        the one process, and every second time its PostgreSQL
    python -m tests.chaos distributed     services, Kafka and PostgreSQL, also with two replicas of every service
    python -m tests.chaos rolling         docker compose with two replicas, restarted one after the other

KILLS, COMPLAINTS and SEED change and repeat a run. The exit code is 1 when anything is wrong.
"""

import asyncio
import logging
import os
import secrets
import sys

from tests.chaos.tally import Tally


def main() -> int:
    """Run what was asked for."""
    parts = sys.argv[1:] or ["prove", "embedded", "distributed"]
    if unknown := set(parts) - {"prove", "embedded", "distributed", "rolling"}:
        print(__doc__, f"\nunknown: {', '.join(sorted(unknown))}")
        return 2
    seed = int(os.environ.get("SEED") or secrets.randbelow(10**6))
    for name in ("aiokafka", "testcontainers", "docker", "urllib3", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # that servers go away is the point
    wrong = False
    for part in parts:
        print(f"\n{part} (SEED={seed})", flush=True)
        try:
            wrong = not _PARTS[part](seed) or wrong
        except Exception:
            print(f"{part} broke; again with SEED={seed}", flush=True)
            raise
    return 1 if wrong else 0


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


def _show(tally: Tally, violations: int, said: str) -> bool:
    if violations:
        print(said)
    print(tally.table(violations), flush=True)
    return not violations


def _prove(_: int) -> bool:
    from tests.chaos.prove import prove

    return asyncio.run(prove())


def _embedded(seed: int) -> bool:
    from tests.chaos.embedded import run

    tally, violations, said = asyncio.run(run(_number("KILLS", 50), _number("COMPLAINTS", 2000), seed))
    good = _show(tally, violations, said)
    return _half(tally.hits, tally, "left a request unanswered") and good


def _distributed(seed: int) -> bool:
    from tests.chaos.distributed import run

    tally, violations, said = asyncio.run(run(_number("KILLS", 10), _number("COMPLAINTS", 2000), seed))
    good = _show(tally, violations, said)
    return _half(tally.midway, tally, "came while a request was unanswered") and good


def _half(kills: int, tally: Tally, did: str) -> bool:
    """Whether at least half of the kills did so; says it where they did not."""
    enough = kills * 2 >= len(tally.kills)
    if not enough:
        print(f"  fewer than half of the kills {did}: this run shows too little")
    return enough


def _rolling(seed: int) -> bool:
    from tests.chaos.rolling import run

    tally, violations, said = asyncio.run(run(_number("COMPLAINTS", 600), seed))
    return _show(tally, violations, said)


_PARTS = {"prove": _prove, "embedded": _embedded, "distributed": _distributed, "rolling": _rolling}

if __name__ == "__main__":
    sys.exit(main())

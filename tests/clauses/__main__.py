"""Each clause of chapters 1 to 6 → how it is met → the tests that prove it, run now.

python -m tests.clauses                  the table, and var/clauses.json; exit 1 where a clause is not met or proved
python -m tests.clauses break [DUTY …]   (or BREAK=1) each live duty is removed, and its number is changed: which
                                         tests of its clause turn red? exit 1 where none does
python -m tests.clauses routes [CLAUSE …] (or BREAK=routes) the same for each route by which a clause is met
"""

import os
import sys

from tests.clauses.running import run
from tests.clauses.telling import table, tell, write


def main(arguments: list[str]) -> int:
    """Tell, or break."""
    broken, *named = arguments or [os.environ.get("BREAK", "")]
    if broken == "routes":
        from tests.clauses.routes import break_routes

        return break_routes(named)
    if broken:
        from tests.clauses.duties import break_duties

        return break_duties(named)
    proved = run("-n", "2", show=True)
    rows = table(proved)
    write(rows)
    said, open_ones = tell(rows)
    sys.stdout.write(said)
    return 1 if open_ones or proved.code else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

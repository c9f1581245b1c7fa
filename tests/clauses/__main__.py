"""Each clause of chapters 1 to 6 → how it is met → the tests that prove it, run now.

python -m tests.clauses                 the table, and var/clauses.json; exit 1 where a clause is not met or proved
python -m tests.clauses break [DUTY …]  (or BREAK=1) each live duty is removed, and its number is changed: which
                                        tests of its clause turn red? exit 1 where none does
"""

import os
import sys

from tests.clauses.running import run
from tests.clauses.telling import table, tell, write


def main(arguments: list[str]) -> int:
    """Tell, or break."""
    if arguments[:1] == ["break"] or os.environ.get("BREAK"):
        from tests.clauses.duties import break_duties

        return break_duties([one for one in arguments if one != "break"])
    proved = run("-n", "2", show=True)
    rows = table(proved)
    write(rows)
    said, open_ones = tell(rows)
    sys.stdout.write(said)
    return 1 if open_ones or proved.code else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Fill an empty office with many complaints, finished and open, for measuring at size.

    DATA=./var-seed N=100000 python -m tests.seed        (make seed N=100000 DATA=./var-seed)

A few dozen complaints are lived through over HTTP on a simulated clock that ends now; then they are copied in bulk:
own ids, numbers, keys and seals, consistent in every service. `make run DATA=…` goes on with them, the checker accepts
them. Not copied: mails that were laid (they are a mailbox's), and attachments.
"""

import os
import sys
import time

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from shared.embedded import CannotStart
from shared.logs import set_up
from shared.settings import Settings
from tests.seed.filling import fill, refuse_what_is_there


def main() -> int:
    """Fill the folder that DATA names with N complaints."""
    try:
        complaints = int(os.environ.get("N", "100000"))
        if complaints < 1:
            raise ValueError
    except ValueError:
        sys.stderr.write("N is the number of complaints: make seed N=1000\n")
        return 2
    settings, begun = Settings(), time.monotonic()
    set_up("warning")
    try:
        refuse_what_is_there(settings.data)
        _fill(settings, complaints)
    except CannotStart as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    seconds = time.monotonic() - begun
    sys.stdout.write(
        f"{complaints} complaints in {settings.data.absolute()}, {seconds:.0f} s\n"
        f"  look at them    make run DATA={settings.data}\n"
        f"  check them      (while it runs) DATA={settings.data} python -m tests.invariants\n"
    )
    return 0


def _fill(settings: Settings, complaints: int) -> None:
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeElapsedColumn()) as progress:
        bars: dict[str, TaskID] = {}

        def told(what: str, share: float) -> None:
            for done, bar in bars.items():
                if done != what:
                    progress.update(bar, completed=1)
            if what not in bars:
                bars[what] = progress.add_task(what, total=1)
            progress.update(bars[what], completed=min(share, 1))

        fill(settings, complaints, told)
        for bar in bars.values():
            progress.update(bar, completed=1)


if __name__ == "__main__":
    sys.exit(main())

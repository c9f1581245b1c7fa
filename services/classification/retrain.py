"""``python -m services.classification.retrain``: make a new model, compare it, and write it - without switching it on.

From the project's examples and, where given, an office's own (``--more FILE.jsonl``: the fields of an example).
"""

# ruff: noqa: T201 - a tool speaks by printing

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from services.classification.examples import ExampleError, as_examples, own, rows
from services.classification.learning import learn
from services.classification.model import FILE, current, save


def main(arguments: Sequence[str] | None = None) -> int:
    """Learn, print what the old and the new one say of examples they were not shown, and write the new one."""
    parser = argparse.ArgumentParser(description="Make a new model from examples.")
    parser.add_argument("--more", type=Path, nargs="*", default=[], help="further examples, one JSON object a line")
    parser.add_argument("--out", type=Path, default=FILE, help="the model's file (default: the shipped one)")
    parser.add_argument("--version", default=datetime.now(UTC).strftime("%Y%m%d%H%M%S"))
    given = parser.parse_args(arguments)
    try:
        shipped = own()
        examples = shipped + as_examples(row for file in given.more for row in rows(file, to_learn=True))
    except (OSError, ExampleError) as error:
        print(error, file=sys.stderr)
        return 2
    before = current().about.get("left_out_right", {}) if FILE.exists() else {}
    model = learn(examples, given.version, len(shipped))
    save(given.out, model)
    print(f"model {given.version}: {len(examples)} examples, {len(model.names)} features")
    for label, share in model.about["left_out_right"].items():
        print(f"  {label:10} right on what it was not shown: before {before.get(label, '-')}, after {share}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

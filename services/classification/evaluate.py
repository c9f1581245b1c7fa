"""``python -m services.classification.evaluate FILE.jsonl [--predictions OUT.jsonl]``: how good the classifier is.

FILE has one message a line (id, title, text; service, kind, nature, level and alt where they are known). Rows without
labels are predicted and not scored. No service needs to run.
"""

# ruff: noqa: T201 - a tool speaks by printing

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from services.classification.classify import Labels, Reason, classify
from services.classification.examples import ExampleError, rows, text_of
from services.classification.measuring import FOLLOWING, LABELS, measure, pairs
from services.classification.model import current, load, switch

FIELDS = {"service": "service", "topic": "topic_code", "kind": "kind", "nature": "nature", "level": "level"}


def prediction(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of OUT for one message: plain labels, confidence, reasons, and what a person would decide."""
    text = text_of(dict(row))
    labels = classify(text)
    return {
        "id": row.get("id"),
        **{name: _plain(labels, field) for name, field in FIELDS.items()},
        "confidence": labels.confidence,
        "reasons": [_reason(one, text) for one in labels.reasons],
        "to_person": list(labels.to_person),
    }


def _plain(labels: Labels, field: str) -> Any:
    value = getattr(labels, field)
    return "none" if field == "service" and value is None else value


def _reason(one: Reason, text: str) -> dict[str, Any]:
    label = "topic" if one.label == "topic_code" else one.label
    words = text[one.start : one.end]
    return {"label": label, "value": one.value, "words": words, "start": one.start, "end": one.end}


def main(arguments: Sequence[str] | None = None) -> int:
    """Predict, score, print; return 2 where the file cannot be used."""
    parser = argparse.ArgumentParser(description="How good the classifier is on labelled messages.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--predictions", type=Path, help="write what was predicted, one message a line")
    parser.add_argument("--model", type=Path, help="another model's file, to compare before it is switched on")
    given = parser.parse_args(arguments)
    try:
        if given.model:
            switch(load(given.model))
        messages = list(rows(given.file))
    except (OSError, ValueError, ExampleError) as error:
        print(error, file=sys.stderr)
        return 2
    predictions = [prediction(row) for row in messages]
    if given.predictions:
        lines = (json.dumps(one, ensure_ascii=False) for one in predictions)
        given.predictions.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    print(f"model {current().about.get('version')}: {len(messages)} messages")
    for label in LABELS:
        _print(label, measure(pairs(messages, predictions, label)))
    for label in FOLLOWING:
        _print_short(label, measure(pairs(messages, predictions, label)))
    _print_scripts(messages, predictions)
    return 0


def _print(label: str, found: Mapping[str, Any]) -> None:
    print(f"\n{label}: {found['rows']} rows")
    if not found["rows"]:
        return
    for name, value in found.items():
        if isinstance(value, float):
            print(f"  {name:22}{value:.3f}")
    for value, one in found["classes"].items():
        print(f"  {value:22}{one['rows']:4.0f} rows  precision {one['precision']:.3f}  recall {one['recall']:.3f}")
    wrong = {pair: times for pair, times in found["confusion"].items() if len(set(pair.split(" -> "))) == 2}
    print("  confusion             " + ("; ".join(f"{pair}: {times}" for pair, times in wrong.items()) or "none"))
    if label == "level" and "1" in found["classes"]:
        one = found["classes"]["1"]
        print(f"  level 1: recall {one['recall']:.3f}, precision {one['precision']:.3f}")


def _print_short(label: str, found: Mapping[str, Any]) -> None:
    told = ("strict accuracy", "calibration error", "sent to a person", "accuracy on the rest")
    print(f"\n{label}: {found['rows']} rows, " + ", ".join(f"{name} {found[name]:.3f}" for name in told))


def _print_scripts(messages: Sequence[dict[str, Any]], predictions: Sequence[dict[str, Any]]) -> None:
    languages = sorted({str(row.get("language")) for row in messages if row.get("language")})
    for language in languages if len(languages) > 1 else ():
        chosen = [n for n, row in enumerate(messages) if row.get("language") == language]
        found = measure(pairs([messages[n] for n in chosen], [predictions[n] for n in chosen], "service"))
        print(f"\nservice, {language}: {found['rows']} rows, strict macro-F1 {found['strict macro-F1']:.3f}")


if __name__ == "__main__":
    sys.exit(main())

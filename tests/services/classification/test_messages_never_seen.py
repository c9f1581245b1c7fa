"""What must hold on the own 662 test messages, which are in no example (313 are English), and on real ones.

The real messages are other people's words: they stay beside the project, and where they are absent the test says so.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import opencc
import pytest

from services.classification import evaluate, retrain
from services.classification.examples import FOLDER, own, rows, text_of
from services.classification.measuring import accuracy, calibration_error, macro_f1, measure, pairs
from services.classification.model import current, load
from shared.settings import Settings

FOLDER_OF_MESSAGES = Path(__file__).parent / "messages"
REAL = Settings().shared_folder / "data" / "utility_messages_dev.jsonl"
ASKED = {"service": 0.93, "kind": 0.85, "nature": 0.78, "level": 0.75}
"""Macro-F1 that is asked for."""
REACHED_IN_ENGLISH = {"service": 0.88, "kind": 0.92, "nature": 0.83, "level": 0.86}
"""Macro-F1 that the hard English ones have reached: idioms, Indian and Hong Kong usage, tweets."""
REACHED_UNSEEN = {"service": 0.9, "kind": 0.92, "nature": 0.83, "level": 0.81}
"""The same of English ones whose errors nobody has looked at."""
REACHED = {"service": 0.96, "kind": 0.97, "nature": 0.89, "level": 0.93}
"""Macro-F1 that the own test messages have reached."""


def test_no_test_message_is_an_example() -> None:
    examples = {text_of(row) for file in FOLDER.glob("*.jsonl") for row in rows(file)}
    assert not examples & {text_of(row) for file in FOLDER_OF_MESSAGES.glob("*.jsonl") for row in rows(file)}


@pytest.mark.parametrize("script", ["as written", "s2t", "t2s"])
def test_labels_are_right_on_messages_never_seen_in_either_script(script: str) -> None:
    messages = [row for name in ("hard", "plain") for row in rows(FOLDER_OF_MESSAGES / f"{name}.jsonl")]
    _are_labelled(messages, script, REACHED)


def test_hard_english_is_labelled_as_well_as_it_has_been_and_its_confidence_is_true() -> None:
    messages = list(rows(FOLDER_OF_MESSAGES / "english.jsonl"))
    predictions = _reach(messages, REACHED_IN_ENGLISH, level_1=(0.85, 0.75))
    for label in ("in_scope", "service", "topic", "department", "importance"):
        assert calibration_error(pairs(messages, predictions, label)) <= 0.12, label


def test_english_whose_errors_nobody_has_looked_at_is_labelled_as_well_as_it_has_been() -> None:
    messages = list(rows(FOLDER_OF_MESSAGES / "english_unseen.jsonl"))
    predictions = _reach(messages, REACHED_UNSEEN, level_1=(0.9, 0.6))
    _are_right_where_sure(messages, predictions, "service", 0.92)


@pytest.mark.skipif(not REAL.is_file(), reason=f"the real messages are not there ({REAL})")
@pytest.mark.parametrize("script", ["as written", "s2hk"])
def test_labels_are_right_on_real_messages_in_either_script(script: str) -> None:
    _are_labelled([row | {"title": row["title"] or ""} for row in rows(REAL)], script, ASKED)


def _are_labelled(messages: list[dict[str, Any]], script: str, asked: Mapping[str, float]) -> None:
    if script != "as written":
        turn = opencc.OpenCC(script).convert
        messages = [row | {"title": turn(row["title"]), "text": turn(row["text"])} for row in messages]
    predictions = _reach(messages, asked, level_1=(0.9, 0.6))
    for label in ("service", "kind"):
        _are_right_where_sure(messages, predictions, label, 0.95)


def _reach(
    messages: list[dict[str, Any]], asked: Mapping[str, float], level_1: tuple[float, float]
) -> list[dict[str, Any]]:
    """Return the predictions, whose macro-F1 is as asked, as is what of level 1 is found, and right of that said."""
    predictions = [evaluate.prediction(row) for row in messages]
    for label, least in asked.items():
        assert macro_f1(pairs(messages, predictions, label)) >= least, label
    dangerous = measure(pairs(messages, predictions, "level"))["classes"]["1"]
    found, right = level_1
    assert dangerous["recall"] >= found
    assert dangerous["precision"] >= right
    return predictions


def _are_right_where_sure(
    messages: list[dict[str, Any]], predictions: list[dict[str, Any]], label: str, least: float
) -> None:
    """Of what is not left to a person - three quarters at least - the share asked for is right."""
    found = pairs(messages, predictions, label)
    kept = [one for one in found if not one.person]
    assert accuracy(kept) >= least
    assert len(kept) >= 0.75 * len(found)


def test_evaluate_writes_what_was_predicted_and_scores_only_what_is_labelled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    labelled = {"id": "1", "title": "路灯不亮", "text": "没人修", "service": "infrastructure", "kind": "complaint"}
    file.write_text("\n".join(json.dumps(one) for one in (labelled, {"id": "2", "text": "工资没有发"})), "utf-8")
    assert evaluate.main([str(file), "--predictions", str(out)]) == 0
    first, second = (json.loads(line) for line in out.read_text("utf-8").splitlines())
    fields = {"id", "service", "topic", "kind", "nature", "level", "confidence", "reasons", "to_person"}
    assert set(first) == set(second) == fields
    assert (first["service"], second["service"], second["level"]) == ("infrastructure", "none", None)
    assert {"路灯", "不亮"} <= {one["words"] for one in first["reasons"]}
    printed = capsys.readouterr().out
    assert "service: 1 rows" in printed
    for follows, rows_ in (("in_scope", 1), ("department", 1), ("importance", 0)):
        assert f"{follows}: {rows_} rows, strict accuracy" in printed


def test_a_file_that_cannot_be_used_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text('{"text": "x"}\n{"title": "x"}\n', "utf-8")
    assert evaluate.main([str(file)]) == 2
    assert "in.jsonl, line 2: 'text' is missing" in capsys.readouterr().err
    file.write_text('{"text": "x", "service": "telephone"}\n', "utf-8")
    assert retrain.main(["--more", str(file), "--out", str(tmp_path / "model.npz")]) == 2
    assert "in.jsonl, line 1: 'service' is none of water, power" in capsys.readouterr().err


def test_another_defensible_answer_counts_alone_or_in_a_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "in.jsonl"
    for alone_or_listed in ("infrastructure", ["infrastructure"]):
        row = {"text": "路灯不亮，走路看不见", "service": "water", "alt": {"service": alone_or_listed}}
        file.write_text(json.dumps(row), "utf-8")
        assert evaluate.main([str(file)]) == 0
        assert "lenient accuracy      1.000" in capsys.readouterr().out.split("topic:")[0]


def test_the_shipped_model_is_made_of_the_shipped_examples(tmp_path: Path) -> None:
    made = tmp_path / "model.npz"
    assert retrain.main(["--out", str(made), "--version", str(current().about["version"])]) == 0
    anew = load(made)
    assert anew.about["of"] == current().about["of"]
    assert list(anew.names) == list(current().names)
    assert np.allclose(anew.weights, current().weights, atol=1e-3)
    assert np.allclose(anew.bias, current().bias, atol=1e-6)
    assert anew.about["left_out_right"] == pytest.approx(current().about["left_out_right"], abs=1e-3)


def test_further_examples_add_no_words_to_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = own()[:200]
    monkeypatch.setattr(retrain, "own", lambda: few)
    more, made = tmp_path / "more.jsonl", tmp_path / "model.npz"
    row = {"text": "蘷蘷蘷魈魈魈的垃圾沒有人收", "service": "sanitation", "kind": "complaint"}
    more.write_text("".join(json.dumps(row) + "\n" for _ in range(3)), "utf-8")
    assert retrain.main(["--more", str(more), "--out", str(made)]) == 0
    anew = load(made)
    assert anew.about["examples"] == len(few) + 3
    assert not any("魈" in name for name in anew.names)

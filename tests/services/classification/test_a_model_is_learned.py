"""What a model learns from examples: by halves what numpy does at once, and what is known of an example not shown."""

import hashlib
import json

import numpy as np
import pytest

from services.classification import learning
from services.classification.learning import Example, learn
from services.classification.model import COLUMNS, FORM, LABELS
from services.classification.reading import read
from services.classification.scoring import ENGLISH, features, weights


@pytest.fixture
def messages() -> np.ndarray:
    """As many as are not inverted at once, each like each a little, as real ones are."""
    seen = np.random.default_rng(7).random((2 * learning.SMALL + 57, 40), dtype=np.float32)
    return np.asarray(seen @ seen.T / 40)


def test_what_is_inverted_by_halves_is_the_inverse(messages: np.ndarray) -> None:
    messages[np.diag_indices_from(messages)] += learning.STRENGTH
    root = messages.copy()
    root[np.triu_indices_from(root, 1)] = np.nan  # what each is to each is only known below the diagonal
    learning._whiten(root)
    assert np.allclose(root.T @ (root @ messages), np.eye(len(messages)), atol=1e-3)


def test_what_is_said_of_a_message_not_shown_is_what_the_others_alone_would_say(messages: np.ndarray) -> None:
    few = messages[:60, :60] + learning.STRENGTH * np.eye(60, dtype=np.float32)
    wanted = np.eye(3, dtype=np.float32)[np.random.default_rng(8).integers(0, 3, 60)]
    _, guessed = learning._ridge(_white(few), wanted)
    for left_out in (0, 31, 59):
        others = np.delete(np.arange(60), left_out)
        shares, _ = learning._ridge(_white(few[np.ix_(others, others)]), wanted[others])
        assert np.allclose(few[left_out, others] @ shares, guessed[left_out], atol=1e-3)


def _white(matrix: np.ndarray) -> np.ndarray:
    white = matrix.copy()
    learning._whiten(white)
    return white


@pytest.mark.parametrize("known", [range(40), range(20, 60)])
def test_of_those_in_scope_the_same_is_learned_as_if_there_were_no_others(messages: np.ndarray, known: range) -> None:
    few = messages[:60, :60] + learning.STRENGTH * np.eye(60, dtype=np.float32)
    groups = [(np.array(known), ["level"]), (np.arange(60), ["service"])]
    for rows, labels, white in learning._whitened(few.copy(), groups):
        wanted = np.eye(3, dtype=np.float32)[np.random.default_rng(8).integers(0, 3, len(rows))]
        alone = learning._ridge(_white(few[np.ix_(rows, rows)]), wanted)
        assert np.allclose(learning._ridge(white, wanted), alone, atol=1e-3), labels


def test_a_message_whose_level_nobody_gave_teaches_its_service_and_no_level() -> None:
    told = [Example(f"路灯坏了 {n} 天", {"service": "infrastructure", "level": "2"}) for n in range(6)]
    told += [
        Example(f"家里停水 {n} 天", {"service": "water", "level": "1" if n else "2"}) for n in range(learning.RARE)
    ]
    # digits of their own: one that is there as often as that would be a feature more
    silent = [Example(f"煤气漏了 {n} 次", {"service": "gas", "level": None}) for n in range(6, 10)]
    alone, both = learn(told, "1"), learn(told + silent, "2")
    assert both.scores({"漏了": 1.0})["service"]["gas"] > both.scores({"停水": 1.0})["service"]["gas"]
    heard = {"停水": 1.0}
    assert both.scores(heard)["level"] == pytest.approx(alone.scores(heard)["level"], abs=1e-3)


def _mixed() -> list[Example]:
    """English and Chinese messages, mixed, of some of which no level is known."""
    drawn = np.random.default_rng(9)
    things = {"water": ("停水", "the tap"), "power": ("停电", "the light"), "none": ("噪音", "the noise")}
    found = []
    for n in range(90):
        service = tuple(things)[drawn.integers(3)]
        chinese, english = things[service]
        text = f"again {english} is bad, day {n % 7}" if n % 3 == 0 else f"又{chinese}了，第{n % 7}天，{n % 4}户"
        level = None if service == "none" or n % 5 == 0 else str(1 + n % 3)
        found.append(Example(text, {"service": service, "kind": "complaint", "level": level}))
    return found


def test_a_model_is_what_ridge_regression_gives_for_each_script_alone() -> None:
    mixed = _mixed()
    model = learn(mixed, "1")
    right: dict[str, list[bool]] = {"service": [], "level": []}
    for english in (True, False):
        mine = [one for one in mixed if (one.text[0] == "a") is english]
        for label, told in right.items():
            known = [one for one in mine if one.labels[label]]
            seen = [features(reading, weights(reading)) for reading in map(read, (one.text for one in known))]
            matrix = np.array([[one.get(name, 0.0) for name in model.names] for one in seen])
            columns = [COLUMNS.index((label, value)) for value in LABELS[label]]
            wanted = np.array([[one.labels[label] == value for value in LABELS[label]] for one in known], dtype=float)
            of_all = [one.labels[label] for one in mixed if one.labels[label]]
            before = np.array([of_all.count(value) / len(of_all) for value in LABELS[label]])
            assert np.allclose(model.bias[columns], before, atol=1e-6)

            def solved(rows: np.ndarray, values: np.ndarray) -> np.ndarray:
                return np.linalg.solve(rows.T @ rows + learning.STRENGTH * np.eye(rows.shape[1]), rows.T @ values)

            used = matrix.any(axis=0)
            all_of_them = solved(matrix[:, used], wanted - before)
            assert np.allclose(model.weights[used][:, columns], all_of_them, atol=1e-4)
            for n in range(len(known)):
                rest = np.arange(len(known)) != n
                without = solved(matrix[rest][:, used], wanted[rest] - before)
                guessed = before + matrix[n, used] @ without
                told.append(bool(guessed.argmax() == wanted[n].argmax()))
    for label, told in right.items():
        assert model.about["left_out_right"][label] == pytest.approx(np.mean(told), abs=1e-4)


def test_english_messages_share_no_feature_with_chinese_ones() -> None:
    names = learn(_mixed(), "1").names
    english = {name for name in names if name.startswith(ENGLISH)}
    assert f"{ENGLISH}<tap>" in english
    assert {"停水", "噪音"} <= set(names) - english
    english_or_not = {"The tap is dry, 停": True, "Flat 12B, 停水": False, "停水 13812345678": False, "": False}
    for text, is_english in english_or_not.items():
        reading = read(text)
        assert {name.startswith(ENGLISH) for name in features(reading, weights(reading))} <= {is_english}


def test_who_changes_what_a_model_sees_gives_it_another_form() -> None:
    """Words of the lexicons may change: what an office's model has learned of the others stays."""
    seen = [features(reading, weights(reading)) for reading in map(read, learning._PROBES)]
    names = [sorted(name for name in one if "#" not in name and "!" not in name) for one in seen]
    told = hashlib.sha256(json.dumps(names).encode()).hexdigest()[:16]
    assert (FORM, told) == (2, "c72af9edd9258d34")

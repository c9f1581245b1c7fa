"""What a model learns from examples: by halves what numpy does at once, and what is known of an example not shown."""

import numpy as np
import pytest

from services.classification import learning
from services.classification.learning import Example, learn
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


def test_english_messages_are_learned_apart_from_chinese_ones() -> None:
    english = [Example(f"the bus was late {n}", {"service": "transport"}) for n in range(6)]
    chinese = [Example(f"bus 站旁边的工地半夜太吵 {n}", {"service": "none"}) for n in range(6)]
    model = learn(english + chinese, "1")
    assert {name.startswith(ENGLISH) for name in model.names} == {True, False}
    for text, service in (("The bus!", "transport"), ("bus 站旁边太吵", "none")):
        reading = read(text)
        said = model.scores(features(reading, weights(reading)))["service"]
        assert max(said, key=said.__getitem__) == service

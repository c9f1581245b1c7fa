"""The process can be read aloud, and the README shows the one that runs."""

from pathlib import Path
from typing import get_args

import pytest

from shared.events import CATALOGUE, PUBLISHERS
from shared.glossary import LANGUAGES, Stage, label
from shared.lifecycle import LATE, MOVES, OWNER, STEPS, diagram, is_possible, next_stage, possible

README = Path(__file__).parents[2] / "README.md"


def test_every_stage_has_an_owner_and_words_in_three_languages() -> None:
    assert OWNER.keys() == set(get_args(Stage))
    assert all(label("stage", stage, language) != stage for stage in OWNER for language in LANGUAGES)


def test_only_the_owner_of_a_stage_publishes_what_moves_a_complaint_out_of_it() -> None:
    for stage, event in MOVES:
        owner = "intake" if stage is None else OWNER[stage]
        assert owner in PUBLISHERS[event], f"{event} moves {stage}, but {owner} does not publish it"


def test_the_process_speaks_of_events_of_the_catalogue_only() -> None:
    spoken_of = {event for _, event in MOVES} | STEPS.keys() | LATE.keys()
    assert spoken_of <= CATALOGUE.keys()


def test_a_complaint_can_reach_the_archive_from_every_stage() -> None:
    reached: set[str] = {"filed"}
    while grown := {str(stage) for (stage, _), target in MOVES.items() if target in reached and stage} - reached:
        reached |= grown
    assert reached == set(OWNER)


def test_a_wrong_step_is_not_possible_and_the_right_ones_are_named() -> None:
    assert next_stage("received", "complaint.closed") is None
    assert not is_possible("received", "complaint.closed")
    assert possible("received")[:3] == ("complaint.registered", "complaint.refused", "complaint.withdrawn")


@pytest.mark.skipif("stateDiagram" not in README.read_text(), reason="the README has no diagram yet")
def test_the_diagram_in_the_readme_is_the_process_that_runs() -> None:
    assert diagram() in README.read_text(), "python -m shared.lifecycle prints the new one"

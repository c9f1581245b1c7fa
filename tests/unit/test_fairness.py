"""Whom a complaint names, and who directly leads them, keep away from it (4/5.2.2)."""

from shared.fairness import Tree

OFFICE = Tree(
    {"root": (None, "director"), "water": ("root", "head"), "pumps": ("water", None)},
    {"handler": "water", "head": "water", "director": "root", "fitter": "pumps"},
)


def test_a_named_officer_and_the_head_of_the_department_keep_away() -> None:
    assert OFFICE.kept_away(["handler"]) == {"handler", "head"}


def test_above_a_named_head_the_next_higher_head_keeps_away() -> None:
    assert OFFICE.kept_away(["head"]) == {"head", "director"}


def test_nobody_is_above_the_director_and_a_stranger_has_no_superior() -> None:
    assert OFFICE.kept_away(["director", "stranger"]) == {"director", "stranger"}


def test_a_department_without_a_head_is_led_by_the_one_above() -> None:
    assert OFFICE.superior("fitter") == "head"


def test_what_names_one_of_their_people_is_not_for_a_heads_eyes() -> None:
    assert OFFICE.concern("head") == {"head", "handler", "fitter"}
    assert OFFICE.concern("handler") == {"handler"}


def test_the_next_higher_department_is_the_parent() -> None:
    assert OFFICE.above("pumps") == "water"
    assert OFFICE.above("root") is None
    assert OFFICE.is_within_or_above("root", "pumps")
    assert not OFFICE.is_within_or_above("pumps", "root")

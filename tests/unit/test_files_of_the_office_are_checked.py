"""Files that an office edits: what cannot be used is refused with file, line and reason."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.casework import assignment, checklists
from services.casework.app import service as casework
from services.intake.app import service as intake
from shared import danger, office
from shared.danger import danger_codes, danger_lexicon
from shared.yaml_files import YamlMistake, read_document

SHIPPED = danger.DANGER_FILE.read_text("utf-8")


@pytest.fixture
def cues(instead_of: Callable[..., Path]) -> Path:
    return instead_of(danger, "DANGER_FILE", danger_lexicon)


@pytest.mark.parametrize(
    ("found", "edited", "complains"),
    [
        ("  gas_smell:", "  gas_smell: {}\n  gas:", "cues.gas_smell.label: Field required"),
        ("      - 煤气味", "      - ' '", "cues.gas_smell.words.0: String should have at least 1 character"),
        (
            "      - 煤气味",
            "      - 煤气味\n      - 煤氣味",
            "cues.gas_smell.words.1: 煤气味 stands",
        ),
        ("  zh: [没有,", "  zh: [no,", "denials.zh.0: Input should be a valid string"),
        ("declared:", "declare:", "declare: Extra inputs are not permitted"),
    ],
)
async def test_cues_that_cannot_be_used_keep_intake_from_starting(
    cues: Path, found: str, edited: str, complains: str
) -> None:
    line = next(number for number, one in enumerate(SHIPPED.splitlines(), 1) if one.startswith(found))
    line += "words.1" in complains
    cues.write_text(SHIPPED.replace(found, edited, 1), "utf-8")
    with pytest.raises(YamlMistake) as refused:
        await intake.start(None)  # type: ignore[misc, arg-type]  # it looks at the file first
    assert str(refused.value).startswith(f"danger.yaml, line {line}: {complains}")


def test_a_cue_rings_in_whatever_script_and_case_the_office_wrote_it(cues: Path) -> None:
    cues.write_text(SHIPPED.replace("      - 煤气味", "      - 焦糊氣味\n      - Burnt  Cable", 1), "utf-8")
    for text in ("樓道裡有焦糊氣味", "楼道里有焦糊气味", "There is a burnt cable smell", "BURNT CABLE in the hall"):
        assert danger_codes(text) == ("gas_smell",)


@pytest.mark.parametrize(
    ("module", "name", "read", "key"),
    [
        (office, "OFFICE_FILE", office.example_office, "departments"),
        (assignment, "RULES_FILE", assignment.assignment_rules, "otherwise"),
        (checklists, "FILE", checklists.checklists, "always"),
    ],
)
def test_office_rules_of_assignment_and_checklists_name_the_line_of_a_mistake(
    module: Any, name: str, read: Any, key: str, instead_of: Callable[..., Path]
) -> None:
    shipped: Path = getattr(module, name)
    lines = shipped.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(f"{key}:"))
    instead_of(module, name, read).write_text("\n".join([*lines[:at], f"{key}_: 1", *lines[at:]]), "utf-8")
    with pytest.raises(YamlMistake, match=f"{shipped.name}, line {at + 1}: {key}_: Extra inputs"):
        read()


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: 1\nb: {c: 1, c: 2}\n", 2, "`c` stands here twice"),
        ("a:\n  - b: 1\n    b: 2\n", 3, "`b` stands here twice"),
        ("a: [1\n", 2, "did not find"),
        ("a: 1\nb: 2026-02-30\n", 2, "day"),
        ("a: 1\nb: !!int '-'\n", 2, "index"),
        ("a: 1\nb: !!bool maybe\n", 2, "maybe"),
        ("a: 1\n? [b]\n: 2\n", 2, "no list"),
        ("a: !!python/object:os.system {}\n", 1, "could not determine a constructor"),
    ],
)
def test_a_text_that_says_nothing_certain_is_refused(text: str, line: int, reason: str) -> None:
    with pytest.raises(YamlMistake, match=reason) as refused:
        read_document("some.yaml", text)
    assert refused.value.line == line


def test_an_alias_is_read_once_and_what_is_merged_may_be_overridden() -> None:
    text = "a: &a {b: 1, c: 2}\nd: {<<: *a, c: 3}\ne: &e [*e]\n"
    document = read_document("some.yaml", text)
    assert document.data["d"] == {"b": 1, "c": 3}
    assert document.mistake(("d", "c"), "wrong").line == 2
    nested = "\n".join(["a0: &a0 [1]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))])
    assert len(read_document("some.yaml", nested).lines) < 200


def test_an_officer_of_no_department_is_named_with_the_line(instead_of: Callable[..., Path]) -> None:
    lines = office.OFFICE_FILE.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if "id: gas.head" in line)
    lines[at] = lines[at].replace("department: gas", "department: gass")
    instead_of(office, "OFFICE_FILE", office.example_office).write_text("\n".join(lines), "utf-8")
    with pytest.raises(YamlMistake, match=rf"office.yaml, line {at + 1}: officers\.\d+: no department gass"):
        office.example_office()


async def test_casework_does_not_start_with_rules_that_cannot_be_used(instead_of: Callable[..., Path]) -> None:
    instead_of(assignment, "RULES_FILE", assignment.assignment_rules).write_text("rules: []\n", "utf-8")
    with pytest.raises(YamlMistake, match="line 1: otherwise: Field required"):
        await casework.start(None)  # type: ignore[misc, arg-type]  # it looks at the files first

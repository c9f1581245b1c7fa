"""Files that an office edits: what cannot be used is refused with file, line and reason."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.casework import assignment, checklists
from services.intake.app import service as intake
from shared import danger, office
from shared.danger import danger_codes, danger_lexicon
from shared.yaml_files import YamlMistake, read_document

SHIPPED = danger.DANGER_FILE.read_text("utf-8")


@pytest.fixture
def cues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    edited = tmp_path / "danger.yaml"
    monkeypatch.setattr(danger, "DANGER_FILE", edited)
    danger_lexicon.cache_clear()
    yield edited
    danger_lexicon.cache_clear()


@pytest.mark.parametrize(
    ("found", "edited", "complains"),
    [
        ("  gas_smell:", "  gas_smell: {}\n  gas:", "cues.gas_smell.label: Field required"),
        ("      - 煤气味", "      - ' '", "cues.gas_smell.words.0: String should have at least 1 character"),
        ("      - 煤气味", "      - 煤气味\n      - 煤氣味", "cues: stand more than once: 煤气味"),
        ("  zh: [没有,", "  zh: [no,", "denials.zh.0: Input should be a valid string"),
        ("declared:", "declare:", "declare: Extra inputs are not permitted"),
    ],
)
async def test_cues_that_cannot_be_used_keep_intake_from_starting(
    cues: Path, found: str, edited: str, complains: str
) -> None:
    line = next(number for number, one in enumerate(SHIPPED.splitlines(), 1) if one.startswith(found))
    if complains.startswith("cues: "):
        line = SHIPPED.splitlines().index("cues:") + 1
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
    module: Any, name: str, read: Any, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped: Path = getattr(module, name)
    lines = shipped.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(f"{key}:"))
    edited = tmp_path / shipped.name
    edited.write_text("\n".join([*lines[:at], f"{key}_: 1", *lines[at:]]), "utf-8")
    monkeypatch.setattr(module, name, edited)
    with pytest.raises(YamlMistake, match=f"{shipped.name}, line {at + 1}: {key}_: Extra inputs"):
        read.__wrapped__()


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: 1\nb: {c: 1, c: 2}\n", 2, "`c` stands here twice"),
        ("a:\n  - b: 1\n    b: 2\n", 3, "`b` stands here twice"),
        ("a: [1\n", 2, "did not find"),
        ("a: 2026-02-30\n", 1, "day"),
        ("a: !!python/object:os.system {}\n", 1, "could not determine a constructor"),
    ],
)
def test_a_text_that_says_nothing_certain_is_refused(text: str, line: int, reason: str) -> None:
    with pytest.raises(YamlMistake, match=reason) as refused:
        read_document("some.yaml", text)
    assert refused.value.line == line

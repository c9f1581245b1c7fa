"""What weighs how is a file that an office can edit: what cannot be used is refused with the line; the rest counts."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from services.classification import classify as classifying
from services.classification import settings as reading
from services.classification.app import check_files
from services.classification.reading import read
from services.classification.scoring import weights
from services.classification.settings import How, settings
from shared.yaml_files import YamlMistake

SHIPPED = reading.FILE.read_text("utf-8")


@pytest.fixture
def file(instead_of: Callable[..., Path]) -> Path:
    return instead_of(reading, "FILE", settings)


@pytest.mark.parametrize(
    ("found", "edited", "complains"),
    [
        ("nature: {rules: 0.1", "nature: {rules: much", "nature.rules: "),
        ("nature: {rules: 0.1", "nature: {rules: yes", "nature.rules: "),
        ("nature: {rules: 0.1", "nature: {rulez: 0.1", "nature.rulez: Extra inputs"),
        ("nature: {rules: 0.1, ", "nature: {", "nature.rules: Field required"),
        ("person_below: 0.6", "person_below: 8", "nature.person_below: "),
        ("{safety:", "{safty:", "nature.ahead.safty: Input should be 'service_quality'"),
        ('{"3": 0.23}', "{3: 0.23}", "level.ahead.3"),
        ("level: {rules: 1.0", "level: {rules: -1", "level.rules: "),
        ("level_1_unheard_from: 0.1", "level_1_unheard_from: 0.01", "level_1_unheard_from: lies below level_1_from"),
        ("level_1_from: 0.05", "level_1_form: 0.06", "level_1_form: Extra inputs"),
        ("nature: {", "nature: }", "did not find expected node content"),
        ("    - gas.supply_stability", "    - gas.supply", "topic.general.2: Input should be"),
        ("surest: 0.8", "general_counts: 0.8", "`general_counts` stands here twice"),
    ],
)
def test_settings_that_cannot_be_used_are_refused_with_the_line(
    file: Path, found: str, edited: str, complains: str
) -> None:
    line = next(number for number, one in enumerate(SHIPPED.splitlines(), 1) if found in one)
    file.write_text(SHIPPED.replace(found, edited), "utf-8")
    with pytest.raises(YamlMistake) as refused:
        settings()
    assert str(refused.value).startswith(f"settings.yaml, line {line}: {complains}")


def test_a_topic_that_is_not_known_and_a_file_that_is_no_text_are_refused(file: Path) -> None:
    file.write_text(SHIPPED.replace("    - infrastructure.roads", "    - infrastructure.rods"), "utf-8")
    with pytest.raises(YamlMistake, match=re.escape("topic.general")):
        settings()
    for content in (b"\xff\xfe", b"\x00"):
        file.write_bytes(content)
        with pytest.raises(YamlMistake, match=re.escape("settings.yaml, line 1: ")):
            settings()


async def test_the_service_does_not_start_with_settings_that_cannot_be_used(file: Path) -> None:
    file.write_text("level_1_from: 0.05\n", "utf-8")
    with pytest.raises(YamlMistake):
        await check_files(None)  # type: ignore[arg-type]  # it looks at the files first


def test_a_value_that_is_ahead_is_said_more_readily(monkeypatch: pytest.MonkeyPatch) -> None:
    message = read("反對在小區旁邊建變電站\n離幼兒園只有五十米，大家擔心輻射。")
    shipped, found = settings(), weights(message)
    chances = []
    for ahead in (0.0, 0.3):
        how = How[str].model_validate(shipped.nature.model_dump() | {"ahead": {"safety": ahead}})
        edited = shipped.model_copy(update={"nature": how})
        monkeypatch.setattr(classifying, "settings", lambda edited=edited: edited)
        chances.append(classifying.probabilities(message, found)["nature"]["safety"])
    assert chances[1] > chances[0]

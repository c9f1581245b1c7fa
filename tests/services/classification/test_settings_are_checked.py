"""What weighs how is a file that an office can edit: what cannot be used is refused with the line; the rest counts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.classification import classify as classifying
from services.classification import settings as reading
from services.classification.reading import read
from services.classification.scoring import weights
from services.classification.settings import How, SettingsError, settings

SHIPPED = reading.FILE.read_text("utf-8")
LINE = next(number for number, line in enumerate(SHIPPED.splitlines(), 1) if line.startswith("nature:"))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    edited = tmp_path / "settings.yaml"
    monkeypatch.setattr(reading, "FILE", edited)
    settings.cache_clear()
    yield edited
    settings.cache_clear()


@pytest.mark.parametrize(
    ("found", "edited", "complains"),
    [
        ("nature: {rules: 0.1", "nature: {rules: much", f"line {LINE}: nature.rules: "),
        ("nature: {rules: 0.1", "nature: {rulez: 0.1", f"line {LINE}: nature.rules: Field required"),
        ("person_below: 0.6", "person_below: 8", f"line {LINE}: nature.person_below: "),
        ("{safety:", "{safty:", "'ahead' of nature names safty, which is no nature"),
        ('{"3": 0.23}', "{3: 0.23}", "level.ahead.3"),
        ("    - infrastructure.roads", "    - infrastructure.rods", "topic.general"),
        ("level_1_unheard_from: 0.15", "level_1_unheard_from: 0.01", "level_1_unheard_from lies below level_1_from"),
        ("level_1_from: 0.06", "level_1_form: 0.06", "level_1_from: Field required"),
        ("nature: {", "nature: {[", "line "),
    ],
)
def test_settings_that_cannot_be_used_are_refused_with_the_line(
    file: Path, found: str, edited: str, complains: str
) -> None:
    assert found in SHIPPED
    file.write_text(SHIPPED.replace(found, edited), "utf-8")
    with pytest.raises(SettingsError, match=re.escape(complains)) as refused:
        settings()
    assert str(refused.value).startswith("settings.yaml, line ")


def test_a_value_that_is_ahead_is_said_more_readily(monkeypatch: pytest.MonkeyPatch) -> None:
    message = read("反對在小區旁邊建變電站\n離幼兒園只有五十米，大家擔心輻射。")
    shipped, found = settings(), weights(message)
    chances = []
    for ahead in (0.0, 0.3):
        how = How.model_validate(shipped.nature.model_dump() | {"ahead": {"safety": ahead}})
        edited = shipped.model_copy(update={"nature": how})
        monkeypatch.setattr(classifying, "settings", lambda edited=edited: edited)
        chances.append(classifying.probabilities(message, found)["nature"]["safety"])
    assert chances[1] > chances[0]

"""The desk speaks three languages, and leaves no sentence out."""

import re
from pathlib import Path

import pytest

from services.desk import pages_files, pages_letters, pages_new, pages_office, pages_scope, steps
from services.desk.queues import QUEUES
from services.desk.words import catalogue
from shared.events import CATALOGUE
from shared.glossary import LANGUAGES

DESK = Path(steps.__file__).parent
OPEN_KEYS = re.compile(r"""\bt\((["'])([a-z_][a-z_A-Z.]*)\1""")
CODE_KEYS = re.compile(r"""(?:say\([\w.]+, |: |= )"((?:error|date)\.[a-z_.]+)\"""")


def test_every_sentence_that_a_page_says_is_in_the_catalogue():
    said = {key for path in DESK.glob("templates/*.html") for _, key in OPEN_KEYS.findall(path.read_text())}
    said |= {key for path in DESK.glob("*.py") for key in CODE_KEYS.findall(path.read_text())}
    assert sorted(key for key in said - set(catalogue()) if not key.endswith(".")) == []


def test_every_field_of_every_form_has_a_label():
    forms = [step.fields for step in steps.STEPS]
    forms += [pages_letters.PARTS, *pages_letters.ACTS.values(), pages_new._ALL, pages_scope.REGISTER]
    forms += [pages_scope.refuse_fields(), pages_files.RETURN, pages_office.CHANGE, *pages_office._FORMS.values()]
    assert sorted({field.words for fields in forms for field in fields} - set(catalogue())) == []


def test_every_step_theme_queue_and_event_has_its_words():
    wanted = {f"step.{step.name}" for step in steps.STEPS} | {f"theme.{theme}" for theme in steps.THEMES}
    wanted |= {f"queue.{queue}" for queue in QUEUES} | {f"letter_act.{act}" for act in pages_letters.ACTS}
    wanted |= {f"event.{type_}" for type_, fact in CATALOGUE.items() if fact.topic == "complaints" and _shown(type_)}
    assert sorted(wanted - set(catalogue())) == []


def _shown(type_: str) -> bool:
    return not type_.startswith("duty.")


@pytest.mark.parametrize("column", range(len(LANGUAGES)))
def test_no_sentence_is_empty_and_all_languages_fill_in_the_same(column: int):
    for key, line in catalogue().items():
        assert line[column].strip() or key == "and", key
        assert set(re.findall(r"{(\w+)}", line[column])) == set(re.findall(r"{(\w+)}", line[0])), key

"""What the form of a session asks for, by its method (3/m1.1-3/m5.2)."""

from dataclasses import replace
from typing import Final

from services.desk.fields import Field


def _asked(method: str, *fields: Field) -> tuple[Field, ...]:
    return tuple(replace(one, only=("method", method)) for one in fields)


METHOD_FIELDS: Final = (
    *_asked(
        "on_site",
        Field("observations"),
        Field("questioned", "rows", blank=4, columns=(Field("who", "line"), Field("said", "line", longest=2000))),
    ),
    *_asked(
        "documents",
        Field("documents", "rows", blank=4, columns=(
            Field("what", "line"), Field("from_whom", "line", longest=100),
            Field("authenticity", "line", longest=2000))),
    ),
    *_asked(
        "technical_test",
        Field("instrument", "line"),
        Field("calibrated_on", "day"),
        Field("readings", "rows", blank=8, columns=(
            Field("at", "time"), Field("value", "number"), Field("unit", "line", longest=20),
            Field("limit", "number", required=False))),
        Field("analysis", label="readings_analysis"),
    ),
    *_asked("expert", Field("question"), Field("advice"), Field("solution")),
    *_asked("data", Field("hot_spot"), Field("pattern"), Field("measure", label="aimed_measure")),
)  # fmt: skip

"""One figure of the benchmark."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured beside its limit.

    ``limit`` is the bare thing measured in the same interleaved run, or the figure that was promised; ``ratio`` is
    value / limit. ``reached`` says whether the promise is kept (above the limit or below it, as the figure has it).
    ``where`` says where the time goes, and what else belongs to the figure: shown in the table, not in the file.
    """

    name: str
    value: float
    unit: str
    limit: float
    ratio: float
    reached: bool
    p50_ms: float | None = None
    p99_ms: float | None = None
    where: str = ""

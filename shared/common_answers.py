"""What the routes answer that every service has alike."""

from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

_UUID: Final = "0b7c1a52-6a63-4c5e-9a0e-2f5f0c8a4d11"
Time = Annotated[AwareDatetime, Field(description="UTC", examples=["2026-03-02T01:00:00Z"])]
_ByTopic = Annotated[dict[str, int], Field(examples=[{"complaints": 17}])]


class Out(BaseModel):
    """An answer: a field that is not said here is a fault, so that none vanishes silently from what is given."""

    # fields are added: the document promises no caller that there will be no others
    model_config = ConfigDict(extra="forbid", json_schema_extra=lambda schema: schema.pop("additionalProperties", None))


class HealthOut(Out):
    """The process answers."""

    status: Literal["ok"]


class ReadyOut(Out):
    """Whether the service works; what does not is named."""

    ready: bool
    wrong: list[Literal["database", "bus", "consumer", "relay", "stopping"]]


class ClockOut(Out):
    """The clock, what it waits for, and how many events went out and came in, by topic."""

    now: Time
    hold: bool = Field(description="timers and consumption wait")
    next_due_at: Time | None
    published: _ByTopic
    consumed: _ByTopic


class ParkedOut(Out):
    """A complaint that stands still in this service."""

    subject: str
    since: Time
    events: int = Field(description="how many wait")
    type: str = Field(description="of the first that waits", examples=["complaint.registered"])
    error: str | None = Field(description="the kind of error; null while it waits for a fact that it needs")


class ReleasedOut(Out):
    """How many events were taken in; none when one failed again."""

    released: int


Documented = dict[int | str, dict[str, Any]]


def _ready(example: dict[str, Any]) -> dict[str, Any]:
    return {"model": ReadyOut, "content": {"application/json": {"example": example}}}


READY: Final[Documented] = {
    200: _ready({"ready": True, "wrong": []}),
    503: _ready({"ready": False, "wrong": ["bus"]}),
}
METRICS: Final[Documented] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}
CATALOGUE: Final[Documented] = {
    200: {"content": {"application/json": {"example": {"asyncapi": "3.0.0", "channels": {}, "operations": {}}}}}
}
EVENTS: Final[Documented] = {
    200: {
        "headers": {"X-Position": {"schema": {"type": "integer"}, "description": "of a page: go on after it"}},
        "content": {
            "application/cloudevents-batch+json": {
                "schema": {"type": "array", "items": {"type": "object"}},
                "example": [
                    {
                        "specversion": "1.0",
                        "id": _UUID,
                        "source": "/intake",
                        "type": "complaint.erased",
                        "subject": _UUID,
                        "time": "2026-03-02T01:00:00+00:00",
                        "sequence": "7",
                        "datacontenttype": "application/json",
                        "data": {"by": "admin"},
                        "position": 17,
                    }
                ],
            },
            "text/event-stream": {"schema": {"type": "string"}},
        },
    }
}
"""What the document says of the routes that answer with a ready-made response."""

"""What every body of a request has in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class In(BaseModel):
    """What comes in: every field is known, and bounded."""

    model_config = ConfigDict(extra="forbid")


Words = Annotated[str, StringConstraints(max_length=8000)]
Said = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]

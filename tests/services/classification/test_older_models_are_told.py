"""Models that an older program made say less of themselves, and are listed all the same."""

from services.classification.answers import ModelsOut
from services.classification.model import fits

ABOUT = {"version": "1", "examples": 12, "of": "0b7c1a526a634c5e", "left_out_right": {"service": 0.92}}


def test_a_model_of_an_older_program_is_listed_and_fits_no_more():
    own = ABOUT | {"overruled": 2}
    about = own | {"words": "what this program does not know"}
    row = {"version": "1", "made_at": "2026-03-02T01:00:00Z", "made_by": "admin", "about": about}
    row |= {"active": False, "fits": fits(about)}
    said = {"made_with": "5e1f", "current": about, "shipped": ABOUT, "models": [row]}
    told = ModelsOut.model_validate(said).model_dump()
    assert told["models"][0]["about"] == told["current"] == own | {"shipped": None, "made_with": None, "before": None}
    assert told["shipped"] == ABOUT
    assert told["models"][0]["fits"] is False

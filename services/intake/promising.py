"""The promised dates of a stored complaint, as intake alone can tell them while the ledger is away."""

from typing import Any

from services.intake.deciding import facts_so_far, promised
from services.intake.offices import Intake
from services.intake.tables import Complaint
from shared.events import ComplaintReceived, ComplaintRegistered
from shared.glossary import Language
from shared.procedure import promises


def received_of(row: Complaint) -> ComplaintReceived:
    """Return the fact of receipt again, from what is stored."""
    return ComplaintReceived.model_validate(
        {
            "number": row.number,
            "channel": row.channel,
            "form": row.form,
            "reply_form": row.reply_form,
            "received_at": row.received_at,
            "platform_due_at": row.platform_due_at,
            "language": row.language,
            "anonymous": row.complainant is None,
            "reachable": row.reachable,
            "danger_cues": row.danger_cues,
            "urgent": row.urgent,
            "named_officers": row.named_officers,
            "service": row.service,
            "district": row.district,
            "by": row.by,
        }
    )


def promised_dates(row: Complaint, intake: Intake, language: Language) -> list[dict[str, Any]]:
    """Return the dates promised by receipt and registration, without what happened since."""
    registration = ComplaintRegistered.model_validate(row.labels) if row.labels else None
    facts = facts_so_far(received_of(row), registration, row.decided_at or row.recorded_at)
    found = promises(facts, intake.procedure, intake.calendar)
    return promised(found, language, is_registered=registration is not None)

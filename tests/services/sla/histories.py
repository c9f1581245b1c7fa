"""Histories of complaints for the tests: facts in their envelopes, written as short as a story."""

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shared import events as e
from shared.events import PUBLISHERS, Event, Fact

OFFICE = ZoneInfo("Asia/Shanghai")


def at(text: str | datetime) -> datetime:
    """An instant by the office's clock: ``2026-09-30 10:00``."""
    return text if isinstance(text, datetime) else datetime.fromisoformat(text).replace(tzinfo=OFFICE)


class Story:
    """The facts of one complaint, in the order told; each source counts its own."""

    def __init__(self, complaint: str = "c-1") -> None:
        self.complaint = complaint
        self.events: list[Event] = []
        self.sequences: Counter[str] = Counter()

    def tell(self, when: str | datetime, fact: Fact, source: str | None = None) -> Event:
        source = source or PUBLISHERS[fact.type][0]
        self.sequences[source] += 1
        event = Event(
            id=f"{source}-{self.sequences[source]}",
            source=source,
            type=fact.type,
            subject=self.complaint,
            sequence=self.sequences[source],
            time=at(when),
            topic="complaints",
            data=fact,
        )
        self.events.append(event)
        return event

    def received(self, when: str | datetime, form: str = "online", received: str | None = None, **more: Any) -> Event:
        channel = {"online": "website", "written": "letter"}.get(form, form)
        fact = e.ComplaintReceived(
            **{
                "number": "26-1", "channel": channel, "reply_form": form, "received_at": at(received or when),
                "language": "zh-Hant", "anonymous": False, "by": "channel:website",
            } | more
        )  # fmt: skip
        return self.tell(when, fact)

    def registered(self, when: str | datetime, form: str = "online", level: int | None = 3, **more: Any) -> Event:
        channel = {"online": "website", "written": "letter"}.get(form, form)
        return self.tell(
            when,
            e.ComplaintRegistered(
                **{
                    "number": "26-1", "received_at": at(when), "channel": channel, "reply_form": form,
                    "language": "zh-Hant", "service": "water", "topic_code": "water.billing", "nature": "charging",
                    "kind": "complaint", "category": "price", "level": level, "importance": "ordinary",
                    "urgent": False, "procedure_version": "2026.1", "officer": "o-1", "by": "o-1",
                } | more
            ),
        )  # fmt: skip

    def reclassified(self, when: str | datetime, level: int | None = 3, **more: Any) -> Event:
        return self.tell(
            when,
            e.ComplaintReclassified(
                **{
                    "service": "water", "topic_code": "water.billing", "nature": "charging", "kind": "complaint",
                    "category": "price", "level": level, "importance": "ordinary", "urgent": False,
                    "reason": "corrected", "by": "o-2",
                } | more
            ),
        )  # fmt: skip

    def assigned(self, when: str | datetime) -> Event:
        return self.tell(when, e.ComplaintAssigned(department="water", officer="o-1", how="rule", by="system"))

    def accepted(self, when: str | datetime) -> Event:
        return self.tell(when, e.AssignmentAccepted(officer="o-1", by="o-1"))

    def followed_up(self, when: str | datetime, n: int = 1) -> Event:
        return self.tell(when, e.FollowUpRecorded(follow_up=f"f-{n}", way="look", finding="in_progress", by="o-1"))

    def ended(self, when: str | datetime) -> Event:
        return self.tell(when, e.InvestigationEnded(by="o-1"))

    def reported(self, when: str | datetime) -> Event:
        return self.tell(when, e.ReportSubmitted(report="r-1", by="o-1"))

    def decided(self, when: str | datetime) -> Event:
        return self.tell(when, e.OpinionDetermined(opinion="p-1", outcome="upheld", by="o-3"))

    def replied(self, when: str | datetime, n: int = 1) -> Event:
        return self.tell(when, e.ReplySent(reply=f"l-{n}", letter_number=f"L{n}", way="mail", by="system"))

    def noticed(self, when: str | datetime) -> Event:
        return self.tell(when, e.ResultNoticeGiven(way="phone", by="o-1"))

    def paused(self, when: str | datetime, reason: str = "waiting_for_complainant") -> Event:
        return self.tell(when, e.ClockPaused(reason=reason, by="o-1"))

    def resumed(self, when: str | datetime, reason: str = "waiting_for_complainant") -> Event:
        return self.tell(when, e.ClockResumed(reason=reason, by="o-1"))

    def extension_approved(self, when: str | datetime, until: str, n: int = 1) -> Event:
        fact = e.ExtensionApproved(extension=f"x-{n}", replaces_due_at=at(when), until=at(until).date(), by="o-3")
        return self.tell(when, fact)

    def extension_told(self, when: str | datetime, until: str, n: int = 1) -> Event:
        more = {"until": at(until).date(), "way": "phone", "by": "o-1"}
        return self.tell(when, e.ExtensionNotified(extension=f"x-{n}", replaces_due_at=at(when), **more))

    def preliminary(self, when: str | datetime, n: int = 1) -> Event:
        return self.tell(when, e.PreliminaryOpinionGiven(extension=f"x-{n}", way="mail", by="o-1"))

    def urged(self, when: str | datetime, n: int = 1, duty: str | None = None, origin: str = "office") -> Event:
        return self.tell(when, e.UrgingMade(urging=f"u-{n}", origin=origin, duty=duty, by="system"))

    def answered(self, when: str | datetime, n: int = 1) -> Event:
        return self.tell(when, e.UrgingAnswered(urging=f"u-{n}", by="o-1"))

    def closed(self, when: str | datetime) -> Event:
        return self.tell(when, e.ComplaintClosed(basis="replied", outcome="upheld", by="o-1"))

    def reopened(self, when: str | datetime) -> Event:
        return self.tell(when, e.ComplaintReopened(ground="not_solved", by="system"))

    def filed(self, when: str | datetime) -> Event:
        return self.tell(when, e.ComplaintFiled(file="v-1", volume=1, by="system"))

    def withdrawn(self, when: str | datetime, source: str = "casework") -> Event:
        return self.tell(when, e.ComplaintWithdrawn(by="complainant"), source)

    def refused(self, when: str | datetime) -> Event:
        fact = e.ComplaintRefused(number="26-1", reason="out_of_scope", where_to_turn="court", by="o-1")
        return self.tell(when, fact)

    def refusal_sent(self, when: str | datetime) -> Event:
        return self.tell(when, e.RefusalSent(way="mail", by="system"))

    def withdrawal_confirmed(self, when: str | datetime) -> Event:
        return self.tell(when, e.WithdrawalConfirmed(way="mail", by="system"))

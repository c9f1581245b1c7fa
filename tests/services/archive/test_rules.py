"""The archive's rules, which need no database: what belongs in a file, the seal, the checkpoints."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.archive.checkpoints import EVERY_LINKS, is_due
from services.archive.completeness import Paper, in_order, missing, new_since
from services.archive.examining import Sound, examine_chain, examine_checkpoints
from services.archive.sealing import (
    Checkpoint,
    canonical,
    hash_of,
    manifest_of,
    merkle_root,
    retained_until,
    seal_of,
    sign,
    sign_checkpoint,
    signed,
)

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()


def paper(kind: str, title: str = "", mark: str | None = None, minutes: int = 0, **details: Any) -> Paper:
    at = AT + timedelta(minutes=minutes)
    return Paper(kind, title, at, "somebody", "text/plain", None, b"", mark, details)


PROVED = [{"way": "mail", "proof": "eml_laid"}]
WHOLE = [
    paper("register"),
    paper("session"),
    paper("report"),
    paper("opinion"),
    paper("letter", "reply", deliveries=PROVED),
]


def test_a_complaint_with_everything_is_complete() -> None:
    assert missing("closed", "complaint", WHOLE, 0, ledger_current=True) == []


@pytest.mark.parametrize("kind", ["register", "session", "report", "opinion"])
def test_what_is_missing_is_named(kind: str) -> None:
    rest = [one for one in WHOLE if one.kind != kind]
    assert missing("closed", "complaint", rest, 0, ledger_current=True) == [kind]


def test_a_reply_without_proof_of_delivery_is_not_enough() -> None:
    unproved = [*WHOLE[:-1], paper("letter", "reply", deliveries=[])]
    assert missing("closed", "complaint", unproved, 0, ledger_current=True) == ["delivery"]


def test_an_extension_notice_is_no_reply() -> None:
    other = [*WHOLE[:-1], paper("letter", "extension_notice", deliveries=PROVED)]
    assert missing("closed", "complaint", other, 0, ledger_current=True) == ["reply", "delivery"]


def test_a_ledger_that_has_not_heard_of_the_ending_is_missing() -> None:
    assert missing("closed", "complaint", [*WHOLE, paper("ledger")], 0, ledger_current=False) == ["ledger"]


def test_every_attachment_of_the_register_belongs_in_the_file() -> None:
    one = [*WHOLE, paper("attachment")]
    assert missing("closed", "complaint", one, 1, ledger_current=True) == []
    assert missing("closed", "complaint", one, 2, ledger_current=True) == ["attachment"]


@pytest.mark.parametrize("kind", ["consultation", "suggestion"])
def test_consultations_and_suggestions_need_no_investigation(kind: str) -> None:
    without = [one for one in WHOLE if one.kind not in {"session", "report"}]
    assert missing("closed", kind, without, 0, ledger_current=True) == []


@pytest.mark.parametrize(("ending", "purpose"), [("refused", "refusal"), ("withdrawn", "withdrawal_confirmation")])
def test_refused_and_withdrawn_ones_need_their_letter(ending: str, purpose: str) -> None:
    papers = [paper("register"), paper("letter", purpose, deliveries=PROVED)]
    assert missing(ending, "complaint", papers, 0, ledger_current=True) == []
    assert missing(ending, None, papers[:1], 0, ledger_current=True) == ["letter", "delivery"]


def test_the_register_lies_first_and_the_ledger_last() -> None:
    papers = [paper("ledger", minutes=-5), paper("report", minutes=3), paper("session", minutes=1), paper("register")]
    assert [one.kind for one in in_order(papers)] == ["register", "session", "report", "ledger"]


def test_a_supplement_holds_what_no_standing_volume_has() -> None:
    papers = [paper("register"), paper("report", mark="a"), paper("opinion", mark="b")]
    assert [one.kind for one in new_since(papers, frozenset({"a"}))] == ["register", "opinion"]


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40))
def test_the_merkle_root_is_that_of_rfc_6962(leaves: list[bytes]) -> None:
    def root(part: list[bytes]) -> bytes:
        if not part:
            return hashlib.sha256(b"").digest()
        if len(part) == 1:
            return hashlib.sha256(b"\0" + part[0]).digest()
        split = 1
        while split * 2 < len(part):
            split *= 2
        return hashlib.sha256(b"\1" + root(part[:split]) + root(part[split:])).digest()

    assert merkle_root([leaf.hex() for leaf in leaves]) == root(leaves).hex()


def test_a_seal_changes_with_position_previous_and_contents() -> None:
    seals = {
        seal_of(previous, manifest_of(position, {"act": "sealed", "file": file}))
        for position in (1, 2)
        for previous in ("0" * 64, "1" * 64)
        for file in ("a", "b")
    }
    assert len(seals) == 8


def test_only_the_archives_key_signs() -> None:
    signature = sign(KEY, "seal")
    assert signed(KEY.public_key(), "seal", signature)
    assert not signed(KEY.public_key(), "another", signature)
    assert not signed(Ed25519PrivateKey.generate().public_key(), "seal", signature)
    assert not signed(KEY.public_key(), "seal", b"")


def test_the_same_value_is_always_written_the_same() -> None:
    assert canonical({"b": AT, "a": ["檔案"]}) == '{"a":["檔案"],"b":"2026-03-02T01:00:00+00:00"}'


def test_retention_counts_years_also_from_a_leap_day() -> None:
    assert retained_until(date(2026, 3, 2), 30) == date(2056, 3, 2)
    assert retained_until(date(2028, 2, 29), 5) == date(2033, 2, 28)


def test_a_checkpoint_is_due_after_many_links_or_a_day() -> None:
    assert not is_due(0, 0, None, AT)
    assert not is_due(3, 5, AT - timedelta(hours=23), AT)
    assert is_due(3, 5, AT - timedelta(days=1), AT)
    assert is_due(0, EVERY_LINKS, AT, AT)


def _checkpoints(seals: list[str]) -> list[Checkpoint]:
    found: list[Checkpoint] = []
    for number, position in enumerate((1, 2, 3), 1):
        body = {
            "number": number,
            "position": position,
            "root": merkle_root(seals[:position]),
            "at": AT.isoformat(),
            "previous": hash_of(found[-1]) if found else None,
        }
        found.append(body | {"signature": sign_checkpoint(KEY, body).hex()})
    return found


def test_checkpoints_name_a_cut_a_rewriting_and_their_own_loss() -> None:
    seals = [hashlib.sha256(bytes([n])).hexdigest() for n in range(3)]
    links = [Sound(position, seal, str(position), "sealed") for position, seal in enumerate(seals, 1)]
    laid, public = _checkpoints(seals), KEY.public_key()

    def codes(links: list[Sound], laid: list[Checkpoint]) -> list[tuple[str, int | None]]:
        return [(one.code, one.checkpoint) for one in examine_checkpoints(links, laid, public)]

    assert codes(links, laid) == []
    assert codes(links[:2], laid) == [("chain_cut", 3)]
    rewritten = [links[0], Sound(2, seals[2], "2", "sealed"), links[2]]
    assert codes(rewritten, laid) == [("chain_rewritten", 2), ("chain_rewritten", 3)]
    assert codes(links, [laid[0], laid[2]]) == [("checkpoint_missing", 2)]
    assert codes(links, laid[1:]) == [("checkpoint_missing", 1)]
    assert codes(links, [laid[0], laid[1] | {"position": 1}, laid[2]]) == [("checkpoint_changed", 2)]
    assert codes(links, [laid[0], {"number": 2, "unreadable": True}, laid[2]]) == [("checkpoint_changed", 2)]
    assert codes(links, [one | {"signature": "x"} for one in laid[:1]]) == [("checkpoint_changed", 1)]


def test_the_journal_shows_which_volume_was_cut_off() -> None:
    told = [{"file": name, "volume": 1, "seal": name} for name in ("a", "b", "c")]
    links = [Sound(1, "a", "a", "sealed"), Sound(2, "b", "b", "sealed")]
    assert [(one.code, one.file) for one in examine_chain(links, told)] == [("chain_cut", "c")]

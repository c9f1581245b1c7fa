"""Who may check and sign a letter (policy, signing). Pure: each answers with the problem's code, or ``None``.

By default: at levels 1 and 2 author, checker and signer are three people, and the signer is a supervisor; at level 3,
for consultations and suggestions author and signer are two people. Nobody ever checks or signs what they have written.
"""

from collections.abc import Collection

from shared.procedure.policy import SigningRow


def needs_check(rule: SigningRow) -> bool:
    """Say whether a letter must be checked by a second person before it can be signed."""
    return "checker" in rule.apart


def may_not_check(person: str, authors: Collection[str]) -> str | None:
    """Say why this person may not check the letter."""
    return "author_may_not_check" if person in authors else None


def may_not_sign(
    rule: SigningRow, person: str, roles: Collection[str], authors: Collection[str], checker: str | None
) -> str | None:
    """Say why this person may not sign the letter."""
    if person in authors:
        return "author_may_not_sign"
    if needs_check(rule) and person == checker:
        return "checker_may_not_sign"
    if rule.signer is not None and rule.signer not in roles:
        return "supervisor_must_sign"
    return None


def no_longer_enough(
    rule: SigningRow, authors: Collection[str], checker: str | None, signer: str, *, by_supervisor: bool
) -> bool:
    """Say whether a letter that was signed under an easier rule (a lower level) may not go out under this one."""
    roles = {"supervisor"} if by_supervisor else set[str]()
    return (needs_check(rule) and checker is None) or may_not_sign(rule, signer, roles, authors, checker) is not None

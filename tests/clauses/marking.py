"""The mark by which a test says which clauses it proves: ``@pytest.mark.clause("5/3.4")``, at most three a test."""

import pytest

from shared.procedure import load

MARK = "clause"
_MOST = 3


def clauses_of(item: pytest.Item) -> list[str]:
    """Return the clauses that a test proves, in the order of its marks."""
    return list(dict.fromkeys(str(one) for mark in item.iter_markers(MARK) for one in mark.args))


def check_marks(items: list[pytest.Item]) -> None:
    """Fail at collection where a mark names no clause of the procedure, or a test claims more than three."""
    known = {clause.id for clause in load().clauses.values()}
    wrong = []
    for item in items:
        claimed = clauses_of(item)
        wrong += [f"{item.nodeid}: {one!r} is no clause of the procedure" for one in claimed if one not in known]
        if len(claimed) > _MOST:
            wrong.append(f"{item.nodeid}: proves {len(claimed)} clauses; a test that proves so many proves none")
        item.user_properties += [(MARK, one) for one in claimed]
    if wrong:
        raise pytest.UsageError("\n".join(wrong))

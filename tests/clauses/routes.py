"""Does every route that ``met_by.yaml`` names have a test of its clause that sees it gone?"""

from shared.procedure.answers import answers
from tests.clauses.breaking import Breakage, break_all
from tests.clauses.gone import GONE


def break_routes(wanted: list[str]) -> int:
    """Take away each route of every clause, or of those that are named; tell which tests turned red."""
    found = [
        Breakage(clause, f"{where} is gone", {GONE: where}, ("-p", "tests.clauses.gone"))
        for clause, met in answers().items()
        for where in met.where
        if "/" in where and (not wanted or clause in wanted)
    ]
    return break_all(lambda _: found)

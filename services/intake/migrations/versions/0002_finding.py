"""Found by the numbers of customer, meter, asset and platform: keyed hashes beside those of the person.

They stand in the same table; what was taken in before is found by its person, as it was.
"""

revision = "0002_finding"
down_revision = "0001_initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table is the same."""


def downgrade() -> None:
    """The table is the same."""

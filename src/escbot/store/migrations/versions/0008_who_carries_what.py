"""Who carries what, read without reading the cases

Revision: 0008, after 0007.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an index that holds all that the sum of points by person needs."""
    op.create_index("ix_case_load", "case", ["team", "over", "holder", "points", "number"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("ix_case_load", "case")

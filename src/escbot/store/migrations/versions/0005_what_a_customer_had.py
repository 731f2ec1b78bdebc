"""What a customer had before is looked up when a manager is asked

Revision: 0005, after 0004.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Find a customer's cases without reading all."""
    op.create_index("ix_case_customer", "case", ["team", "customer", "opened_at"])


def downgrade() -> None:
    """Read them all again."""
    op.drop_index("ix_case_customer", "case")

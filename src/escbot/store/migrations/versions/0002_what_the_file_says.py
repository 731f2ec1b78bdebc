"""What the policy's file says

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Mark what the file said last, so far the active policy; keep the days off of feeds."""
    op.add_column(
        "policy", sa.Column("in_file", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("policy", sa.Column("feeds", sa.Text(), nullable=False, server_default="{}"))
    op.execute("UPDATE policy SET in_file = active")


def downgrade() -> None:
    """Forget the mark."""
    with op.batch_alter_table("policy") as table:
        table.drop_column("in_file")
        table.drop_column("feeds")

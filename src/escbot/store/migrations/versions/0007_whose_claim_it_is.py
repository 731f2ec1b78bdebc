"""Whose claim a message is under, and which processes run

Revision: 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Name the claimer, so that one that comes too late notices; list the processes."""
    op.add_column(
        "message", sa.Column("claimed_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True)
    )
    op.create_table(
        "runner",
        sa.Column("worker", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("sockets", sa.Integer(), nullable=False),
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_runner")),
    )


def downgrade() -> None:
    """Forget both."""
    op.drop_table("runner")
    with op.batch_alter_table("message") as table:
        table.drop_column("claimed_by")

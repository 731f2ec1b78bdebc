"""What was posted again is looked for once more

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Mark reposts, and when to look for a second copy."""
    op.add_column(
        "message", sa.Column("reposted", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "message", sa.Column("recheck_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
    )
    op.create_index("ix_message_recheck_at", "message", ["recheck_at"])


def downgrade() -> None:
    """Forget the marks."""
    op.drop_index("ix_message_recheck_at", "message")
    with op.batch_alter_table("message") as table:
        table.drop_column("recheck_at")
        table.drop_column("reposted")

"""A notice waits for its reader's hours

Revision: 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add when a notice may be posted; those that wait already may be at once."""
    op.add_column("message", sa.Column("after", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("message") as table:
        table.drop_column("after")

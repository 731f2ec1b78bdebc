"""Facts that belong to no single case: contacts, follow-ups, decisions of reviews

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    """Add the ledger, and the follow-ups as they stand."""
    op.create_table(
        "ledger",
        sa.Column("team", TEXT(), nullable=False),
        sa.Column("stream", TEXT(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("by", TEXT(), nullable=True),
        sa.Column("type", TEXT(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team", "stream", "number", name=op.f("pk_ledger")),
    )
    op.create_table(
        "followup",
        sa.Column("team", TEXT(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", TEXT(), nullable=False),
        sa.Column("owner", TEXT(), nullable=False),
        sa.Column("case", sa.Integer(), nullable=True),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("body", JSON, nullable=False),
        sa.PrimaryKeyConstraint("team", "number", name=op.f("pk_followup")),
    )
    op.create_index("ix_followup_remind_on", "followup", ["remind_on"])


def downgrade() -> None:
    """Forget them."""
    op.drop_table("followup")
    op.drop_table("ledger")

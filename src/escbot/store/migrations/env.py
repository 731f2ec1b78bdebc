"""Alembic runs the migrations on the connection that the program hands over."""

from __future__ import annotations

from alembic import context

from escbot.store.tables import Row

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Row.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

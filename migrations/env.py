"""Alembic's way in: the URL is given by `archive_app.records.base.migrate`."""

from alembic import context

from archive_app.records.base import open_engine
from archive_app.records.tables import metadata

engine = open_engine(context.config.get_main_option("sqlalchemy.url") or "")
with engine.connect().execution_options(write=True) as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()

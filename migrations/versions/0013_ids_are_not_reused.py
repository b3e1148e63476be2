"""keys that are kept elsewhere (in the record of a merge, in the audit chain, in an open window) are given once

PostgreSQL never gives a key twice; SQLite does, unless the table says otherwise. No table points to these three, and none has triggers.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

TABLES = ('appearances', 'transcript_drafts', 'registry_merges')


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != 'sqlite':
        return
    for name in TABLES:
        with op.batch_alter_table(name, schema=None, recreate='always', table_kwargs={'sqlite_autoincrement': True}):
            pass
        given = max([connection.scalar(sa.text(f'SELECT coalesce(max(id), 0) FROM {name}')), *_kept_elsewhere(connection, name)])
        connection.execute(sa.text('DELETE FROM sqlite_sequence WHERE name = :name'), {'name': name})
        connection.execute(sa.text('INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :given)'), {'name': name, 'given': given})


def _kept_elsewhere(connection: sa.Connection, name: str) -> list[int]:
    """Keys that were given, of rows that may be gone."""
    if name == 'appearances':
        moved = [json.loads(each) for each in connection.scalars(sa.text('SELECT moved FROM registry_merges'))]
        return [key for each in moved for table, _, keys in each.get('changed', []) if table == name for key in keys]
    if name == 'registry_merges':
        details = connection.scalars(sa.text("SELECT detail FROM audit_entries WHERE verb IN ('merge', 'undo a merge')"))
        return [int(each['merge']) for each in map(json.loads, details) if 'merge' in each]
    return []


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        for name in TABLES:
            with op.batch_alter_table(name, schema=None, recreate='always'):
                pass

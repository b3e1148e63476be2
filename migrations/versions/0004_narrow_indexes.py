"""indexes that answer the gate and the order of lists by themselves"""

from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

OLD = (('ix_releases_by_audience', 'releases', ['layer', 'audience_id', 'unit_id', 'starts', 'ends']),
       ('ix_testimonies_sort_title', 'testimonies', ['sort_title']),
       ('ix_testimonies_sort_year', 'testimonies', ['sort_year']),
       ('ix_testimonies_collection_id', 'testimonies', ['collection_id']))
NEW = (('ix_releases_by_layer', 'releases', ['layer', 'unit_id', 'starts', 'ends', 'audience_id', 'testimony_id', 'collection_id']),
       ('ix_testimonies_by_title', 'testimonies', ['sort_title', 'public_id']),
       ('ix_testimonies_by_date', 'testimonies', ['sort_year', 'sort_title', 'public_id']),
       ('ix_testimonies_in_collection', 'testimonies', ['collection_id', 'sort_title', 'public_id']))


def upgrade() -> None:
    for name, table, columns in NEW:
        op.create_index(name, table, columns)
    for name, table, _ in OLD:
        op.drop_index(name, table_name=table)


def downgrade() -> None:
    for name, table, columns in OLD:
        op.create_index(name, table, columns)
    for name, table, _ in NEW:
        op.drop_index(name, table_name=table)

"""what readers ask to be granted"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('access_requests',
    sa.Column('id', KEY, nullable=False),
    sa.Column('public_id', sa.String(length=26), nullable=False),
    sa.Column('account_id', KEY, nullable=False),
    sa.Column('testimony_id', KEY, nullable=True),
    sa.Column('collection_id', KEY, nullable=True),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('asked_at', KEY, nullable=False),
    sa.Column('decided_at', KEY, nullable=True),
    sa.Column('until', KEY, nullable=True),
    sa.Column('holding_id', KEY, nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_access_requests_account_id')),
    sa.ForeignKeyConstraint(['collection_id'], ['collections.id'], name=op.f('fk_access_requests_collection_id')),
    sa.ForeignKeyConstraint(['holding_id'], ['holdings.id'], name=op.f('fk_access_requests_holding_id')),
    sa.ForeignKeyConstraint(['testimony_id'], ['testimonies.id'], name=op.f('fk_access_requests_testimony_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_requests')),
    sa.UniqueConstraint('public_id', name=op.f('uq_access_requests_public_id'))
    )
    with op.batch_alter_table('access_requests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_requests_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_access_requests_collection_id'), ['collection_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_access_requests_testimony_id'), ['testimony_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('access_requests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_access_requests_testimony_id'))
        batch_op.drop_index(batch_op.f('ix_access_requests_collection_id'))
        batch_op.drop_index(batch_op.f('ix_access_requests_account_id'))

    op.drop_table('access_requests')

"""imports by upload, and changes to many testimonies that can be undone"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('bulk_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=26), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('field', sa.String(length=12), nullable=False),
    sa.Column('made_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('undone_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_bulk_changes_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk_changes')),
    sa.UniqueConstraint('public_id', name=op.f('uq_bulk_changes_public_id'))
    )
    with op.batch_alter_table('bulk_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulk_changes_account_id'), ['account_id'], unique=False)

    op.create_table('import_runs',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=26), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('began_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('started_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('touched_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('foreseen', sa.JSON(), nullable=True),
    sa.Column('report', sa.JSON(), nullable=True),
    sa.Column('problem', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_import_runs_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_runs')),
    sa.UniqueConstraint('public_id', name=op.f('uq_import_runs_public_id'))
    )
    with op.batch_alter_table('import_runs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_runs_account_id'), ['account_id'], unique=False)

    op.create_table('bulk_lines',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bulk_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('testimony_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['bulk_id'], ['bulk_changes.id'], name=op.f('fk_bulk_lines_bulk_id')),
    sa.ForeignKeyConstraint(['testimony_id'], ['testimonies.id'], name=op.f('fk_bulk_lines_testimony_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk_lines'))
    )
    with op.batch_alter_table('bulk_lines', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulk_lines_bulk_id'), ['bulk_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bulk_lines_testimony_id'), ['testimony_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('bulk_lines', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bulk_lines_testimony_id'))
        batch_op.drop_index(batch_op.f('ix_bulk_lines_bulk_id'))

    op.drop_table('bulk_lines')
    with op.batch_alter_table('import_runs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_runs_account_id'))

    op.drop_table('import_runs')
    with op.batch_alter_table('bulk_changes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bulk_changes_account_id'))

    op.drop_table('bulk_changes')

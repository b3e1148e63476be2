"""rows of the registry made one, and what moved"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('registry_merges',
    sa.Column('id', key, nullable=False),
    sa.Column('kept_id', key, nullable=False),
    sa.Column('merged_id', key, nullable=False),
    sa.Column('evidence_id', key, nullable=True),
    sa.Column('merged_by', sa.String(length=80), nullable=False),
    sa.Column('merged_at', key, nullable=False),
    sa.Column('undone_by', sa.String(length=80), nullable=False),
    sa.Column('undone_at', key, nullable=True),
    sa.Column('moved', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['evidence_id'], ['consent_evidence.id'], name=op.f('fk_registry_merges_evidence_id')),
    sa.ForeignKeyConstraint(['kept_id'], ['units.id'], name=op.f('fk_registry_merges_kept_id')),
    sa.ForeignKeyConstraint(['merged_id'], ['units.id'], name=op.f('fk_registry_merges_merged_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registry_merges'))
    )
    with op.batch_alter_table('registry_merges', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_registry_merges_kept_id'), ['kept_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_registry_merges_merged_id'), ['merged_id'], unique=False)


def downgrade() -> None:
    op.drop_table('registry_merges')

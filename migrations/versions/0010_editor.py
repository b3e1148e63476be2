"""drafts of transcripts"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    op.create_table('transcript_drafts',
    sa.Column('id', key, nullable=False),
    sa.Column('transcript_id', key, nullable=False),
    sa.Column('base_id', key, nullable=False),
    sa.Column('made_by', sa.String(length=80), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('segments', sa.JSON(), nullable=False),
    sa.Column('begun_at', key, nullable=False),
    sa.Column('saved_at', key, nullable=False),
    sa.ForeignKeyConstraint(['base_id'], ['transcript_versions.id'], name=op.f('fk_transcript_drafts_base_id')),
    sa.ForeignKeyConstraint(['transcript_id'], ['transcripts.id'], name=op.f('fk_transcript_drafts_transcript_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transcript_drafts'))
    )
    with op.batch_alter_table('transcript_drafts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_transcript_drafts_transcript_id'), ['transcript_id'], unique=False)


def downgrade() -> None:
    op.drop_table('transcript_drafts')

"""what families bring in: submissions, their answers, files, messages and visits"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('submissions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=26), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('locator', sa.String(length=32), nullable=False),
    sa.Column('salt', sa.String(length=32), nullable=False),
    sa.Column('cost', sa.String(length=40), nullable=False),
    sa.Column('family_key', sa.LargeBinary(), nullable=False),
    sa.Column('archive_key', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('paused_from', sa.String(length=10), nullable=False),
    sa.Column('language', sa.String(length=40), nullable=False),
    sa.Column('begun_on', sa.String(length=10), nullable=False),
    sa.Column('sent_on', sa.String(length=10), nullable=False),
    sa.Column('decided_on', sa.String(length=10), nullable=False),
    sa.Column('expires_on', sa.String(length=10), nullable=False),
    sa.Column('testimony_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('party_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('hold_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('changes', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['testimony_id'], ['testimonies.id'], name=op.f('fk_submissions_testimony_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submissions')),
    sa.UniqueConstraint('locator', name=op.f('uq_submissions_locator')),
    sa.UniqueConstraint('public_id', name=op.f('uq_submissions_public_id'))
    )
    with op.batch_alter_table('submissions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_submissions_expires_on'), ['expires_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_submissions_testimony_id'), ['testimony_id'], unique=False)

    op.create_table('submission_attachments',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=26), nullable=False),
    sa.Column('submission_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('object_digest', sa.String(length=64), nullable=False),
    sa.Column('is_sealed', sa.Boolean(), nullable=False),
    sa.Column('about', sa.LargeBinary(), nullable=False),
    sa.Column('recording_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['object_digest'], ['stored_objects.digest'], name=op.f('fk_submission_attachments_object_digest')),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_submission_attachments_submission_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission_attachments')),
    sa.UniqueConstraint('public_id', name=op.f('uq_submission_attachments_public_id'))
    )
    with op.batch_alter_table('submission_attachments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_submission_attachments_object_digest'), ['object_digest'], unique=False)
        batch_op.create_index(batch_op.f('ix_submission_attachments_submission_id'), ['submission_id'], unique=False)

    op.create_table('submission_messages',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('submission_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('said_by', sa.String(length=8), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('said_on', sa.String(length=10), nullable=False),
    sa.Column('seen', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_submission_messages_submission_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission_messages'))
    )
    with op.batch_alter_table('submission_messages', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_submission_messages_submission_id'), ['submission_id'], unique=False)

    op.create_table('submission_steps',
    sa.Column('submission_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('slot', sa.String(length=32), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_submission_steps_submission_id')),
    sa.PrimaryKeyConstraint('submission_id', 'slot', name=op.f('pk_submission_steps'))
    )
    op.create_table('submission_visits',
    sa.Column('token_digest', sa.String(length=64), nullable=False),
    sa.Column('submission_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sealed_key', sa.LargeBinary(), nullable=False),
    sa.Column('ends_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['submission_id'], ['submissions.id'], name=op.f('fk_submission_visits_submission_id')),
    sa.PrimaryKeyConstraint('token_digest', name=op.f('pk_submission_visits'))
    )
    with op.batch_alter_table('submission_visits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_submission_visits_submission_id'), ['submission_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('submission_visits', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_submission_visits_submission_id'))

    op.drop_table('submission_visits')
    op.drop_table('submission_steps')
    with op.batch_alter_table('submission_messages', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_submission_messages_submission_id'))

    op.drop_table('submission_messages')
    with op.batch_alter_table('submission_attachments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_submission_attachments_submission_id'))
        batch_op.drop_index(batch_op.f('ix_submission_attachments_object_digest'))

    op.drop_table('submission_attachments')
    with op.batch_alter_table('submissions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_submissions_testimony_id'))
        batch_op.drop_index(batch_op.f('ix_submissions_expires_on'))

    op.drop_table('submissions')

"""access copies, fixity checks, footnotes, and what OHMS files say besides"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('fixity_checks',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('checked_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('outcome', sa.String(length=8), nullable=False),
    sa.Column('found', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fixity_checks'))
    )
    with op.batch_alter_table('fixity_checks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fixity_checks_digest'), ['digest'], unique=False)

    op.create_table('footnotes',
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('links', sa.JSON(), nullable=False),
    sa.Column('places', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['transcript_versions.id'], name=op.f('fk_footnotes_version_id')),
    sa.PrimaryKeyConstraint('version_id', 'number', name=op.f('pk_footnotes'))
    )
    op.create_table('access_copies',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('public_id', sa.String(length=26), nullable=False),
    sa.Column('recording_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recipe', sa.String(length=12), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('object_digest', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['object_digest'], ['stored_objects.digest'], name=op.f('fk_access_copies_object_digest')),
    sa.ForeignKeyConstraint(['recording_id'], ['recordings.id'], name=op.f('fk_access_copies_recording_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_copies')),
    sa.UniqueConstraint('public_id', name=op.f('uq_access_copies_public_id')),
    sa.UniqueConstraint('recording_id', 'recipe', 'part', 'key', name=op.f('uq_access_copies_recording_id_recipe_part_key'))
    )
    with op.batch_alter_table('access_copies', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_copies_object_digest'), ['object_digest'], unique=False)

    op.create_table('failed_copies',
    sa.Column('recording_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('recipe', sa.String(length=12), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('reason', sa.String(length=400), nullable=False),
    sa.Column('tried_at', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['recording_id'], ['recordings.id'], name=op.f('fk_failed_copies_recording_id')),
    sa.PrimaryKeyConstraint('recording_id', 'recipe', 'key', name=op.f('pk_failed_copies'))
    )
    with op.batch_alter_table('index_points', schema=None) as batch_op:
        batch_op.add_column(sa.Column('subjects', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('excerpt', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('places', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('links', sa.JSON(), server_default='[]', nullable=False))

    with op.batch_alter_table('recordings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('replaces_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))

    with op.batch_alter_table('segments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('words', sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table('testimonies', schema=None) as batch_op:
        batch_op.add_column(sa.Column('accession', sa.String(length=200), server_default='', nullable=False))
        batch_op.add_column(sa.Column('told', sa.JSON(), server_default='{}', nullable=False))
        batch_op.add_column(sa.Column('object_digest', sa.String(length=64), nullable=True))
    _append_only("footnotes", "UPDATE")
    _append_only("fixity_checks", "UPDATE", "DELETE")


def _append_only(table: str, *acts: str) -> None:
    for act in acts:
        name = f"{table}_refuse_{act.lower()}"
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
        else:
            op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END")


def downgrade() -> None:
    raise NotImplementedError("what is append only stays so")

"""whom a family asked to hide, beside the testimony

What was accepted before names nobody here: their names are sealed in the submission, and come when its list is carried over or said again.
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'hidden_people',
        sa.Column('testimony_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('language', sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(['testimony_id'], ['testimonies.id'], name=op.f('fk_hidden_people_testimony_id')),
        sa.PrimaryKeyConstraint('testimony_id', 'position', name=op.f('pk_hidden_people')))


def downgrade() -> None:
    op.drop_table('hidden_people')

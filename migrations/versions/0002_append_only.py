"""consent statements, evidence and the audit chain can only grow"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("consent_statements", "consent_evidence", "audit_entries", "segments", "transcript_versions")
ERASABLE = ("segments", "transcript_versions")  # rows may go when a testimony is erased, but never change


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        op.execute("CREATE FUNCTION refuse_change() RETURNS trigger AS $$ BEGIN "
                   "RAISE EXCEPTION 'append only: %', TG_TABLE_NAME; END $$ LANGUAGE plpgsql")
    for table in TABLES:
        for act in ("UPDATE",) if table in ERASABLE else ("UPDATE", "DELETE"):
            name = f"{table}_refuse_{act.lower()}"
            if postgres:
                op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
                op.execute(f"CREATE OR REPLACE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
                           "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
            else:
                op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
                           f"BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END")


def downgrade() -> None:
    raise NotImplementedError("what is append only stays so")

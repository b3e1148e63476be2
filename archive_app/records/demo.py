"""Whether accounts of the sample archive, whose passwords were shown on a screen, are still open.

What may not live here: how they are made or closed (actions.accounts).
"""

from __future__ import annotations

from sqlalchemy import Engine, exists, select

from archive_app.records.accounts import Account
from archive_app.records.base import reading


def open_demo_accounts(engine: Engine) -> bool:
    """Whether at least one demo account can still sign in."""
    with reading(engine) as session:
        return bool(session.scalar(select(exists().where(Account.demo, Account.closed_at.is_(None)))))

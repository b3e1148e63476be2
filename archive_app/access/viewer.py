"""Who is asking: the tokens they hold and the one `now` of their request. Always given, never assumed.

Tokens are relative to the testimony asked about: held everywhere, in a collection, or in a testimony (internal keys).
What may not live here: what a token opens (law, gate), how a person is recognised (web, actions.accounts).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from archive_app import clock
from archive_app.access.terms import Audience, narrower_or_equal
from archive_app.records.accounts import Account, Barred, Holding
from archive_app.records.consent import Unit

Tokens = frozenset[str]

# What every request of somebody who is signed in asks, formed once.
_HELD = select(Holding).where(Holding.account_id == bindparam("account"), or_(Holding.until.is_(None), Holding.until > bindparam("at")))
_WHERE = select(Unit.id, Unit.collection_id).where(Unit.id.in_(bindparam("testimonies", expanding=True)))
_BARRED = select(Barred.testimony_id).where(Barred.account_id == bindparam("account"))


@dataclass(frozen=True)
class Viewer:
    """`in_testimony` includes what is held in the collection of that testimony. `exactly`: for the index, the stand-in for whoever
    satisfies an audience and nothing more; tokens are then not looked at."""

    now: int
    account: str = ""
    role: str = ""
    everywhere: Tokens = frozenset()
    in_collection: Mapping[int, Tokens] = field(default_factory=dict)
    in_testimony: Mapping[int, Tokens] = field(default_factory=dict)
    barred: frozenset[int] = frozenset()
    exactly: Audience | None = None

    def satisfies(self, audience: Audience, also: Tokens = frozenset()) -> bool:
        """Whether this viewer, holding `also` besides what they hold everywhere, is in the audience."""
        if self.exactly is not None:
            return narrower_or_equal(audience, self.exactly)
        return all(clause & (self.everywhere | also) for clause in audience)


def anonymous(now: int | None = None, on_site: bool = False) -> Viewer:
    """A visitor of whom nothing is known but, perhaps, that they sit in the reading room."""
    return Viewer(clock.now() if now is None else now, everywhere=frozenset({"onsite"} if on_site else ()))


def standing_for(audience: Audience, now: int) -> Viewer:
    """Whoever satisfies this audience, and nothing more."""
    return Viewer(now, exactly=audience)


def signed_in(session: Session, account: Account, now: int | None = None, on_site: bool = False) -> Viewer:
    """The viewer that an account is at `now`: what its holdings give, less what has run out."""
    at = clock.now() if now is None else now
    everywhere: set[str] = {"onsite"} if on_site else set()
    collections: dict[int, set[str]] = {}
    testimonies: dict[int, set[str]] = {}
    for holding in session.scalars(_HELD, {"account": account.id, "at": at}):
        if holding.testimony_id is not None:
            testimonies.setdefault(holding.testimony_id, set()).add(holding.token)
        elif holding.collection_id is not None:
            collections.setdefault(holding.collection_id, set()).add(holding.token)
        else:
            everywhere.add(holding.token)
    of = dict(session.execute(_WHERE, {"testimonies": list(testimonies)}).all()) if testimonies else {}
    for key, tokens in testimonies.items():
        tokens |= collections.get(of.get(key) or 0, set())
    barred = session.scalars(_BARRED, {"account": account.id})
    return Viewer(at, account.email, account.role, frozenset(everywhere),
                  {key: frozenset(tokens) for key, tokens in collections.items()},
                  {key: frozenset(tokens) for key, tokens in testimonies.items()}, frozenset(barred))

"""A new testimony by form, at the desk.

What may not live here: what a new testimony is (actions.adding).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, request

from archive_app.access.terms import LAYERS, TIERS
from archive_app.actions import adding
from archive_app.actions.adding import COLUMNS, DEFAULT, Refused
from archive_app.exchange.manifest import NAMINGS, ROLES
from archive_app.web.desk import door, words
from archive_app.web.desk.door import Mistake
from archive_app.web.links import to

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer


def new() -> Answer:
    """Ask, then take it in and lead to it."""
    form = door.Sent()
    if not form.is_submitted():
        return _ask()
    if not form.validate():
        return _ask(door.stale(), 400)
    typed = {column: request.form.get(column, "").replace("\r\n", "\n") for column in COLUMNS}
    try:
        made = adding.add(*door.working(), typed)
    except Refused as refused:
        return _ask(tuple(Mistake(each.field, words.wrong(each)) for each in refused.problems), 400)
    return door.go(to("/desk/testimonies/", made))


def _ask(mistakes: tuple[Mistake, ...] = (), status: int = 200) -> Response:
    with door.desk() as desk:
        houses = desk.collections()
    return door.page("new", status, form=door.Sent(), mistakes=mistakes, typed=request.form, collections=houses, roles=ROLES, layers=LAYERS,
                     tiers=tuple(TIERS), default=DEFAULT, namings=NAMINGS[1:])

"""Testimony Archive: keeps what survivors and witnesses entrusted to it, lets people find and hear it, and never shows anybody
more than the narrator allowed.

`create_app` is the one place where parts are joined: it alone sees records, access, search and web at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from archive_app.access.reading_room import ReadingRoom
    from archive_app.access.viewer import Viewer
    from archive_app.config import Settings
    from archive_app.web.visit import Doors, Facts

MOST_BODY = 256 * 1024
"""Bytes of a form; what is larger than this is an upload and has its own door."""


def create_app(chosen: Settings | None = None, doors: Doors | None = None, engine: Engine | None = None) -> Flask:
    """The web application. `chosen`: the settings (read from the environment when left out); `doors`: what the pages read with
    (tests give their own; otherwise the database and the index of the settings); `engine`: the database, if somebody holds it open."""
    from flask import Flask

    from archive_app.config import settings
    from archive_app.web import about, assets, downloads, errors, frame, headers, interface, machines, media, pages
    from archive_app.web.visit import NAME

    chosen = settings() if chosen is None else chosen
    app = Flask(__name__, static_folder=None, template_folder="web/templates")
    app.config.update(
        SECRET_KEY=chosen.secret_key, BASE_URL=chosen.base_url, ON_SITE_NETWORKS=chosen.on_site_networks,
        TRUSTED_PROXIES=chosen.trusted_proxies,
        REQUIRE_SECOND_FACTOR=chosen.require_second_factor, MAX_CONTENT_LENGTH=MOST_BODY, MAX_FORM_MEMORY_SIZE=MOST_BODY,
        TEMPLATES_AUTO_RELOAD=False, SETTINGS=chosen)
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False
    interface.start(app, chosen.languages)
    for part in (headers, errors, assets, frame, pages, downloads, media, machines, about):
        part.start(app)
    app.extensions[NAME] = doors or _open_doors(app, chosen, engine)
    return app


def _open_doors(app: Flask, chosen: Settings, engine: Engine | None) -> Doors:
    """The database and the index of the settings, and with them the pages of accounts, of families and of the desk."""
    from archive_app.access.desk import Desk
    from archive_app.access.reading_room import ReadingRoom
    from archive_app.actions.family_room import open_room
    from archive_app.actions.receiving import open_incoming
    from archive_app.records.base import open_engine
    from archive_app.records.written import last_written
    from archive_app.search.find import find, find_in
    from archive_app.search.whoosh_index import WhooshIndex
    from archive_app.storage.disk_vault import DiskVault
    from archive_app.web import account, requests
    from archive_app.web.desk import pages
    from archive_app.web.desk.door import DeskDoors
    from archive_app.web.submit import pages as families
    from archive_app.web.visit import Doors

    engine = engine or open_engine(chosen.database_url, chosen.ledger_file)
    index, vault, opened = WhooshIndex(chosen.search_dir), DiskVault(chosen.media_dir), _opened(engine, chosen.require_second_factor)
    account.start(app, engine)
    requests.start(app)
    families.start(app, open_room(engine, vault, chosen))
    incoming = open_incoming(engine, vault, chosen)
    pages.start(app, DeskDoors(engine, partial(opened, Desk), vault.keep, vault.arriving, incoming))
    return Doors(partial(_noted, engine, partial(opened, ReadingRoom)), lambda room, question: find(room, index, question),
                 lambda room, testimony, q: find_in(room, index, testimony, q), vault.open, last_written(engine))


@contextmanager
def _noted(engine: Engine, open_room: Callable[[Facts], AbstractContextManager[ReadingRoom]], facts: Facts) -> Iterator[ReadingRoom]:
    """A reading room; what was read in it by a grant alone is in the audit before anything of it is given away."""
    from archive_app.actions import uses

    with open_room(facts) as room:
        yield room
    uses.note(engine, room.viewer, room.by_grant)


def _opened(engine: Engine, required: bool) -> Callable[[Callable[[Session, Viewer], Any], Facts], AbstractContextManager[Any]]:
    """How a room or a desk is opened for a request: one snapshot, one viewer, one `now`."""
    from archive_app.access.viewer import anonymous
    from archive_app.actions.sessions import recognise
    from archive_app.records.base import reading

    @contextmanager
    def open_for(room: Callable[[Session, Viewer], Any], facts: Facts) -> Iterator[Any]:
        known = recognise(engine, facts.token, on_site=facts.on_site, required=required) if facts.token else None
        with reading(engine) as session:
            yield room(session, known.viewer if known else anonymous(on_site=facts.on_site))

    return open_for

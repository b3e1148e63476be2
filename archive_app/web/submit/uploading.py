"""Files of families that arrive in pieces: only with a visit, only their own.

What may not live here: the protocol (web.tus), what becomes of one that has arrived (asking).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from archive_app.actions import uploading
from archive_app.web import tus
from archive_app.web.links import to
from archive_app.web.submit import door

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer


def uploads() -> Answer:
    """A file is announced. Opened as a page, it leads to that of the files."""
    if _is_page():
        return door.go("/files")
    return tus.begins(door.room().upload_most, lambda length, told: uploading.begin_of_family(door.room(), door.known(), length, told),
                      lambda name: to(door.PATH, "/uploads/", name))


def upload(upload: str) -> Answer:
    """A piece of one arrives; how far it has come; or it is given up."""
    if _is_page():
        return door.go("/files")
    return tus.goes_on(door.room().upload_most, uploading.of_family(door.room(), door.known()), upload)


def _is_page() -> bool:
    """Whether it is no client of the protocol that asks, but a browser's history."""
    return request.method in ("GET", "HEAD") and "Tus-Resumable" not in request.headers

"""Files in a form: on their way into the archive they lie in memory, and what is too large for that is sealed on the disk.

The usual parser writes what is larger than 500 KB to the machine's folder for temporary files, in the clear. What may not live here: what
becomes of a file.
"""

from __future__ import annotations

from typing import IO, cast

from flask import Flask, Request

from archive_app.actions import family_room
from archive_app.actions.family_room import FamilyRoom

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods by which nothing is asked to be done (RFC 9110, 9.2.1)."""


def start(app: Flask, room: FamilyRoom) -> None:
    """Have every form of `app` read so."""

    class SealedRequest(Request):
        """A request whose files are never at rest in the clear; and which has no form where a page is only asked for, so that nothing
        can be done by that."""

        @property
        def want_form_data_parsed(self) -> bool:
            return self.method not in SAFE and super().want_form_data_parsed

        def _get_file_stream(self, total_content_length: int | None, content_type: str | None, filename: str | None = None,
                             content_length: int | None = None) -> IO[bytes]:
            return cast("IO[bytes]", family_room.spool(room))

    app.request_class = SealedRequest

"""Files that arrive in pieces: whose they are, with which key, and what becomes of one that has arrived whole.

    instance/uploads/families/<submission>/    sealed with a key that the receipt opens, and nobody else has
    instance/uploads/desk/<testimony>/         sealed with one made of the archive's own key, the testimony and the account, whatever its
                                               address

So an upload of somebody else is not there. What may not live here: pieces (storage.uploads), the protocol (web.tus).
"""

from __future__ import annotations

import hashlib
import hmac
import io
import re
from collections.abc import Mapping
from typing import Any, BinaryIO, cast

from sqlalchemy import Engine

from archive_app.access import law
from archive_app.access.gate import gate, open_layers
from archive_app.access.viewer import Viewer
from archive_app.actions import attaching
from archive_app.actions.consenting import ERASED
from archive_app.actions.family_readings import Attached
from archive_app.actions.family_room import Family, FamilyRoom, own
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.records.accounts import account_by_email
from archive_app.records.base import reading
from archive_app.records.erasures import is_erased
from archive_app.records.testimonies import by_public_id
from archive_app.storage.uploads import Uploads

SHA256 = re.compile(r"[0-9a-f]{64}")
TOLD = ("filename", "fingerprint")
"""What a browser may say of a file that it begins to send; anything else is not kept."""


def of_family(room: FamilyRoom, family: Family) -> Uploads:
    """The uploads of a family."""
    key = hmac.digest(family.key, b"uploads", "sha256")
    return Uploads(room.uploads, f"families/{family.id}", key, room.beside, room.upload_most)


def begin_of_family(room: FamilyRoom, family: Family, length: int, told: Mapping[str, str]) -> str:
    """A new upload of a family, or the same one again. Raises Invalid, Conflict, DiskFull."""
    if not law.may_submit("attach"):
        raise NotFound()
    with reading(room.engine) as session:
        attaching.changeable(own(session, family))
    return of_family(room, family).begin(length, _kept(told))


def at_desk(room: FamilyRoom, actor: Viewer, public_id: str) -> Uploads:
    """The uploads of somebody at the desk for one testimony. `room`: for the folder and the archive's own key. Raises NotFound for what
    is not theirs to tend, Conflict for what was erased."""
    may_add(room.engine, actor, public_id)
    with reading(room.engine) as session:
        account = account_by_email(session, actor.account)
    if account is None:
        raise NotFound()
    who = f"account {account.id} for {public_id}"  # which it stays, also under another address
    return Uploads(room.uploads, f"desk/{public_id}", hmac.digest(room.key, f"uploads of {who}".encode(), "sha256"), room.beside,
                   room.upload_most)


def may_add(engine: Engine, actor: Viewer, public_id: str) -> None:
    """Raises NotFound unless the actor may add recordings to a testimony, Conflict for one that was erased."""
    with reading(engine) as session:
        row = by_public_id(session, public_id)
        if row is None or not law.may_keep(actor.role, "add recording") or "keep" not in open_layers(
                session, gate(session, actor), [row.id]).get(row.id, frozenset()):
            raise NotFound()
        if is_erased(session, row.id):
            raise Conflict(public_id, ERASED)


def begin_at_desk(room: FamilyRoom, actor: Viewer, public_id: str, length: int, told: Mapping[str, str]) -> str:
    """A new upload for a testimony, or the same one again. Raises NotFound, Invalid, Conflict, DiskFull."""
    return at_desk(room, actor, public_id).begin(length, _kept(told))


def attach(room: FamilyRoom, family: Family, name: str, sha256: str) -> Attached:
    """Take in what has arrived whole, as if it had come with the form; it is not on its way any more, also where it is refused. `sha256`:
    what the browser says that it sent (hexadecimal; '' = it does not say). Raises as `attaching.attach`, and NotFound."""
    uploads = of_family(room, family)
    called = uploads.told(name).get("filename", "")
    _may_be(sha256)
    try:
        with uploads.open(name) as source:
            found = attaching.attach(room, family, compared(source, sha256), called)
    except Invalid:
        uploads.drop(name)
        raise
    uploads.drop(name)
    return found


def _kept(told: Mapping[str, str]) -> dict[str, str]:
    return {name: told[name] for name in TOLD if name in told}


def compared(source: BinaryIO, sha256: str) -> BinaryIO:
    """The same bytes; reading the end of them raises Invalid("file") where they are not those that were sent."""
    _may_be(sha256)
    return cast(BinaryIO, _Compared(source, sha256.lower())) if sha256 else source


def _may_be(sha256: str) -> None:
    """Raises Invalid for what is no checksum."""
    if sha256 and not SHA256.fullmatch(sha256.lower()):
        raise Invalid("file", "the checksum of this file cannot be read: please choose the file again")


class _Compared(io.RawIOBase):
    def __init__(self, source: BinaryIO, expected: str) -> None:
        self._source, self._expected, self._found = source, expected, hashlib.sha256()

    def read(self, size: int = -1) -> Any:
        data = self._source.read(size)
        self._found.update(data)
        if (not data or size < 0) and not hmac.compare_digest(self._found.hexdigest(), self._expected):
            raise Invalid("file", "what arrived is not what was sent, so it was not taken: please choose the file again")
        return data

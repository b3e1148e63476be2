"""Files that arrive in pieces: tus 1.0.0 (tus.io/protocols/resumable-upload), its core and the extensions creation, checksum, termination
and expiration. Both doors speak it; whose an upload is, they have decided.

Two things are narrower than the protocol: a piece has at most 1 MiB, and what was said of a file at the beginning is not said back. A piece
without a checksum that breaks off is kept as far as it came; with one it is not, since nobody can know it. What may not live here: bytes at
rest (storage.uploads), who may (actions.uploading), tokens of forms (the doors).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import threading
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from typing import TYPE_CHECKING

from flask import Response, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge, abort

from archive_app.errors import Conflict, Invalid
from archive_app.storage.uploads import PIECE, DiskFull
from archive_app.web import arriving
from archive_app.web.arriving import Piece
from archive_app.web.numbers import whole

if TYPE_CHECKING:
    from archive_app.storage.uploads import State, Uploads

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,termination,expiration"
CHECKSUMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
"""sha1 because the extension asks for it; our own pages send sha256."""
MISMATCH = 460
MOST_BODY = PIECE + 1
"""Werkzeug takes a body that is read to exactly its limit for one that is too large, where the server says where it ends."""
BEGINS, GOES_ON = ("OPTIONS", "POST"), ("OPTIONS", "HEAD", "PATCH", "DELETE", "POST")
"""The methods of the address where an upload begins, and of an upload; POST to one is for who cannot send the others."""
ENDPOINTS = (".uploads", ".upload")
READ = 1 << 16
AT_ONCE = threading.BoundedSemaphore(2)
"""Pieces that are digested, sealed and written at the same time: pages wait for processors, and nobody for a slow line."""
MOST_NAME = 300


def begins(most: int, begin: Callable[[int, dict[str, str]], str], address: Callable[[str], str]) -> Response:
    """Announce an upload: 201 and where it goes on. `most`: bytes of the largest file."""
    if request.method == "OPTIONS":
        return options(most)
    _is_spoken()
    if request.headers.get("Upload-Defer-Length"):
        return _refused(400)
    try:
        name = begin(_number("Upload-Length"), _told(request.headers.get("Upload-Metadata", "")))
    except Invalid:
        return _refused(413 if _number("Upload-Length") > most else 400)
    except (Conflict, DiskFull) as wrong:
        return _refused(wrong.status)
    return Response("", 201, {"Location": address(name)})


def goes_on(most: int, uploads: Uploads, name: str) -> Response:
    """One request to an upload. Raises NotFound alike for another's and for one that never was."""
    method = request.method
    if method == "OPTIONS":
        return options(most)
    _is_spoken()
    if method == "POST":
        method = request.headers.get("X-HTTP-Method-Override", "").upper()
    state = _settled(uploads, name)
    if method == "HEAD":
        return Response("", 200, {"Upload-Offset": str(state.offset), "Upload-Length": str(state.length), **_expires(state.expires_at)})
    if method == "DELETE":
        uploads.drop(name)
        return Response("", 204)
    return _piece(uploads, name, state) if method == "PATCH" else _refused(405)


def options(most: int) -> Response:
    """What this server speaks."""
    return Response("", 204, {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(most),
                              "Tus-Checksum-Algorithm": ",".join(CHECKSUMS)})


def mark(answer: Response) -> Response:
    """After every request to these addresses, whatever the answer: which version is spoken."""
    if (request.endpoint or "").endswith(ENDPOINTS):
        answer.headers["Tus-Resumable"] = VERSION
    return answer


def _piece(uploads: Uploads, name: str, state: State) -> Response:
    offset = _number("Upload-Offset")
    if request.mimetype != "application/offset+octet-stream":
        return _refused(415)
    if offset != state.offset:
        return _refused(409)
    most = min(PIECE, state.length - offset)
    if (request.content_length or 0) > most:
        return _refused(413)
    checksum = _checksum()
    piece = Piece(offset, keeps=checksum is None)
    with arriving.arriving((uploads.owner, name), piece):
        if not _body(most, piece):
            return _refused(409)
        with AT_ONCE:
            data = bytes(piece.held)
            if checksum and not hmac.compare_digest(CHECKSUMS[checksum[0]](data).digest(), checksum[1]):
                return _refused(MISMATCH)
            try:
                offset = uploads.add(name, offset, data) if data else offset
            except (Conflict, DiskFull) as wrong:
                return _refused(wrong.status)
    return Response("", 204, {"Upload-Offset": str(offset), **_expires(state.expires_at)})


def _settled(uploads: Uploads, name: str) -> State:
    """How far an upload has come, with what was still arriving on a line that broke."""
    uploads.state(name)  # raises NotFound before anything is waited for
    late = arriving.taken_over((uploads.owner, name))
    if late is not None and late.keeps and late.held:
        with suppress(Conflict, Invalid):
            uploads.add(name, late.offset, bytes(late.held))
    return uploads.state(name)


def _body(most: int, piece: Piece) -> bool:
    """Read what arrives into `piece`, until the line breaks; False where somebody has taken it over. Raises RequestEntityTooLarge for more
    than `most` bytes."""
    goes_on = True
    try:
        while goes_on and len(piece.held) <= most and (data := request.stream.read(min(READ, most + 1 - len(piece.held)))):
            goes_on = piece.add(data)
    except (ClientDisconnected, OSError):
        pass
    if len(piece.held) > most:
        raise RequestEntityTooLarge()
    return piece.end()


def _is_spoken() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        abort(Response("", 412, {"Tus-Version": VERSION}))


def _number(header: str) -> int:
    found = whole(request.headers.get(header, ""), 18)
    if found is None:
        abort(_refused(400))
    return found


def _told(header: str) -> dict[str, str]:
    """Upload-Metadata: names, each with a value in base64 or none, with commas between them."""
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _, value = pair.partition(" ")
        try:
            said = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            abort(_refused(400))
        if name in found or not name.isascii() or len(said) > MOST_NAME:
            abort(_refused(400))
        found[name] = said
    return found


def _checksum() -> tuple[str, bytes] | None:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    name, _, value = header.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if name not in CHECKSUMS or len(digest) != CHECKSUMS[name]().digest_size:
        abort(_refused(400))
    return name, digest


def _expires(at_ms: int) -> dict[str, str]:
    return {"Upload-Expires": formatdate(at_ms // 1000, usegmt=True)}


def _refused(status: int) -> Response:
    """A refusal for machines: the number says it, our own pages have words for it."""
    return Response("", status)

"""Recordings, pictures and pages of documents as bytes: the gate is asked for each range, and before each block of a whole body.

A range is at most 1 MiB, so that a paused player holds no thread of the server, and a withdrawal stops it at its next one (RFC 9110,
section 14). What may not live here: which copy is whose (access), where bytes rest (storage).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flask import Flask, Response, request, stream_with_context
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from archive_app import clock
from archive_app.access.readings import Media
from archive_app.web.visit import doors, reading_room

MOST_RANGE = 1 << 20
"""Bytes of one 206."""
BLOCK = 256 * 1024
"""Bytes between two questions to the gate while a whole body is sent."""
HEADERS = {"Accept-Ranges": "bytes", "Content-Disposition": "inline"}


def start(app: Flask) -> None:
    """Put the address of copies into `app`."""
    app.add_url_rule("/media/<public:id>", "media", media)


def media(id: str) -> Response:
    """A copy, or a range of it. Raises NotFound alike for what is not this viewer's now and for what never existed."""
    return given(lambda: _asked(id))


def given(ask: Callable[[], Media]) -> Response:
    """What `ask` lets whoever asks have, or a range of it. It is asked again while a whole body is sent, and raises NotFound."""
    seen = doors().last_written()
    found = ask()
    wanted = _range(found.size)
    if request.method == "HEAD":
        body: bytes | Iterator[bytes] = b""
    elif wanted is None:
        body = stream_with_context(_blocks(found, seen, ask))
    else:
        body = _read(found, *wanted)
    start, end = wanted or (0, found.size)
    response = Response(body, 200 if wanted is None else 206, HEADERS, content_type=found.media_type)
    response.content_length = end - start
    if wanted is not None:
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{found.size}"
    return response


def _asked(id: str) -> Media:
    with reading_room() as room:
        return room.media(id)


def _range(size: int) -> tuple[int, int] | None:
    """(start, end) of what is asked for, the end not included and cut to MOST_RANGE; None for the whole, which is also the answer to
    several ranges at once. Raises RequestedRangeNotSatisfiable."""
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1 or "If-Range" in request.headers:
        return None
    first, behind = asked.ranges[0]
    start = max(0, size + first) if first < 0 else first  # the last so many bytes
    if start >= size:
        raise RequestedRangeNotSatisfiable(size)
    return start, min(size, start + MOST_RANGE, size if behind is None else behind)


def _read(found: Media, start: int, end: int) -> bytes:
    with doors().open_bytes(found.digest) as stream:
        stream.seek(start)
        return stream.read(end - start)


def _blocks(found: Media, seen: object, ask: Callable[[], Media]) -> Iterator[bytes]:
    """The whole body; it ends short, and the connection with it, when the gate has closed. Where nothing was written since the gate was
    asked, and less than a second has passed, its answer stands."""
    asked_at = clock.now()
    with doors().open_bytes(found.digest) as stream:
        for _ in range(0, found.size, BLOCK):
            now, written = clock.now(), doors().last_written()
            if written != seen or now - asked_at >= 1000:
                ask()
                seen, asked_at = written, now
            yield stream.read(BLOCK)

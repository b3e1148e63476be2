"""Style sheet, script and sign: read once, served under addresses that hold a digest of their bytes, and so kept for ever.

Only what lies in `static/` at the start is served, and only under such an address. What may not live here: anything entrusted to
us.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from flask import Flask, Response

from archive_app.errors import NotFound
from archive_app.web.headers import FOREVER

FOLDER = Path(__file__).with_name("static")
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


class Asset(NamedTuple):
    data: bytes
    media_type: str


def start(app: Flask) -> None:
    """Serve the folder, and give templates `asset("archive.css")`, the address of a file."""
    named: dict[str, str] = {}
    served: dict[str, Asset] = {}
    for file in sorted(FOLDER.iterdir()):
        if file.suffix in TYPES:
            data = file.read_bytes()
            name = f"{file.stem}-{hashlib.sha256(data).hexdigest()[:16]}{file.suffix}"
            named[file.name] = f"/static/{name}"
            served[name] = Asset(data, TYPES[file.suffix])

    def asset(name: str) -> Response:
        if name not in served:
            raise NotFound()
        return Response(served[name].data, content_type=served[name].media_type, headers={"Cache-Control": FOREVER})

    app.add_url_rule("/static/<name>", "asset", asset)
    app.jinja_env.globals["asset"] = named.__getitem__

"""Files on their way in: what does not fit into memory is laid into the data folder, sealed with a key that dies with it.

Otherwise whole files of families and archivists would lie, readable, in the machine's own folder for temporary things. What may not live
here: what becomes of a file (actions).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Request

from archive_app.storage.spool import SealedSpool


def into(folder: Path) -> type[Request]:
    """The kind of request whose uploads are laid into `folder`, which is made when the first comes."""

    class Arriving(Request):
        def _get_file_stream(self, total_content_length: int | None, content_type: str | None, filename: str | None = None,
                             content_length: int | None = None) -> Any:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return SealedSpool(folder)

    return Arriving

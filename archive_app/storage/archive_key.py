"""The archive's own key: 32 bytes in a file beside the secret, mode 0600, made when it is first asked for.

It opens what families have sent, never a draft. It is a file of its own because the secret may be changed and lost, and this may not:
whoever loses it has lost what waits to be read. What may not live here: what it seals.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from archive_app.errors import Damaged
from archive_app.files import write_once
from archive_app.storage.sealed import KEY

NAME = "submissions.key"


def archive_key(folder: Path) -> bytes:
    """The key in this folder. Of two processes that make it at once, one wins and both read the same. Raises Damaged for a file that holds
    something else."""
    path = folder / NAME
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_once(path, f"{secrets.token_hex(KEY)}\n".encode())
    found = path.read_text(encoding="ascii", errors="replace").strip()
    try:
        key = bytes.fromhex(found)
    except ValueError:
        key = b""
    if len(key) != KEY:
        raise Damaged(f"instance/{NAME}", f"a key of {KEY} bytes", "something else")
    return key

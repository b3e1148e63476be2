"""What was typed into a form that could not be taken: shown again, to be sent again, and never lost for a visit that ended, a line of
writers or a full disk. It goes from one answer into the next form and lies nowhere.

What may not live here: why it was not taken (door, errors), what becomes of it (asking, afterwards).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import HTTPException

AT = re.compile(r"/submit/(?:questions/[a-z]+|files|room/message)")
"""Pages behind a receipt whose forms hold what somebody wrote or decided."""
NO_ANSWERS = frozenset({"token", "receipt", "kept_at", "kept_of", "sure", "skip", "stop", "back", "next", "save", "remove", "forget",
                        "upload", "sha256"})
UNTOUCHED = frozenset({"back_to", "language", "was"})
"""Fields that are sent with every form, by what stands before a dash: alone they are nothing that was typed."""


@dataclass(frozen=True)
class Unsaved:
    """`at`: the address of the form; `of`: its token, the same in every visit with the receipt with which it was written, and in no other;
    `fields`: (name, value) of each, as it was sent."""

    at: str
    of: str
    fields: tuple[tuple[str, str], ...]


def found() -> Unsaved | None:
    """What the form of this request held; None where nothing was typed into it, or it cannot be read."""
    try:
        if request.method != "POST":
            return None
        at = request.form.get("kept_at", "") or request.path
        of = request.form.get("kept_of", "") or request.form.get("token", "")
        fields = tuple((name, value) for name, value in request.form.items(multi=True) if name not in NO_ANSWERS)
    except HTTPException:
        return None
    written = any(value.strip() for name, value in fields if name.partition("-")[0] not in UNTOUCHED)
    return Unsaved(at, of, fields) if written and "skip" not in request.form and AT.fullmatch(at) else None

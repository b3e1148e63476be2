"""A file held to what its first bytes claim: decoded, measured, or refused. Runs in the child only.

Each family has its reader, and only the one that is needed is loaded. What may not live here: copies.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_app.errors import Invalid
from archive_app.storage.signatures import claimed, family_of_name


def examine(source: Path) -> dict[str, Any]:
    """The fields of a `Probed`. Raises Invalid for what is empty, of no kind taken here, misnamed, broken, or breaking off."""
    if source.stat().st_size == 0:
        raise Invalid("", "is empty: it has no bytes")
    claim = claimed(source)
    said = family_of_name(source.name)
    if said not in (None, claim.family):
        raise Invalid("", f"is in truth {claim.media_type}: name it by what it is")
    if claim.family == "media":
        from archive_app.storage.measuring import examine_media

        return examine_media(source, claim)
    if claim.family == "image":
        from archive_app.storage.pictures import examine_picture

        return examine_picture(source, claim)
    from archive_app.storage.pages import examine_document

    return examine_document(source, claim)

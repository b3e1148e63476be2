"""A family in its room: a room over an archive, with receipts that cost next to nothing, and an account that tells of everything."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from PIL import Image

from archive_app.access.viewer import Viewer
from archive_app.actions import attaching, family_room, submitting
from archive_app.actions.family_keys import LEAST
from archive_app.actions.family_room import Begun, Family, FamilyRoom
from tests.factories.archives import Archive, viewer

TEXT = "I lived in Low Ombrel, by the river.\n\nMy brother Dovan Keth mended boats there.\n\nIn the spring we moved to the city."
ACCOUNT: Mapping[str, Mapping[str, Any]] = {
    "who": {"relation": "self", "role": "witness"},
    "name": {"name": "Hesta Vellan", "language": "en", "pseudonym": "A woman from Ombrel"},
    "told": {"title": "By the river", "date": "1961", "place": "Low Ombrel", "language": "en"},
    "account": {"text": TEXT, "language": "en"},
    "people": {"people": [{"name": "Dovan Keth", "why": "he still lives there"}]},
    "existence": {"audience": "public"}, "description": {"audience": "public"},
    "identity": {"audience": "staff", "naming": "pseudonym"}, "transcript": {"audience": "registered"},
    "audio": {"audience": "reading-room"},
    "uses": {"allowed": ["exhibition"]},
}


def room_over(archive: Archive) -> FamilyRoom:
    """The families' room of an archive."""
    return FamilyRoom(archive.engine, archive.vault, archive.folder / "instance", cost=LEAST)


def begun(room: FamilyRoom, language: str = "en") -> tuple[Begun, Family]:
    """A new draft, and who holds its receipt."""
    made = family_room.begin(room, language)
    return made, again(room, made)


def again(room: FamilyRoom, made: Begun) -> Family:
    """The family as the next request finds it."""
    found = family_room.visiting(room, made.visit)
    assert found is not None
    return found


def tell(room: FamilyRoom, family: Family, account: Mapping[str, Mapping[str, Any]] = ACCOUNT) -> None:
    """Answer every question of an account."""
    for step, answers in account.items():
        submitting.save(room, family, step, answers, f"the page of {step}", "en")


def sent(room: FamilyRoom, account: Mapping[str, Mapping[str, Any]] = ACCOUNT, notes: str = "") -> tuple[Begun, Family]:
    """An account that waits; with `notes`, those as a text file."""
    made, family = begun(room)
    tell(room, family, account)
    if notes:
        attaching.attach(room, family, io.BytesIO(notes.encode()), "notes.txt")
    submitting.send(room, family, "the summary", "en")
    return made, again(room, made)


def archivist() -> Viewer:
    """Who tends every collection."""
    return viewer("archivist")


def photograph(colour: str = "grey", comment: bytes = b"") -> io.BytesIO:
    """A small JPEG that says of itself what it is told to."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG", comment=comment)
    out.seek(0)
    return out

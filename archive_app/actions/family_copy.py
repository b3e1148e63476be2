"""A copy of everything a family has given and been told, as a ZIP: equal content, equal bytes. Nothing of it is ever written anywhere.

What may not live here: what belongs to others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from archive_app.actions import attaching, by_hand
from archive_app.actions.family_readings import attached, message, saved
from archive_app.actions.family_room import Family, FamilyRoom, own
from archive_app.records import submissions as records
from archive_app.records.base import reading

BLOCK = 1 << 18
BEGINNING = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP can name: it says nothing of when anything was done."""


def copy(room: FamilyRoom, family: Family, words: str = "") -> Iterator[bytes]:
    """The ZIP in pieces: `answers.json`, `answers.txt` with the same in plain `words` where there are some, `account.txt`, `messages.txt`,
    `files/` with every file as it was given. Raises NotFound."""
    with reading(room.engine) as session:
        row = own(session, family)
        rows = records.attachments(session, row.id)
        files = [attached(each, family.key) for each in rows]
        steps = saved(records.steps(session, row.id), family.key)
        said = [message(each, family.key) for each in records.messages(session, row.id)]
    answers = {step: steps[step]["answers"] for step in sorted(steps) if step != by_hand.STEP}
    told = [{"name": each.name, "caption": each.label, "audience": each.audience, "given on": each.added_on} for each in files]
    texts = {"answers.json": json.dumps({"answers": answers, "files": told}, ensure_ascii=False, indent=1),
             **({"answers.txt": words} if words else {}),
             "account.txt": str(answers.get("account", {}).get("text", "")),
             "messages.txt": "\n\n".join(f"{each.on} {each.by}\n{each.words}" for each in said)}
    sink = _Sink()
    with ZipFile(cast(IO[bytes], sink), "w") as archive:
        for name, text in texts.items():
            archive.writestr(_entry(name, ZIP_DEFLATED), text.encode("utf-8", errors="replace"))
        yield sink.taken()
        for each, file in zip(rows, files, strict=True):
            name = f"files/{file.position:03d}-{_plain(file.name)}"
            with attaching.opened(room, each, family.key) as source, archive.open(_entry(name, ZIP_STORED), "w", force_zip64=True) as out:
                while block := source.read(BLOCK):
                    out.write(block)
                    yield sink.taken()
    yield sink.taken()


def _entry(name: str, method: int) -> ZipInfo:
    entry = ZipInfo(name, BEGINNING)
    entry.compress_type, entry.external_attr = method, 0o600 << 16
    return entry


def _plain(name: str) -> str:
    """A name that stays in its folder, wherever it is unpacked."""
    return "".join("_" if letter in '/\\:*?"<>|' or not letter.isprintable() else letter for letter in name)[-120:].lstrip(".") or "file"


class _Sink:
    """What a ZIP is written to, a piece at a time: it cannot be gone back in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> bytes:
        """What was written since."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)



"""A recording brought to the desk: kept, decoded behind the fence, and taken in as an import takes it in.

Bytes first, then the row; what is refused is refused before that, while its bytes lie beside the vault, and leaves nothing in it. What may
not live here: how a file comes here (web, uploading), versions of recordings (parts).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from sqlalchemy import Engine

from archive_app.access.terms import TIERS
from archive_app.access.viewer import Viewer
from archive_app.actions import consenting, intake, uploading
from archive_app.actions.change import Change, change, rehearsal
from archive_app.actions.manifest_terms import tier
from archive_app.actions.parts import Medium
from archive_app.errors import Invalid
from archive_app.exchange.formats import FORMATS
from archive_app.exchange.manifest import MediaFile
from archive_app.records import recordings
from archive_app.records.consent import Unit, party, unit_of
from archive_app.records.testimonies import Testimony
from archive_app.storage.probe import Probed, probe
from archive_app.storage.signatures import family_of_name
from archive_app.storage.uploads import Uploads
from archive_app.storage.vault import Vault

FIELD, VERB = "file", "add recording"
MOST_LABEL = 200
MOST_OFFSET_MS = 1000 * 3_600_000


@dataclass(frozen=True)
class Brought:
    """What is said of a recording. `file_name`: as the browser has it; `access`: a key of TIERS, narrower than the testimony's own terms,
    '' = as those; `instead_of`: public id of the recording in whose place it comes, '' = a new one; `offset_ms`: where a new tape begins
    on the time line, None = where the last one ends."""

    file_name: str
    label: str = ""
    access: str = ""
    instead_of: str = ""
    offset_ms: int | None = None


def add(engine: Engine, vault: Vault, actor: Viewer, public_id: str, said: Brought, source: BinaryIO) -> list[str]:
    """Read `source` to its end and add it to a testimony; sentences on what was hidden of what it is called. Raises
    NotFound, NotAllowed, Invalid, Conflict."""
    name = plain_name(said.file_name)
    _check(said)
    uploading.may_add(engine, actor, public_id)
    with vault.arriving(source) as arrived:
        new = Medium(MediaFile(name, said.label.strip()), arrived.kept, _probed(arrived.path, name), said.offset_ms)
        with rehearsal(engine, actor, VERB, public_id) as work:
            _take_in(work, public_id, said, new)
        arrived.stay()
    with change(engine, actor, VERB, public_id) as work:
        return _take_in(work, public_id, said, new)


def _take_in(work: Change, public_id: str, said: Brought, new: Medium) -> list[str]:
    row, unit = consenting.kept(work, public_id)
    name = _known_as(recordings.of_testimony(work.session, row.id), said.instead_of, new.said.file)
    hidden = intake.add_medium(work, row, unit, replace(new, said=MediaFile(name, new.said.label)))
    _narrow(work, row, unit, said.access)
    work.detail["object"] = new.kept.digest
    return hidden


def taken(engine: Engine, vault: Vault, actor: Viewer, public_id: str, said: Brought, uploads: Uploads, name: str,
          sha256: str) -> list[str]:
    """Add what has arrived in pieces; it is not on its way any more, also where the file is refused. `sha256`: what the browser says that
    it sent (hexadecimal; '' = it does not say). Raises as `add`."""
    with uploads.open(name) as source:
        compared = uploading.compared(source, sha256)
        _check(said)
        try:
            hidden = add(engine, vault, actor, public_id, said, compared)
        except Invalid as wrong:
            if wrong.field == FIELD:
                uploads.drop(name)
            raise
    uploads.drop(name)
    return hidden


def plain_name(name: str) -> str:
    """A file's own name, without folders, and without what turns or hides letters. Raises Invalid."""
    last = PurePosixPath(PureWindowsPath(name).name).name
    found = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp")).strip()
    if not found or set(found) <= {"."} or len(found) > 200:
        raise Invalid(FIELD, "give the file a name of at most 200 letters")
    return found


def _check(said: Brought) -> None:
    if len(said.label.strip()) > MOST_LABEL:
        raise Invalid("label", "at most 200 letters")
    if said.access and said.access not in TIERS:
        raise Invalid("access", f"choose one of {', '.join(TIERS)}")
    if said.offset_ms is not None and not 0 <= said.offset_ms <= MOST_OFFSET_MS:
        raise Invalid("offset", "write a time as 12:34 or 1:02:03")
    if said.instead_of and said.offset_ms is not None:
        raise Invalid("offset", "it begins where the recording began in whose place it comes: leave this empty")


def _probed(path: Path, name: str) -> Probed:
    try:
        probed = probe(path, FIELD, f"“{name}”")
    except Invalid:
        if name.rpartition(".")[2].lower() in FORMATS:
            raise Invalid(FIELD, f"“{name}” is a text: bring it in under Transcripts") from None
        raise
    family = probed.kind if probed.kind in ("image", "document") else "media"
    if family_of_name(name) not in (None, family):
        raise Invalid(FIELD, f"“{name}” is in truth {probed.media_type}: name it by what it is")
    return probed


def _known_as(there: list[recordings.Recording], instead_of: str, name: str) -> str:
    """The name by which it is known among the testimony's files: versions of one recording have one name."""
    if not instead_of:
        if any(each.file_name == name for each in there):
            raise Invalid("instead_of", "a recording with this file name is there: choose it here, or give the file another name")
        return name
    before = next((each for each in there if each.public_id == instead_of), None)
    if before is None:
        raise Invalid("instead_of", "choose one of the recordings of this testimony")
    return before.file_name


def _narrow(work: Change, row: Testimony, unit: Unit, access: str) -> None:
    """Who may have this one: a statement on it alone, in the narrator's name, which only ever narrows."""
    if not access:
        return
    narrators = party(work.session, unit.id, "narrator")
    if not narrators:
        raise Invalid("access", "no narrator is on record who could have said so: leave this as the testimony’s own terms")
    new = recordings.of_testimony(work.session, row.id)[-1]
    layers = ("video", "audio") if new.kind == "video" else (new.kind,)
    consenting.record(work, narrators[0], unit_of(work.session, new.id), "permit", dict.fromkeys(layers, tier(access)))

"""Which copies of a recording a viewer may have, and which have to be made so that everybody finds theirs.

A copy is found by what it leaves out: the viewer's cuts are computed now and their key is looked up. No such copy: nothing is served.
What may not live here: how copies are made and where they rest (storage).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access import cuts
from archive_app.access.audiences import audiences, good_until
from archive_app.access.cards import Opened
from archive_app.access.cuts import ALL
from archive_app.access.entry import Entry, enter
from archive_app.access.gate import open_layers
from archive_app.access.readings import SHOWN, Copy, Media, Recording
from archive_app.access.terms import FOREVER
from archive_app.access.viewer import standing_for
from archive_app.errors import NotFound
from archive_app.records import copies, recordings
from archive_app.records.copies import AccessCopy
from archive_app.records.recordings import Recording as Row
from archive_app.records.recordings import StoredObject
from archive_app.records.testimonies import Testimony
from archive_app.storage.cuts import Cuts, Span, joined
from archive_app.storage.recipes import key


@dataclass(frozen=True)
class Wanted:
    """A copy that somebody may have: of which recording, made how, leaving out what (ms on the recording's own time line)."""

    recording: int
    original: str
    duration_ms: int | None
    recipe: str
    cuts: Cuts

    @property
    def key(self) -> str:
        return key(self.original, self.recipe, self.cuts.sound, self.cuts.picture)


def _of(row: Row, layers: frozenset[str], closed: Cuts) -> Iterator[Wanted]:
    """The copies of a recording for somebody to whom these layers are open and these spans are closed."""
    kind = row.kind if row.kind in layers else ""
    sound = closed.sound if "audio" in layers else ALL.sound
    if kind == "audio" or (row.kind == "video" and not kind and "audio" in layers):
        yield from (Wanted(row.id, row.object_digest, row.duration_ms, recipe, Cuts(sound)) for recipe in ("sound", "peaks"))
    elif kind == "video":
        yield Wanted(row.id, row.object_digest, row.duration_ms, "film", Cuts(sound, closed.picture))
        yield Wanted(row.id, row.object_digest, row.duration_ms, "poster", Cuts((), closed.picture))
        if "audio" in layers:
            yield Wanted(row.id, row.object_digest, row.duration_ms, "peaks", Cuts(sound))
    elif kind:
        yield Wanted(row.id, row.object_digest, row.duration_ms, "preview" if kind == "image" else "page", Cuts())


def needed(session: Session, public_id: str, now: int) -> tuple[list[Wanted], int]:
    """(the copies that a testimony must have so that each audience finds its own, at `now` and behind the next step of its terms; when
    to ask again, ms UTC). Whole copies are among them always: the desk works with those."""
    key_of = session.scalar(select(Testimony.id).where(Testimony.public_id == public_id))
    rows = recordings.of_testimony(session, key_of) if key_of is not None else []
    if key_of is None or not rows:
        return [], FOREVER
    ends = good_until(session, key_of, now)
    found = dict[Wanted, None]()
    for row in rows:
        found.update(dict.fromkeys(_of(row, frozenset({row.kind, "audio"}), Cuts())))
    for moment in (now, ends) if ends < FOREVER else (now,):
        for audience in audiences(session, key_of, moment):
            entry = enter(session, standing_for(audience, moment))
            found.update(dict.fromkeys(_wanted(entry, key_of, rows)))
    return list(found), ends


@dataclass(frozen=True)
class Standing:
    """What of a recording is open to a viewer, and what is withheld of it on its own time line."""

    row: Row
    layers: frozenset[str]
    closed: Cuts

    @property
    def wanted(self) -> list[Wanted]:
        return list(_of(self.row, self.layers, self.closed))

    @property
    def withheld(self) -> tuple[Span, ...]:
        """The spans in which something is missing that would be heard or seen otherwise: of a closed sound nothing is told."""
        film = self.row.kind == "video" and "video" in self.layers
        heard = self.row.kind in ("audio", "video") and "audio" in self.layers
        return joined([*(self.closed.sound if heard else ()), *(self.closed.picture if film else ())])


def _standings(entry: Entry, testimony: int, rows: Sequence[Row]) -> list[Standing]:
    layers = open_layers(entry.session, entry.gate, [row.id for row in rows])
    closed = cuts.by_recording(entry, testimony, rows)
    return [Standing(row, layers.get(row.id, frozenset()), closed[row.id]) for row in rows]


def _wanted(entry: Entry, testimony: int, rows: Sequence[Row]) -> Iterator[Wanted]:
    """The copies that a viewer may have of these recordings; none of one that was replaced by another that they may have."""
    wanted = {each.row.id: each.wanted for each in _standings(entry, testimony, rows)}
    replaced = {row.replaces_id for row in rows if wanted[row.id]}
    for row in rows:
        yield from wanted[row.id] if row.id not in replaced else ()


def of_testimony(entry: Entry, whole: Opened) -> tuple[Recording, ...]:
    """The recordings of an opened testimony with the copies this viewer may have now."""
    rows = [row for row, _ in whole.recordings]
    if not rows:
        return ()
    there: dict[tuple[int, str, str], list[AccessCopy]] = {}
    for copy in copies.of_recordings(entry.session, {row.id for row in rows}):
        there.setdefault((copy.recording_id, copy.recipe, copy.key), []).append(copy)
    failed = copies.failed(entry.session, {row.id for row in rows})
    kinds, offsets = {row.id: kind for row, kind in whole.recordings}, cuts.offsets_of(entry, rows)
    language = whole.row.languages[0] if whole.row.languages else ""

    def told(each: Standing) -> Recording:
        row, offset = each.row, offsets[each.row.id]
        mine = [copy for one in each.wanted for copy in there.get((row.id, one.recipe, one.key), ())]
        lost = any((row.id, one.recipe, one.key) in failed for one in each.wanted if one.recipe == SHOWN[kinds[row.id]])
        return Recording(row.public_id, kinds[row.id], whole.names(row.label, language), row.duration_ms, offset,
                         tuple(_copy(copy, whole, language) for copy in mine),
                         tuple((start + offset, end + offset) for start, end in each.withheld), lost)

    return tuple(told(each) for each in _standings(entry, whole.row.id, rows))


def _copy(row: AccessCopy, whole: Opened, language: str) -> Copy:
    facts = row.facts
    return Copy(row.public_id, row.recipe, row.part, row.media_type, _whole(facts.get("width")), _whole(facts.get("height")),
                whole.names(str(facts.get("text") or ""), language))


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def media(entry: Entry, public_id: str) -> Media:
    """The bytes of one copy. Raises NotFound for what is not this viewer's now, alike for what never existed."""
    found = entry.session.execute(
        select(AccessCopy, Row, StoredObject.size).join(Row, Row.id == AccessCopy.recording_id)
        .join(StoredObject, StoredObject.digest == AccessCopy.object_digest).where(AccessCopy.public_id == public_id)).first()
    if found is None:
        raise NotFound()
    copy, row, size = found
    for wanted in _wanted(entry, row.testimony_id, recordings.of_testimony(entry.session, row.testimony_id)):
        if (wanted.recording, wanted.recipe, wanted.key) == (copy.recording_id, copy.recipe, copy.key):
            return Media(copy.public_id, copy.media_type, size, copy.object_digest)
    raise NotFound()


def testimony_of(entry: Entry, public_id: str) -> str:
    """The public id of the testimony that a copy is of, which is there."""
    return entry.session.execute(select(Testimony.public_id).join(Row, Row.testimony_id == Testimony.id).join(
        AccessCopy, AccessCopy.recording_id == Row.id).where(AccessCopy.public_id == public_id)).scalar_one()

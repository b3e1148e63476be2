"""The desk: everything an archivist may *keep*, and nothing else. The reading room's counterpart, with readings of its own types.

`Desk(session, viewer)` holds one snapshot and one `now`; it is not there for anybody who tends nothing. Methods raise NotFound alike for
what is not theirs to tend and for what never existed. What may not live here: writing, rows handed out, anything for readers.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from archive_app.access import (
    explaining,
    foreseeing,
    kept_catalogue,
    kept_doubts,
    kept_erasure,
    kept_recordings,
    kept_registry,
    kept_requests,
    kept_testimony,
    kept_things,
    kept_transcripts,
    kept_words,
    work_list,
)
from archive_app.access.entry import enter
from archive_app.access.gate import gate, open_layers
from archive_app.access.kept_erasure_readings import KeptPlan, KeptReceipt
from archive_app.access.kept_readings import (
    CatalogueLine,
    Foreseen,
    KeptCollection,
    KeptEntry,
    KeptLine,
    KeptRecording,
    KeptSegment,
    KeptTestimony,
    Verdict,
    Wanted,
    WorkList,
)
from archive_app.access.kept_registry_readings import KeptLink, KeptListing, KeptMerging, KeptRow, KeptThing
from archive_app.access.kept_request_readings import KeptRequest, KeptRequests
from archive_app.access.kept_transcript_readings import KeptPassages, KeptTape, KeptTranscript, Spoken
from archive_app.access.law import HOLDS, STAFF_ROLES, may_keep
from archive_app.access.reading_room import ReadingRoom
from archive_app.access.readings import Media
from archive_app.access.releases import above, spoken
from archive_app.access.terms import LAYERS, TIERS
from archive_app.access.viewer import Viewer
from archive_app.errors import Invalid, NotFound
from archive_app.language.name_doubts import Doubt
from archive_app.records.accounts import email_digest
from archive_app.records.consent import Unit, unit_of
from archive_app.records.testimonies import Testimony, by_public_id

Found = TypeVar("Found")
CLASSES: dict[str, frozenset[str]] = {
    "public": frozenset(),
    "registered": frozenset({"registered"}),
    "onsite": frozenset({"onsite"}),
    "granted": frozenset({"registered", "grant"}),
    "staff": frozenset({"registered", "staff"}),
}
"""The classes of viewer whose eyes the desk can borrow, and what each holds. Custodians are not among them: what only they may read,
they read as themselves."""
JUDGED = {**CLASSES, "custodian": HOLDS["custodian"]}
"""The classes of whom the desk tells what is open to them. Families and admins read as anybody does, and so does whoever is barred."""


MOST_CATALOGUE = 100_000


class Desk:
    def __init__(self, session: Session, viewer: Viewer) -> None:
        """Raises NotFound for whoever tends nothing."""
        if viewer.role not in STAFF_ROLES:
            raise NotFound()
        self.viewer = viewer
        self._session = session
        self._entry = enter(session, viewer)

    def work_list(self, state: str = "", words: str = "", page: int = 1, collection: str = "", kind: str = "") -> WorkList:
        return work_list.work_list(self._entry, Wanted(state, words, collection, kind), page)

    def lines(self, public_ids: Collection[str]) -> tuple[KeptLine, ...]:
        """The lines of those of these testimonies that are theirs to tend, by id; of others nothing is said."""
        found = work_list.lines(self._entry, work_list.named(self._entry, public_ids)).values()
        return tuple(sorted(found, key=lambda line: line.id))

    def found(self, wanted: Wanted, most: int) -> tuple[str, ...]:
        """The ids of what the work list holds, in its order, `most` at the most."""
        return tuple(row.public_id for row in work_list.rows(self._entry, wanted, most))

    def passages(self, words: str, page: int = 1) -> KeptPassages:
        """Where these words stand in the transcripts of everything that is theirs to tend. Raises Invalid."""
        return kept_words.passages(self._entry, words, page)

    def catalogue(self, wanted: Wanted = Wanted()) -> tuple[CatalogueLine, ...]:  # noqa: B008 - frozen
        """Everything that the work list holds, as rows of a catalogue."""
        return kept_catalogue.catalogue(self._entry, work_list.rows(self._entry, wanted, MOST_CATALOGUE))

    def collections(self) -> tuple[KeptCollection, ...]:
        """The collections that are theirs to tend."""
        return kept_catalogue.collections(self._entry)

    def testimony(self, public_id: str) -> KeptTestimony:
        row, unit = self._kept(public_id)
        return kept_testimony.testimony(self._entry, row, unit, self._actor())

    def history(self, public_id: str) -> tuple[KeptEntry, ...]:
        """Everything that was done to it, newest first."""
        row, _ = self._kept(public_id)
        return kept_testimony.history(self._entry, row.public_id, self._actor(), 10_000)

    def closes_names(self, public_id: str) -> bool:
        """Whether somebody who may read about it does not read every name in it."""
        row, unit = self._kept(public_id)
        return bool(kept_doubts.closed_names(self._entry, row, unit))

    def doubts(self, public_id: str) -> tuple[Doubt, ...]:
        """What may be a closed name in its texts and stays in sight, because the filter cannot decide; reads every word of it."""
        row, unit = self._kept(public_id)
        return kept_doubts.doubts(self._entry, row, unit)

    def requests(self, state: str = "", page: int = 1) -> KeptRequests:
        """Requests for access to what is tended here, newest first."""
        return kept_requests.kept(self._entry, state, page)

    def request(self, public_id: str) -> KeptRequest:
        return kept_requests.kept_one(self._entry, public_id)

    def erasure(self, public_id: str) -> KeptReceipt | None:
        """The receipt of one that was erased; None of any other."""
        row, _ = self._kept(public_id)
        return kept_erasure.receipt(self._session, row.public_id)

    def erasable(self, public_id: str) -> KeptPlan:
        """What would go if it were erased now. For those alone who may erase."""
        row, _ = self._kept(public_id)
        if not may_keep(self.viewer.role, "erase"):
            raise NotFound()
        return kept_erasure.plan(self._session, row.id)

    def words(self, public_id: str, n: int) -> tuple[KeptSegment, ...]:
        """The words of a transcript as they are kept, what is withheld of them marked."""
        row, _ = self._kept(public_id)
        found = kept_testimony.words(self._entry, row, n)
        if found is None:
            raise NotFound()
        return found

    def transcripts(self, public_id: str) -> tuple[KeptTranscript, ...]:
        """Its transcripts with their versions and drafts."""
        row, _ = self._kept(public_id)
        return kept_transcripts.of_testimony(self._entry, row, self._actor())

    def version(self, public_id: str, n: int, number: int) -> tuple[Spoken, ...]:
        """The words of one version of a transcript."""
        row, _ = self._kept(public_id)
        return _there(kept_transcripts.version(self._entry, row, n, number))

    def draft(self, public_id: str, n: int, key: int) -> tuple[Spoken, ...]:
        """The words of a draft of a transcript, whoever of those who tend it wrote them."""
        row, _ = self._kept(public_id)
        return _there(kept_transcripts.draft(self._entry, row, n, key))

    def tapes(self, public_id: str) -> tuple[KeptTape, ...]:
        """What is heard beside the words, whole."""
        row, _ = self._kept(public_id)
        return kept_transcripts.tapes(self._entry, row)

    def media(self, public_id: str, copy: str) -> Media:
        """The bytes of a copy of one of its recordings, whichever readers it is for."""
        row, _ = self._kept(public_id)
        return _there(kept_transcripts.media(self._entry, row, copy))

    def evidence(self, public_id: str, key: int) -> str:
        """The digest of the file that was attached to evidence of consent to it."""
        row, unit = self._kept(public_id)
        return _there(kept_testimony.evidence(self._entry, row, unit, key, self._actor()))

    def recordings(self, public_id: str) -> tuple[KeptRecording, ...]:
        """Every version of every recording, with what is known of its bytes."""
        row, unit = self._kept(public_id)
        return kept_recordings.kept_recordings(self._session, row, unit, self.viewer.now)

    def why(self, public_id: str, at: int, published: bool = False) -> tuple[Verdict, ...]:
        """For each layer: to which classes it is open at `at` (ms UTC), asked of the gate itself, and what decides it. `published`: as it
        would be if it were published now, asked of the decision of which the gate keeps what it came to."""
        _, unit = self._kept(public_id)
        said, parties = spoken(self._session, unit)
        viewers = {who: _viewer(who, at, unit) for who in JUDGED}
        if published:
            terms = foreseeing.terms_of(unit, said, parties)
            said = foreseeing.as_published(unit, said, parties)
            layers = {who: foreseeing.open_to(each, unit, terms) for who, each in viewers.items()}
        else:
            layers = {who: open_layers(self._session, gate(self._session, each), [unit.id]).get(unit.id, frozenset())
                      for who, each in viewers.items()}
        return tuple(Verdict(layer, {name: layer in found for name, found in layers.items()},
                             explaining.grounds(unit.id, above(unit), said, parties.values(), layer, at)) for layer in LAYERS)

    def foreseen(self, public_id: str) -> Foreseen:
        """Who would read it and under which names, were it published now; reads every word of it where a name is closed."""
        row, unit = self._kept(public_id)
        closes = self.closes_names(public_id)
        return Foreseen(self.why(public_id, self.viewer.now, published=True), foreseeing.faces(self._entry, row, unit), closes,
                        len(self.doubts(public_id)) if closes else 0)

    def reads(self, public_id: str) -> bool:
        """Whether whoever asks finds it on the reading side."""
        row, _ = self._kept(public_id)
        return "existence" in open_layers(self._session, self._entry.gate, [row.id]).get(row.id, frozenset())

    def room_of(self, public_id: str, who: str, at: int) -> ReadingRoom:
        """The reading room as a class of viewer has it at `at` (ms UTC), for somebody who tends this testimony. Raises Invalid."""
        _, unit = self._kept(public_id)
        if who not in CLASSES:
            raise Invalid("who", f"“{who[:20]}” is none of {', '.join(CLASSES)}")
        return ReadingRoom(self._session, _viewer(who, at, unit))

    def registry(self, kind: str, words: str = "", page: int = 1) -> KeptListing:
        """People, places, events, sources or statements that whoever asks may know of, all or those found by a name."""
        return kept_registry.listing(self._entry, kind, words, page)

    def thing(self, kind: str, public_id: str) -> KeptThing:
        """One of them with everything that bears on it."""
        return kept_things.thing(self._entry, kind, self._known(kind, public_id), self._actor())

    def entered(self, kind: str, public_id: str) -> KeptRow:
        """One of them as it is kept, for whoever may change it."""
        row = self._known(kind, public_id)
        if not kept_things.tended(self._entry, row.id):
            raise NotFound()
        return kept_registry.row_of(self._entry, kind, row)

    def merging(self, kind: str, kept: str, other: str) -> KeptMerging:
        """What would move if `other` were made one with `kept`, for whoever may change both. Raises Invalid for one and the same."""
        one, two = self._known(kind, kept), self._known(kind, other)
        if not all(kept_things.tended(self._entry, row.id) for row in (one, two)):
            raise NotFound()
        if one.id == two.id:
            raise Invalid("other", "these two are one already")
        return kept_things.merging(self._entry, kind, one, two)

    def links(self, public_id: str) -> tuple[KeptLink, ...]:
        """Whom and which places a testimony is linked to."""
        row, _ = self._kept(public_id)
        return kept_things.links(self._entry, row.id)

    @property
    def tends_everything(self) -> bool:
        """Whether whoever asks may enter what belongs to no collection."""
        return self.viewer.satisfies(TIERS["staff"])

    def _known(self, kind: str, public_id: str) -> Any:
        row = kept_registry.find(self._entry, kind, public_id)
        if row is None:
            raise NotFound()
        return row

    def _kept(self, public_id: str) -> tuple[Testimony, Unit]:
        row = by_public_id(self._session, public_id)
        if row is None or "keep" not in open_layers(self._session, self._entry.gate, [row.id]).get(row.id, frozenset()):
            raise NotFound()
        return row, unit_of(self._session, row.id)

    def _actor(self) -> str:
        return email_digest(self.viewer.account)


def _there(found: Found | None) -> Found:
    if found is None:
        raise NotFound()
    return found


def _viewer(who: str, at: int, unit: Unit) -> Viewer:
    """Somebody of a class. Staff are those of the testimony's collection."""
    here = JUDGED[who] & {"staff", "custodian"}
    return Viewer(at, everywhere=JUDGED[who] - here, in_collection={unit.collection_id: here} if here and unit.collection_id else {})

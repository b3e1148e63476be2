"""One testimony of a manifest: taken in when it is new, brought up to date when it is known. Within one change, whole or not at all.

Consent in a manifest counts once: later runs record what is narrower, refuse what is wider, and never touch what is stopped.
What may not live here: files and tables (importing), what a row says about access (manifest_terms).
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from archive_app.access.releases import in_force
from archive_app.access.terms import LAYERS, SEALED, TIERS, Terms, from_json, join
from archive_app.actions import cataloguing, consenting, parts, people, withholding
from archive_app.actions.change import Change
from archive_app.actions.declaring import SecondPerson, beyond_staff
from archive_app.actions.manifest_terms import Warning, as_narrow, with_uses_of
from archive_app.actions.parts import Medium, Words
from archive_app.errors import Conflict, Invalid
from archive_app.exchange.manifest import ManifestRow
from archive_app.exchange.ohms_values import OhmsPoint
from archive_app.language.dates import years
from archive_app.records.consent import UNASKED, Evidence, Statement, Unit, new_unit, party, unit_of
from archive_app.records.testimonies import Collection, Testimony, by_import_key, by_public_id, collection_by_public_id
from archive_app.records.withdrawals import is_kept_out
from archive_app.storage.vault import Kept


@dataclass(frozen=True)
class OhmsFile:
    """What an OHMS file says of a testimony beside its words, and its bytes in the vault."""

    name: str
    kept: Kept
    accession: str
    told: Mapping[str, str]
    points: tuple[OhmsPoint, ...]


@dataclass(frozen=True)
class Prepared:
    """A row with its files read, hashed and kept; nothing of it is in the database yet. `digest`: of row and files; `ohms`: the file
    that describes it, where there is one; `silent`: the table says nothing of consent, so that of a known testimony stays as it is;
    `left_out`: columns of files and restrictions that the table has not: what is on record of them stays; `asked`: somebody said what the
    terms say, if only the row; `seen`, `cells`: digests of what the catalogue said when the row was taken out of it, and of the row."""

    row: ManifestRow
    public_id: str
    import_key: str | None
    manifest: str
    digest: str
    collection: str
    publish: bool
    terms: dict[str, Terms]
    words: tuple[Words, ...]
    media: tuple[Medium, ...]
    form: Kept | None
    evidence_note: str
    origin: dict[str, object]
    warnings: list[Warning] = field(default_factory=list)
    ohms: OhmsFile | None = None
    silent: bool = False
    left_out: Set[str] = frozenset()
    asked: bool = True
    seen: str = ""
    cells: str = ""

    @property
    def tells_all(self) -> bool:
        """Whether it is an OHMS file by itself: what stands nowhere in it is not so. Of a row, what is empty says nothing."""
        return self.origin.get("row") == 0


TAKEN = "this identifier cannot be given here: choose another"
"""Said alike of what somebody else tends, of what is held, and of what was withdrawn."""


def refuse_known(work: Change, new: Prepared) -> None:
    """Raises Invalid where a row is to be new and is not; first, and alike, for a collection that is not the actor's."""
    if _known(work, new) is not None:
        collection_for(work, new.collection)
        raise Invalid("identifier", TAKEN)


def _known(work: Change, new: Prepared) -> Testimony | None:
    """The testimony that a row is about, whoever tends it; None for a new one."""
    return (by_import_key if new.import_key else by_public_id)(work.session, new.import_key or new.public_id)


def take(work: Change, new: Prepared) -> str:
    """Create, or bring up to date: `created`, `updated`, `narrowed` or `unchanged`. Raises Invalid."""
    row = _known(work, new)
    if row is None:
        create(work, new)
        return "created"
    return update(work, row, new)


def create(work: Change, new: Prepared) -> Testimony:
    """Take a testimony in: description, people, recordings, transcripts, restrictions, statements. Raises Invalid for one that was
    withdrawn from an archive of which this one is a restored backup."""
    collection = collection_for(work, new.collection)
    if is_kept_out(work.session, new.public_id, new.import_key):
        raise Invalid("identifier", "this testimony was erased, or withdrawn, as the ledger says: it is not brought in again"
                      if work.actor.satisfies(TIERS["sealed"]) else TAKEN)
    unit = new_unit(work.session, "testimony", unit_of(work.session, collection.id))
    row = Testimony(id=unit.id, public_id=new.public_id, collection_id=collection.id, import_key=new.import_key, created_at=work.now)
    work.session.add(row)
    _describe(row, new)
    work.session.flush()
    people.add_people(work, unit, row, new.row)
    parts.add_media(work, unit, row, new.media)
    for words in new.words:
        parts.add_transcript(work, unit, row, words)
    _follow_ohms(work, row, new.ohms)
    for restriction in new.row.restrictions:
        withholding.add_restriction(work, unit, restriction)
    new.warnings.extend(withholding.project(work, unit))
    evidence = _evidence(work, new)
    for speaker in party(work.session, unit.id, "narrator"):
        consenting.record(work, speaker, unit, "permit", new.terms, evidence)
    if new.publish and collection.two_person and beyond_staff(new.terms, work.now):
        new.warnings.append(("publish", f"{SecondPerson().reason}: taken in unpublished"))
    elif new.publish:
        consenting.publish_parts(work, unit)
    consenting.follow_up(work, row, unit)
    return row


def update(work: Change, row: Testimony, new: Prepared) -> str:
    """Bring a known testimony up to date: `updated`, `narrowed` or `unchanged`. Raises Invalid for what an import may not widen."""
    unit, home = unit_of(work.session, row.id), collection_for(work, new.collection)
    if not work.keeps(unit):
        raise Invalid("identifier", TAKEN)
    if home.id != row.collection_id:
        raise Invalid("collection", "this testimony is in another collection: moving it is done at the desk, with evidence")
    if consenting.stopped(work, unit):
        new.warnings.append(("identifier", "held or withdrawn: left exactly as it is"))
        work.detail["left"] = True
        return "unchanged"
    theirs = _is_overtaken(work, row, new)
    if new.silent:
        new.warnings[:] = [warning for warning in new.warnings if warning[0] != "access"]
    narrower = not new.silent and _narrow(work, unit, new)
    narrower |= new.row.publish is False and consenting.take_back(work, unit)
    changed = not theirs and _describe(row, new)
    changed |= not theirs and people.follow(work, unit, row, new.row, new.warnings, new.tells_all)
    if "media" not in new.left_out:
        changed |= parts.follow_media(work, unit, row, new.media, new.warnings)
    if "transcripts" not in new.left_out:
        changed |= parts.follow_transcripts(work, unit, row, new.words, new.warnings)
    changed |= _follow_ohms(work, row, new.ohms)
    if "restrictions" not in new.left_out:
        narrower |= withholding.follow(work, unit, new.row.restrictions, new.warnings)
    if new.row.publish and not consenting.is_published(work, unit):
        new.warnings.append(("publish", "not published by a later import: that is done with `publish`, or at the desk"))
    if changed or narrower:
        new.warnings.extend(withholding.project(work, unit))
    elif theirs:
        work.detail["left"] = True
        return "unchanged"
    new.warnings.extend(("hidden", sentence) for sentence in consenting.follow_up(work, row, unit))
    return "updated" if changed else "narrowed" if narrower else "unchanged"


def _is_overtaken(work: Change, row: Testimony, new: Prepared) -> bool:
    """Whether others described it since the row was taken out of the catalogue, and nobody changed the row: then theirs stays; what the
    row says besides, of who may read and of files, is none of it. Raises Invalid where both were changed."""
    now = cataloguing.digest_now(work, row) if new.seen else ""
    if now in (new.seen, new.cells):
        return False
    if new.cells != new.seen:
        raise Invalid("seen", "somebody described it anew since this table was taken out: take it out again, and change it there")
    new.warnings.append(("seen", "described anew since this table was taken out: left as it is"))
    return True


def add_medium(work: Change, row: Testimony, unit: Unit, medium: Medium) -> list[str]:
    """One recording more, or one in the place of another of its name: both are kept. It stays at the desk until it is published. Sentences
    on what was hidden of what it is called. Raises
    Conflict for what is held or withdrawn, and for bytes that are there already."""
    if consenting.stopped(work, unit):
        raise Conflict(row.public_id, "this testimony is held or withdrawn: nothing is added to it now")
    if not parts.follow_media(work, unit, row, (medium,), []):
        raise Conflict("file", "this recording is there already, byte for byte")
    withholding.project(work, unit)
    return consenting.follow_up(work, row, unit)


def _describe(row: Testimony, new: Prepared) -> bool:
    """Write the description; True when something in it is other than before. The row's digest is none of it. Nothing said of something
    takes nothing away."""
    said, date = new.row, new.row.date
    first, last = years(date) if date else (None, None)
    values = {"title": said.title, "abstract": said.abstract, "keywords": list(said.keywords), "languages": list(said.languages),
              "date": date.text if date else "", "first_year": first, "last_year": last,
              "narrator_role": said.narrator_role}
    if not new.tells_all:  # what a table does not say stays
        dated = ("first_year", "last_year") if date is None else ()
        values = {name: value for name, value in values.items() if value not in ("", []) and name not in dated}
    changed = any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    row.row_digest, row.manifest = new.digest, new.manifest
    return changed


def _follow_ohms(work: Change, row: Testimony, file: OhmsFile | None) -> bool:
    """Write down what the file says of the testimony; True when that is other than before. Where there is none, what an earlier one
    said stays."""
    if file is None:
        return False
    parts.remember(work, file.kept)
    told = dict(file.told)
    changed = (row.accession, row.told) != (file.accession, told)
    row.accession, row.told, row.object_digest = file.accession, told, file.kept.digest
    return parts.follow_index(work, row, file.points) or changed


def _narrow(work: Change, unit: Unit, new: Prepared) -> bool:
    """Record what is narrower than the statements taken over before. Raises Invalid("access") for what is wider."""
    found = False
    live = in_force(work.session, unit)
    for speaker in party(work.session, unit.id, "narrator"):
        own = [row for row in live if row.party_id == speaker.id and row.unit_id == unit.id and row.effect == "permit"]
        old = {layer: _joined(own, layer) for layer in LAYERS}
        said = {layer: with_uses_of(new.terms[layer], old[layer]) for layer in LAYERS}
        if not own or said == old:
            continue
        if not as_narrow(said, old, work.now):
            raise Invalid("access", "wider than the narrator's terms on record: widening is done at the desk, with evidence")
        if as_narrow(old, said, work.now):
            continue
        terms = {layer: said[layer] | old[layer] for layer in LAYERS}
        consenting.record(work, speaker, unit, "permit", terms, _evidence(work, new), tuple(row.id for row in own))
        found = True
    return found


def _joined(rows: list[Statement], layer: str) -> Terms:
    """What a narrator has permitted of a layer; silence closes."""
    found = [from_json(row.terms[layer]) for row in rows if layer in row.terms]
    return join(found) if found else SEALED


def _evidence(work: Change, new: Prepared) -> Evidence:
    """The form that came with the row; without one the row itself."""
    said = new.row
    if new.form is not None:
        parts.remember(work, new.form)
    given = bool(said.consent_file or said.consent_note or new.evidence_note)
    kind = "form" if said.consent_file else "import" if new.asked else UNASKED
    evidence = Evidence(kind=kind, object_digest=new.form.digest if new.form else None,
                        note=said.consent_note or new.evidence_note, given_on=said.consent_date.text if said.consent_date else "",
                        language=said.consent_language, detail={**new.origin, "row_digest": new.digest, "taken over": not given})
    work.session.add(evidence)
    work.session.flush()
    return evidence


def collection_for(work: Change, public_id: str) -> Collection:
    """The collection a testimony goes to, which is there; in an archive that has none yet, and in one that is only tried, a new one. Raises
    Invalid."""
    known = collection_by_public_id(work.session, public_id)
    if known is not None and work.keeps(unit_of(work.session, known.id)):
        return known
    if known is not None or not work.keeps_everywhere():
        raise Invalid("collection", "there is no collection of this name that you tend")
    unit = new_unit(work.session, "collection")
    row = Collection(id=unit.id, public_id=public_id)
    work.session.add(row)
    work.session.flush()
    work.touch(unit)
    return row



"""Who tells and who asks in a testimony, and where: people, places and the narrators' standing as parties, from a manifest row.

A narrator is joined to a person of the registry only where people.csv names exactly one by that name, of whom whoever imports may know: an
import never decides by itself that two people are one. Interviewers of one collection are one person a name. What may not live here: terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archive_app import ids
from archive_app.access import kept_registry
from archive_app.access.entry import enter
from archive_app.access.terms import TIERS
from archive_app.actions.change import Change
from archive_app.actions.manifest_terms import Warning
from archive_app.actions.reporting import NO_LONGER
from archive_app.errors import Invalid, NotFound
from archive_app.exchange.manifest import ManifestRow, NamedPerson
from archive_app.language.words import sort_key
from archive_app.records import hidden, merges, registry
from archive_app.records.consent import Party, Unit, new_unit
from archive_app.records.registry import Person, Place
from archive_app.records.testimonies import Appearance, PlaceLink, Testimony, appearances, collection_id_of, interviewer_named, place_links

NOBODY_NAMED = NamedPerson("", "")
NameParts = tuple[str, str, str, str]
"""(text, language, kind, who says so)"""


def add_people(work: Change, unit: Unit, row: Testimony, said: ManifestRow) -> None:
    """Write down narrators (one without a name where none is known), interviewers and the place."""
    for position, narrator in enumerate(said.narrators or (NOBODY_NAMED,), 1):
        add_narrator(work, unit, row, narrator, position, said.pseudonyms)
    for position, interviewer in enumerate(said.interviewers, 1):
        _interviews(work, row, interviewer, position)
    if said.place:
        link_place(work, row, said.place)
    work.session.flush()


def add_narrator(work: Change, unit: Unit, row: Testimony, said: NamedPerson, position: int, pseudonyms: tuple[str, ...],
                 joined: bool = True) -> Party:
    """A narrator, and the narrator as a party who must be heard. `joined` False: a person of their own, whoever bears that name."""
    known = [person for person in _known(work, "people", said.name) if person.row_digest] if said.name and joined else []
    person = known[0] if len(known) == 1 else _new_person(work, said, f"{row.public_id}/narrator/{position}")
    return narrates(work, unit, row, person.id, position, pseudonyms[position - 1] if position <= len(pseudonyms) else "")


def narrates(work: Change, unit: Unit, row: Testimony, person: int, position: int, pseudonym: str = "") -> Party:
    """Write down that a person tells a testimony, and must be heard: what they have not allowed is sealed."""
    appear(work, row, person, "narrator", position, "identity", pseudonym)
    speaker = Party(unit_id=unit.id, capacity="narrator", person_id=person)
    work.session.add(speaker)
    work.session.flush()
    return speaker


def _interviews(work: Change, row: Testimony, said: NamedPerson, position: int) -> None:
    """Write down who asks the questions: in one collection one person a name."""
    person = interviewer_named(work.session, row.collection_id, said.name)
    key = person or _new_person(work, said, f"{collection_id_of(work.session, row)}/interviewer/{said.name}").id
    appear(work, row, key, "interviewer", position, "description")


def link_place(work: Change, row: Testimony, name: str) -> None:
    """Write down the place that a testimony tells of."""
    work.session.add(PlaceLink(testimony_id=row.id, place_id=_place(work, row, name).id, position=1))
    work.session.flush()


def follow(work: Change, unit: Unit, row: Testimony, said: ManifestRow, warnings: list[Warning], tells_all: bool = True) -> bool:
    """Bring people and place up to date; True when something changed. Taking a narrator away would widen: Invalid("narrators"). Without
    `tells_all`, those of whom nothing is said stay; places do always, of which no OHMS file tells."""
    there = [each for each in appearances(work.session, row.id) if each.role == "narrator"]
    changed = (tells_all or bool(said.narrators)) and _narrators(work, unit, row, said, there, warnings)
    changed |= _pseudonyms(there, said)
    changed |= (tells_all or bool(said.interviewers)) and _interviewers(work, row, said, warnings)
    return changed | (bool(said.place) and put_place(work, row, said.place, first=True))


def _narrators(work: Change, unit: Unit, row: Testimony, said: ManifestRow, there: list[Appearance], warnings: list[Warning]) -> bool:
    wanted = said.narrators or (NOBODY_NAMED,)
    if len(wanted) < len(there):
        raise Invalid("narrators", "a narrator on record is missing from the row: that is done at the desk, with evidence")
    changed = False
    for appearance, narrator in zip(there, wanted, strict=False):
        changed |= _rename(work, appearance, narrator, warnings)
    for position, narrator in enumerate(wanted[len(there):], len(there) + 1):
        add_narrator(work, unit, row, narrator, position, said.pseudonyms)
        warnings.append(("narrators", "a narrator was added: sealed until their own consent is recorded at the desk"))
        changed = True
    return changed


def _pseudonyms(there: list[Appearance], said: ManifestRow) -> bool:
    changed = False
    for appearance, pseudonym in zip(there, said.pseudonyms, strict=False):
        changed |= appearance.pseudonym != pseudonym
        appearance.pseudonym = pseudonym
    return changed


def put_pseudonym(work: Change, row: Testimony, pseudonym: str) -> None:
    """The first narrator is shown under this pseudonym, '' = under none."""
    for appearance in appearances(work.session, row.id):
        if appearance.role == "narrator" and appearance.position == 1:
            appearance.pseudonym = pseudonym.replace("\0", "").encode("utf-8", errors="replace").decode()[:200]


def _rename(work: Change, appearance: Appearance, said: NamedPerson, warnings: list[Warning]) -> bool:
    person = registry.person_of(work.session, appearance.person_id)
    known = registry.names_of(work.session, person.id)
    if said.name in [name.text for name in known] or (not said.name and not known):
        return False
    if person.row_digest or not said.name:
        warnings.append(("narrators", "the name on record was kept: names of people in the registry are changed there"))
        return False
    _name(work, person, said)
    return True


def _interviewers(work: Change, row: Testimony, said: ManifestRow, warnings: list[Warning]) -> bool:
    """Add those who are new. Nobody is taken away: their name may be withheld for as long as they are linked."""
    there = [each for each in appearances(work.session, row.id) if each.role == "interviewer"]
    names = [{name.text for name in registry.names_of(work.session, each.person_id)} for each in there]
    wanted = {who.name for who in said.interviewers}
    if any(known and known.isdisjoint(wanted) for known in names):
        warnings.append(("interviewers", f"an interviewer {NO_LONGER}: they stay, and are taken away at the desk, with evidence"))
    new = [who for who in said.interviewers if not any(who.name in known for known in names)]
    for position, who in enumerate(new, max((each.position for each in there), default=0) + 1):
        _interviews(work, row, who, position)
    return bool(new)


def put_place(work: Change, row: Testimony, name: str, first: bool = False) -> bool:
    """Let a testimony tell of the place of this name, '' = of none; False where it does already. `first`: it comes for the first of its
    places, which is the one that a table tells; the others, which were linked at the desk, stay."""
    there = place_links(work.session, row.id)
    names = [name.text for link in there for name in registry.names_of(work.session, link.place_id)]
    open_ones = [link for link in there if link.layer != hidden.NOBODY]  # a hidden one is taken away with evidence
    if (not name and not open_ones) or name in names:
        return False
    for link in open_ones[:1] if first else open_ones:
        work.session.delete(link)
    work.session.flush()
    if name:
        link_place(work, row, name)
    return True


def places_of(work: Change, row: Testimony) -> tuple[str, ...]:
    """The ids of the places that a testimony tells of, in order."""
    return tuple(registry.place_of(work.session, link.place_id).public_id for link in place_links(work.session, row.id))


def put_places(work: Change, row: Testimony, public_ids: Sequence[str]) -> None:
    """Let a testimony tell of these places, which are there, or of what they are now a part of. Raises NotFound."""
    found: dict[int, None] = {}
    for each in public_ids:
        place = registry.by_public_id(work.session, Place, each)
        if place is None:
            raise NotFound()
        found[merges.standing(work.session, place.id)] = None
    there = {link.place_id: link for link in place_links(work.session, row.id)}
    for key, link in there.items():
        if key not in found:
            work.session.delete(link)
    for position, place_id in enumerate(found, 1):  # those that stay are hidden where they were
        there.setdefault(place_id, PlaceLink(testimony_id=row.id, place_id=place_id)).position = position
    work.session.add_all(there[place_id] for place_id in found)
    work.session.flush()


def appear(work: Change, row: Testimony, person: int, role: str, position: int, layer: str, pseudonym: str = "") -> None:
    """Write down that a person appears in a testimony, in a role, under a face of its own."""
    face = ids.public("face", f"{row.public_id}/{role}/{position}")
    work.session.add(Appearance(testimony_id=row.id, person_id=person, role=role, position=position, layer=layer,
                                face_id=face, pseudonym=pseudonym))
    work.session.flush()


def _new_person(work: Change, said: NamedPerson, natural_key: str) -> Person:
    unit = new_unit(work.session, "person")
    person = Person(id=unit.id, public_id=ids.public("person", natural_key))
    work.session.add(person)
    work.session.flush()
    if said.name:
        _name(work, person, said)
    work.touch(unit)
    return person


def _name(work: Change, person: Person, said: NamedPerson) -> None:
    names = [(said.name, said.tag, "", "")]
    registry.put_names(work.session, person.id, names + former(work, person.id, names), sort_key)
    person.sort_name = sort_key(said.name)


def former(work: Change, person: int, names: list[NameParts]) -> list[NameParts]:
    """Names on record that are not among the new ones: kept, since the words may hold them and the filter must know them."""
    now = {text for text, *_ in names}
    return [(row.text, row.language, row.kind or "former", row.said_by)
            for row in registry.names_of(work.session, person) if row.text not in now]


def _known(work: Change, kind: str, name: str) -> list[Any]:
    """Those of the registry that bear this name and that the actor may know of: whoever wrote a name down would else be shown what only
    somebody else's closed testimony tells of whoever bears it, and could let everybody read it."""
    found = registry.named(work.session, kept_registry.TABLES[kind], name)
    if not found or _knows_all(work):
        return found
    mine = kept_registry.knows(enter(work.session, work.actor), kind, [row.id for row in found])
    return [row for row in found if row.id in mine]


def _knows_all(work: Change) -> bool:
    return work.actor.satisfies(TIERS["sealed"])


def _place(work: Change, row: Testimony, name: str) -> Place:
    known = _known(work, "places", name)
    if known:
        place: Place = known[0]
        return place
    unit = new_unit(work.session, "place")
    natural_key = name if _knows_all(work) else f"{row.public_id}/{name}"  # which says nothing of whether there is another one
    place = Place(id=unit.id, public_id=ids.public("place", natural_key), sort_name=sort_key(name))
    work.session.add(place)
    work.session.flush()
    registry.put_names(work.session, place.id, [(name, "", "", "")], sort_key)
    work.touch(unit)
    return place

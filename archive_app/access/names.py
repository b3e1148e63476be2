"""Face or real name: who a viewer reads of in a testimony, and the one filter that keeps closed names out of its texts.

Where the layer of an appearance is closed, the viewer reads its face: an opaque id of its own and a shown name; every recorded form
of the real name, in any text of that testimony, becomes the shown name. What may not live here: how forms of names are found
(language.name_forms).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, bindparam, exists, literal, select
from sqlalchemy.orm import aliased

from archive_app.access.entry import Entry
from archive_app.access.readings import Name, PersonRef
from archive_app.access.redaction import Filter
from archive_app.language import name_forms
from archive_app.records.consent import Release
from archive_app.records.registry import NameRow, Person
from archive_app.records.testimonies import Appearance

NOT_NAMED = "N. N."
"""nomen nescio: what stands for a name that is withheld altogether, in every language and script."""

# What every page asks, formed once: forming such a statement takes about as long as asking it.
_NAMES = select(NameRow).where(NameRow.unit_id.in_(bindparam("units", expanding=True))).order_by(NameRow.unit_id, NameRow.position)
_APPEARING = (select(Appearance, Person.public_id).join(Person, Person.id == Appearance.person_id)
              .where(Appearance.testimony_id.in_(bindparam("testimonies", expanding=True)))
              .order_by(Appearance.testimony_id, Appearance.role.desc(), Appearance.position))
_NAMINGS = select(Release.unit_id, Release.layer, Release.naming).where(
    Release.unit_id.in_(bindparam("testimonies", expanding=True)), Release.layer.in_(("identity", "description")),
    Release.starts <= bindparam("now"), Release.ends > bindparam("now"))


@dataclass(frozen=True)
class Appearing:
    """An appearance with the recorded names of its person. `naming`: what stands for the name where its layer is closed."""

    testimony: int
    person: int
    public_id: str
    role: str
    layer: str
    face: str
    pseudonym: str
    names: tuple[Name, ...]
    naming: str

    @property
    def shown(self) -> str:
        """The face's name; empty for a person of whom no name is recorded."""
        if not self.names:
            return ""
        if self.naming == "pseudonym" and self.pseudonym:
            return self.pseudonym
        return name_forms.initials(self.names[0].text) if self.naming == "initial" else NOT_NAMED


def names_of(entry: Entry, units: Iterable[int]) -> dict[int, tuple[Name, ...]]:
    """Unit key -> its recorded names in order."""
    found: dict[int, list[Name]] = {}
    for row in entry.session.scalars(_NAMES, {"units": list(set(units))}):
        found.setdefault(row.unit_id, []).append(Name(row.text, row.language, row.kind, row.said_by))
    return {key: tuple(names) for key, names in found.items()}


def appearing(entry: Entry, testimonies: Sequence[int]) -> dict[int, tuple[Appearing, ...]]:
    """Testimony key -> everybody who appears in it, in order, real names included: for this module's own filter."""
    rows = list(entry.session.execute(_APPEARING, {"testimonies": testimonies}))
    names = names_of(entry, [row.person_id for row, _ in rows])
    naming = _namings(entry, testimonies)
    found: dict[int, list[Appearing]] = {}
    for row, public_id in rows:
        found.setdefault(row.testimony_id, []).append(Appearing(
            row.testimony_id, row.person_id, public_id, row.role, row.layer, row.face_id, row.pseudonym,
            names.get(row.person_id, ()), naming.get((row.testimony_id, row.layer), "anonymous")))
    return {key: tuple(everybody) for key, everybody in found.items()}


def _namings(entry: Entry, testimonies: Sequence[int]) -> dict[tuple[int, str], str]:
    rows = entry.session.execute(_NAMINGS, {"testimonies": testimonies, "now": entry.now})
    return {(unit, layer): naming for unit, layer, naming in rows}


def shown_people(everybody: Iterable[Appearing], layers: frozenset[str]) -> tuple[PersonRef, ...]:
    """The people of a testimony for one viewer, by the layers open to them; none when its description is closed. Whose name is closed in
    one role is closed in every other."""
    if "description" not in layers:
        return ()
    there = tuple(everybody)
    closed = {person.person: person for person in reversed(there) if person.layer not in layers}
    return tuple(_ref(person, closed.get(person.person), layers) for person in there)


def _ref(person: Appearing, closed: Appearing | None, layers: frozenset[str]) -> PersonRef:
    if closed is None and person.names:
        first = person.names[0]
        return PersonRef(name_forms.forms(first.text).display, person.role, person.public_id, person.face, first.language)
    instead = person if closed is None or person.layer not in layers else closed
    return PersonRef(instead.shown, person.role, None, person.face)


def named_in(entry: Entry) -> ColumnElement[bool]:
    """A clause true for appearances whose person is named there: their own layer is open, and that of every other role that the same
    person has in the same testimony."""
    other = aliased(Appearance)
    closed = select(literal(1)).where(
        other.testimony_id == Appearance.testimony_id, other.person_id == Appearance.person_id, other.layer != Appearance.layer,
        ~entry.gate.opens_named(other.layer, other.testimony_id))
    return and_(entry.gate.opens_named(Appearance.layer, Appearance.testimony_id), ~exists(closed.correlate_except(other)))


def filter_for(everybody: Iterable[Appearing], layers: frozenset[str]) -> Filter:
    """The filter for the texts of one testimony: replaces every recorded form of each name whose layer is closed."""
    closed = tuple((person.names, person.shown) for person in everybody if person.names and person.layer not in layers)
    return unchanged if not closed else lambda text, language: _replace(text, language, closed)


def unchanged(text: str, language: str) -> str:
    """The filter where no name is closed: gives the text back as it is."""
    return text


Closed = tuple[tuple[tuple[Name, ...], str], ...]


def _replace(text: str, language: str, closed: Closed) -> str:
    """Faces for names: of two people who bear a name, the one of whom more stands there, else the first. Names of one person that follow
    one another are one face: how many were recorded, or which of them, does not show. Answers NFC."""
    text = unicodedata.normalize("NFC", text)
    found = [(start, -end, place) for place, (names, _) in enumerate(closed)
             for start, end in name_forms.spans(_forms(names, language), language, text)]
    pieces: list[str] = []
    done, last = 0, -1
    for start, end, place in sorted(found):
        goes_on = place == last and not text[done:start].strip()
        if start >= done and not goes_on:
            pieces += [name_forms.behind("".join(pieces[-1:]), text[done:start]), closed[place][1]]
            last = place
        done = max(done, -end)
    return "".join([*pieces, name_forms.behind("".join(pieces[-1:]), text[done:])])


@lru_cache(maxsize=4096)
def _forms(names: tuple[Name, ...], language: str) -> tuple[name_forms.NameForms, ...]:
    return tuple(name_forms.forms(way) for name in names for way in name_forms.spellings(name.text, name.language, language))


def keyword(names: Filter, word: str, language: str) -> str:
    """A keyword as this filter shows it: keywords are often written small, names among them too."""
    shown = names(word, language)
    titled = unicodedata.normalize("NFC", shown.title())
    again = names(titled, language)
    return shown if again == titled else again

"""What machines read in the head of a page: schema.org as JSON-LD, and the `meta` tags that Zotero reads.

    reading -> dict (JSON-LD 1.1, schema.org 29) -> one data block        reading -> (name, value) pairs -> meta

Nothing stands here that the page or its twin does not show to this viewer. A face has a name and nothing else: no address, no id. A date
stands here only where it is plain; what sources state does not, since it is theirs. What may not live here: reading, HTML but these two.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from markupsafe import Markup

from archive_app.access import registry_readings
from archive_app.access.readings import CollectionRef, Copy, Name, PersonRef, PlaceRef, Recording, Testimony
from archive_app.exchange.citation_parts import NARRATOR_ROLES, exact_date
from archive_app.web import links, names, opened, sentences
from archive_app.web.reads import TestimonyView

Linked = dict[str, Any]
"""An object of JSON-LD."""
Pairs = list[tuple[str, str]]
CONTEXT = "https://schema.org"
MEDIA = {"audio": "AudioObject", "video": "VideoObject", "image": "ImageObject", "document": "MediaObject"}
TYPES = {"audio": "Sound", "video": "MovingImage", "image": "StillImage"}
"""Of the DCMI type vocabulary; anything else that is told is Text."""
_ESCAPED = str.maketrans({each: f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"})


def head(describe: Callable[[Any], Linked], tags: Callable[[Any], Pairs]) -> Callable[[Any], Markup]:
    """What stands in the head of a page, made from its view; nothing where there is nothing to say."""
    def of(view: Any) -> Markup:
        found = describe(view)
        return Markup("\n").join([*_meta(tags(view)), data_block(found)]) if found else Markup("")

    return of


def data_block(value: Linked) -> Markup:
    """A script element that is data and never runs (HTML, "data block"); no letter in it can end it."""
    text = json.dumps({"@context": CONTEXT, **value}, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    return Markup(f'<script type="application/ld+json">{text}</script>')  # escaped above, as its place asks


def _meta(pairs: Pairs) -> Iterable[Markup]:
    return (Markup('<meta name="{}" content="{}">').format(name, value) for name, value in pairs if value)


def _known(**values: Any) -> Linked:
    """Those that are known; `type_` and `id_` are JSON-LD's own."""
    keys = {"type_": "@type", "id_": "@id"}
    return {keys.get(key, key): value for key, value in values.items() if value not in ("", None, [], {})}


def _said(text: str, language: str) -> Any:
    """A text with its language, where it is known."""
    return {"@value": text, "@language": language} if text and language else text


def _name(several: Sequence[Name]) -> Any:
    """Of equal names the one that the page shows first."""
    first = names.first(several)
    return _said(first.text, first.language)


def _others(several: Sequence[Name]) -> list[Any]:
    """The names beside it, but for those of which it is said who calls it so."""
    return [_said(each.text, each.language) for each in names.others(several) if not each.said_by]


def _page(*path: str) -> Linked:
    address = links.absolute("".join(path))
    return {"@id": address, "url": address}


def testimony(view: TestimonyView) -> Linked:
    """A testimony as a component of an archive; nothing where its description is closed."""
    whole, card = view.testimony, view.testimony.card
    if not card.describes:
        return {}
    language, date = card.languages[0] if card.languages else "", "dateCreated" if exact_date(card.date) else "temporal"
    return _known(
        type_="ArchiveComponent", **_page("/testimonies/", card.id), name=_said(card.title, language), **{date: card.date},
        abstract=_said(whole.abstract, language), keywords=list(whole.keywords), inLanguage=list(card.languages),
        creator=[_person(each) for each in _shown(whole, NARRATOR_ROLES)],
        contributor=[_person(each) for each in _shown(whole, {"interviewer"})],
        about=[_place(each) for each in card.places], isPartOf=_collection(card.collection),
        holdingArchive=_known(type_="ArchiveOrganization", name=opened.archive_name(), url=links.absolute("/")),
        associatedMedia=[_medium(each) for each in whole.recordings if each.shown],
        conditionsOfAccess=sentences.terms_in_short(whole, view.now))


def _shown(whole: Testimony, roles: Iterable[str]) -> list[PersonRef]:
    return [person for person in whole.card.people if person.role in roles and person.shown]


def _person(ref: PersonRef) -> Linked:
    """Somebody as a testimony shows them; only who has a page has an address."""
    return _known(type_="Person", **(_page("/people/", ref.person) if ref.person else {}), name=_said(ref.shown, ref.language))


def _place(ref: PlaceRef) -> Linked:
    return _known(type_="Place", **_page("/places/", ref.id), name=_name(ref.names))


def _collection(ref: CollectionRef) -> Linked:
    return _known(type_="Collection", **_page("/collections/", ref.id), name=_name(ref.names))


def _medium(recording: Recording) -> Linked:
    """The copy that this viewer may have."""
    copy, poster = recording.shown, recording.copy("poster")
    return _known(
        type_=MEDIA.get(recording.kind, "MediaObject"), name=recording.label, contentUrl=_bytes(copy), thumbnailUrl=_bytes(poster),
        encodingFormat=copy.media_type if copy else "", duration=duration(recording.duration_ms))


def _bytes(copy: Copy | None) -> str:
    return links.absolute(f"/media/{copy.id}") if copy else ""


def duration(milliseconds: int | None) -> str:
    """A length of time as ISO 8601 writes it: `PT1H4M5.25S`; '' for none."""
    if not milliseconds:
        return ""
    minutes, rest = divmod(milliseconds, 60_000)
    parts = ((str(minutes // 60), "H"), (str(minutes % 60), "M"), (f"{rest / 1000:.3f}".rstrip("0").rstrip("."), "S"))
    return "PT" + "".join(figure + unit for figure, unit in parts if figure != "0")


def person(view: registry_readings.Person) -> Linked:
    """Somebody under their own name."""
    return _known(
        type_="Person", **_page("/people/", view.id), name=_said(names.display(view.names), names.first(view.names).language),
        alternateName=_others(view.names), birthDate=_exact(view.born), deathDate=_exact(view.died), description=view.note)


def place(view: registry_readings.Place) -> Linked:
    """A place; coordinates as the page says them, to about a kilometre."""
    latitude, longitude = view.ref.latitude, view.ref.longitude
    known = latitude is not None and longitude is not None
    return _known(
        type_="Place", **_page("/places/", view.ref.id), name=_name(view.ref.names), alternateName=_others(view.ref.names),
        geo=_known(type_="GeoCoordinates", latitude=round(latitude or 0.0, 2), longitude=round(longitude or 0.0, 2)) if known else None,
        containedInPlace=_place(view.within) if view.within else None)


def event(view: registry_readings.Event) -> Linked:
    """An event under the archive's own working titles; what others call it stands as what they say."""
    ref = view.ref
    start, _, end = ref.date.partition("/")
    return _known(
        type_="Event", **_page("/events/", ref.id), name=_name(ref.names),
        alternateName=_others(ref.names), startDate=_exact(start), endDate=_exact(end), location=[_place(each) for each in view.places],
        subjectOf=[_known(type_="Quotation", text=_said(each.text, each.language), creditText=each.said_by)
                   for each in ref.names if each.said_by])


def _exact(date: str) -> str:
    return date if exact_date(date) else ""


def testimony_tags(view: TestimonyView) -> Pairs:
    """Dublin Core, and what makes it an interview to Zotero (its own export vocabulary, `z`), which takes no creators of another kind."""
    whole, card = view.testimony, view.testimony.card
    told, asked = ([person.shown for person in _shown(whole, roles)] for roles in (NARRATOR_ROLES, {"interviewer"}))
    return [("z:itemType", "interview"), *_page_tags(card.title, "/testimonies/", card.id), ("DC.date", card.date),
            ("DC.type", TYPES.get(opened.cited_kind(whole), "Text")), ("DC.description", whole.abstract),
            ("DC.rights", sentences.terms_in_short(whole, view.now)),
            *(("DC.creator", name) for name in told), *(("DC.contributor", name) for name in asked),
            *(("z:interviewees", name) for name in told), *(("z:interviewers", name) for name in asked),
            *(("DC.language", language) for language in card.languages), *(("DC.subject", word) for word in whole.keywords)]


def person_tags(view: registry_readings.Person) -> Pairs:
    """A page about somebody."""
    return _page_tags(names.display(view.names), "/people/", view.id)


def place_tags(view: registry_readings.Place) -> Pairs:
    """A page about a place."""
    return _page_tags(names.first(view.ref.names).text, "/places/", view.ref.id)


def event_tags(view: registry_readings.Event) -> Pairs:
    """A page about an event: DC.date would be the page's."""
    return [*_page_tags(names.first(view.ref.names).text, "/events/", view.ref.id), ("DC.coverage", view.ref.date)]


def _page_tags(title: str, *path: str) -> Pairs:
    return [("DC.title", title), ("DC.publisher", opened.archive_name()), ("DC.identifier", links.absolute("".join(path)))]


TESTIMONY, PERSON, PLACE, EVENT = (
    head(testimony, testimony_tags), head(person, person_tags), head(place, place_tags), head(event, event_tags))
"""View -> what stands in the head of its page."""

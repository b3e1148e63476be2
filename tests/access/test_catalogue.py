"""Lists and totals of the catalogue against the pure decision, in random archives: every window, both orders, every class of viewer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import pytest
from sqlalchemy import Engine, delete, insert
from sqlalchemy.orm import Session

from archive_app.access import catalogue
from archive_app.access.catalogue import Narrowing
from archive_app.access.entry import enter
from archive_app.access.terms import audience_text
from archive_app.access.viewer import Viewer
from archive_app.records import testimonies as rows
from archive_app.records.base import writing
from archive_app.records.consent import Release, Unit, audience_ids, intern
from archive_app.records.transcripts import Transcript
from tests.access.test_gate import AUDIENCES, Place, World, decide, make_terms, make_viewer, releases_of

LAYERS = ("existence", "description", "transcript")
LANGUAGES = ("en", "hy")


@dataclass(frozen=True)
class Told:
    """A testimony as the catalogue sorts and narrows it; `transcript`: key of its transcript, None = it has none."""

    key: int
    collection: int
    public_id: str
    sort_title: str
    sort_year: int | None
    years: tuple[int, int] | None
    transcript: int | None
    language: str


@dataclass(frozen=True)
class Shelved:
    world: World
    testimonies: tuple[Told, ...]


def make_archive(random: Random) -> Shelved:
    """Three collections of testimonies with few different titles and years, so that much is equal and the public id decides."""
    testimonies = []
    for key in range(10, 10 + random.randint(0, 25)):
        year = random.choice((None, 1990, 1991, 2005))
        testimonies.append(Told(
            key, random.choice((1, 2, 3)), f"{random.getrandbits(40):010x}", random.choice(("", "", "a mill", "a well", "the mill")), year,
            None if year is None else (year, year + random.randint(0, 2)), key * 10 if random.random() < 0.7 else None,
            random.choice(LANGUAGES)))
    places = [Place(key, None, key) for key in (1, 2, 3)]
    for told in testimonies:
        places.append(Place(told.key, told.key, told.collection))
        places += [Place(told.transcript, told.key, told.collection)] if told.transcript else []
    kept = {(place.key, layer): make_terms(random) for place in places for layer in LAYERS if random.random() < 0.8}
    return Shelved(World(tuple(places), kept), tuple(testimonies))


def put(session: Session, made: Shelved, known: dict[str, int]) -> None:
    """Put this archive in the place of the one before."""
    for row in (Release, Transcript, rows.Testimony, rows.Collection, Unit):
        session.execute(delete(row))
    session.execute(insert(Unit), [{"id": place.key, "kind": "unit", "testimony_id": place.testimony, "collection_id": place.collection}
                                   for place in made.world.places])
    session.execute(insert(rows.Collection), [{"id": key, "public_id": f"c{key}"} for key in (1, 2, 3)])
    for told in made.testimonies:
        first, last = told.years or (None, None)
        session.execute(insert(rows.Testimony).values(
            id=told.key, public_id=told.public_id, collection_id=told.collection, title="Told", sort_title=told.sort_title,
            sort_year=told.sort_year, first_year=first, last_year=last, created_at=0, languages=["en"]))
        if told.transcript:
            session.execute(insert(Transcript).values(id=told.transcript, testimony_id=told.key, n=1, language=told.language, kind="verbatim"))
    for (unit, layer), value in sorted(made.world.kept.items()):
        place = next(place for place in made.world.places if place.key == unit)
        session.execute(insert(Release), releases_of(place, layer, value, known))


def opens(made: Shelved, viewer: Viewer, unit: int, layer: str) -> bool:
    return decide(made.world, viewer, next(place for place in made.world.places if place.key == unit), layer)


def expected(made: Shelved, viewer: Viewer, narrowing: Narrowing, sort: str) -> list[str]:
    """Public ids of what the viewer may know of, narrowed and sorted without SQL."""
    found = [told for told in made.testimonies if opens(made, viewer, told.key, "existence")]
    if narrowing.collection:
        found = [told for told in found if f"c{told.collection}" == narrowing.collection]
    if narrowing.language:
        found = [told for told in found if told.transcript and told.language == narrowing.language
                 and opens(made, viewer, told.transcript, "transcript")]
    if narrowing.year_from:
        found = [told for told in found if told.years and told.years[1] >= int(narrowing.year_from)
                 and opens(made, viewer, told.key, "description")]

    def place(told: Told) -> tuple[object, ...]:
        dated = (told.sort_year is None, told.sort_year or 0) if sort == "date" else ()
        return (*dated, told.sort_title, told.public_id)

    return [told.public_id for told in sorted(found, key=place)]


@pytest.fixture
def interned(engine: Engine) -> Iterator[tuple[Session, dict[str, int]]]:
    """A session with every audience of these archives interned; nothing of it stays."""
    with writing(engine) as session:
        for audience in AUDIENCES:
            intern(session, audience_text(audience))
        yield session, audience_ids(session)


def archives(session: Session, known: dict[str, int], count: int, viewers: int) -> Iterator[tuple[Random, Shelved, Viewer]]:
    for number in range(count):
        random = Random(f"catalogue/{number}")
        made = make_archive(random)
        put(session, made, known)
        for _ in range(viewers):
            yield random, made, make_viewer(random, made.world)


ARCHIVES = pytest.mark.parametrize("count", [20, pytest.param(120, marks=pytest.mark.slow)])
"""How many a test looks at, drawn one after another."""
NARROWINGS = (Narrowing(), Narrowing(), Narrowing(collection="c1"), Narrowing(language="hy"), Narrowing(year_from="1991"),
              Narrowing(collection="c2", language="en"))


@ARCHIVES
def test_every_window_of_every_list_is_that_part_of_the_whole(interned: tuple[Session, dict[str, int]], count: int) -> None:
    """From the first to beyond the last, from either end, in windows of any size; the total is the same in each."""
    session, known = interned
    longest = 0
    for random, made, viewer in archives(session, known, count, viewers=3):
        entry, narrowing, sort = enter(session, viewer), random.choice(NARROWINGS), random.choice(("title", "date"))
        whole = expected(made, viewer, narrowing, sort)
        longest = max(longest, len(whole))
        size = random.choice((1, 2, 3, 7))
        for first in range(0, len(whole) + 2 * size, size):
            total, cards = catalogue.listed(entry, narrowing, sort, (first, first + size))
            assert total == len(whole)
            assert [card.id for card in cards] == whole[first:first + size], (narrowing, sort, first)
    assert longest > 10


@ARCHIVES
def test_collections_count_what_the_viewer_may_know_of(interned: tuple[Session, dict[str, int]], count: int) -> None:
    """Totals from `existence`, years from `description`, languages from `transcript`; a collection of nothing that is open is not there."""
    session, known = interned
    seen = 0
    for _, made, viewer in archives(session, known, count, viewers=3):
        found = {each.ref.id: (each.total, each.years, each.languages) for each in catalogue.collections(enter(session, viewer))}
        wanted = {}
        for key in (1, 2, 3):
            inside = [told for told in made.testimonies if told.collection == key]
            total = sum(opens(made, viewer, told.key, "existence") for told in inside)
            years = [told.years for told in inside if told.years and opens(made, viewer, told.key, "description")]
            languages = {told.language for told in inside if told.transcript and opens(made, viewer, told.transcript, "transcript")}
            if total or opens(made, viewer, key, "existence"):
                wanted[f"c{key}"] = (total, (min(first for first, _ in years), max(last for _, last in years)) if years else None,
                                     tuple(sorted(languages)))
        assert found == wanted
        seen += sum(total for total, _, _ in wanted.values())
    assert seen > 7 * count


def whole_list(session: Session, viewer: Viewer) -> tuple[int, set[str]]:
    total, cards = catalogue.listed(enter(session, viewer), Narrowing(), "title", (0, 1_000))
    return total, {card.id for card in cards}


@ARCHIVES
def test_who_is_barred_finds_in_lists_and_totals_what_everybody_finds(interned: tuple[Session, dict[str, int]], count: int) -> None:
    """Of the testimonies they are barred from; the rest is theirs as before."""
    session, known = interned
    less = 0
    for random, made, viewer in archives(session, known, count, viewers=3):
        barred = frozenset(told.key for told in made.testimonies if random.random() < 0.3)
        free = Viewer(viewer.now, everywhere=frozenset({"registered", "staff"}))
        hindered = Viewer(viewer.now, everywhere=free.everywhere, barred=barred)
        total, found = whole_list(session, hindered)
        _, theirs = whole_list(session, free)
        _, anybodys = whole_list(session, Viewer(viewer.now))
        closed = {told.public_id for told in made.testimonies if told.key in barred} - anybodys
        assert found == theirs - closed and total == len(found)
        less += len(theirs & closed)
    assert less > count

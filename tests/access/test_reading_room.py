"""The reading room: lists, pages and readings hold what a viewer may read, and nothing tells of the rest."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from archive_app import clock
from archive_app.access.index_readings import PassageKey
from archive_app.access.reading_room import PER_PAGE, Narrowing, ReadingRoom
from archive_app.access.readings import Segment, Withheld
from archive_app.access.terms import TIERS
from archive_app.access.viewer import Viewer, signed_in, standing_for
from archive_app.errors import Invalid, NotFound
from archive_app.records import testimonies as rows
from archive_app.records.accounts import Account, Barred, Holding
from archive_app.records.base import reading, writing
from tests.factories.archives import HOLDS, Archive, viewer

EVERYBODY = tuple(HOLDS)
READERS = ("anonymous", "registered", "onsite")
STEP = clock.opens(date(2041, 5, 9))

CUES = "WEBVTT\n\n" + "\n\n".join(
    f"{n}\n00:00:{n * 10:02}.000 --> 00:00:{n * 10 + 10:02}.000\n<v Narrator>Sentence number {n} of the tape." for n in range(5)) + "\n"


def sound() -> bytes:
    """Fifty seconds of silence as a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        file.writeframes(bytes([128]) * 400_000)
    return out.getvalue()


def ids(archive: Archive, who: str | Viewer = "anonymous", narrowing: Narrowing = Narrowing(), sort: str = "title") -> list[str]:  # noqa: B008
    """What a list shows, in its order; its total says the same."""
    with archive.room(who) as room:
        listing = room.testimonies(narrowing, sort)
        assert listing.total == len(listing.items) <= PER_PAGE
        return [card.id for card in listing.items]


def not_found(archive: Archive, who: str | Viewer, ask: Callable[[ReadingRoom], object]) -> bool:
    with archive.room(who) as room:
        try:
            ask(room)
        except NotFound:
            return True
    return False


# Lists and pages


def test_each_viewer_sees_the_testimonies_open_to_them(archive: Archive) -> None:
    archive.bring(*({"identifier": f"the-{tier}", "title": f"{tier}", "access": tier} for tier in TIERS), settled=False)
    seen = {who: set(ids(archive, who)) for who in EVERYBODY}
    assert seen["anonymous"] == {"the-public"}
    assert seen["registered"] == {"the-public", "the-registered"}
    assert seen["onsite"] == {"the-public", "the-registered", "the-reading-room"}
    assert seen["archivist"] == {"the-public", "the-registered", "the-reading-room", "the-staff"}
    assert seen["custodian"] == {f"the-{tier}" for tier in TIERS}


def test_a_list_comes_in_pages(archive: Archive) -> None:
    archive.bring(*({"identifier": f"item-{n:02}", "title": f"Title {n:02}", "access": "public" if n % 2 else "staff"}
                    for n in range(45)), settled=False)
    with archive.room() as room:
        first, second, third = (room.testimonies(Narrowing(), page=page) for page in (1, 2, 3))
        assert (first.total, first.pages, len(first.items), len(second.items), len(third.items)) == (22, 2, 20, 2, 0)
        found = [card.id for card in first.items + second.items]
        assert found == sorted(found) and len(set(found)) == 22
        for page in (0, -1, 1_000_001):
            with pytest.raises(Invalid):
                room.testimonies(Narrowing(), page=page)
    with archive.room() as room:
        assert room.home().testimonies == 22
        collection, listing = room.collection("valley")
        assert collection.total == listing.total == 22


def test_an_empty_archive_has_one_empty_page(archive: Archive) -> None:
    with archive.room() as room:
        listing = room.testimonies(Narrowing())
        assert (listing.total, listing.pages, listing.items) == (0, 1, ())
        assert room.collections().items == () and room.people().items == () and room.home().languages == ()


def test_what_is_hidden_and_what_never_existed_are_one_answer(archive: Archive) -> None:
    archive.bring({"identifier": "hidden", "collection": "closed", "access": "staff", "narrators": "Harrow, Silas", "place": "Hilltop"},
                  people=[{"identifier": "silas", "names": "Harrow, Silas"}], places=[{"identifier": "hilltop", "names": "Hilltop"}],
                  events=[{"identifier": "the-flood", "names": "The flood"}],
                  sources=[{"identifier": "ledger", "title": "A ledger", "access": "staff"}], settled=False)
    asks: list[Callable[[ReadingRoom, str], object]] = [
        lambda room, id: room.testimony(id), lambda room, id: room.transcript(id, 1), lambda room, id: room.person(id),
        lambda room, id: room.place(id), lambda room, id: room.event(id), lambda room, id: room.collection(id),
        lambda room, id: room.source(id)]
    for ask in asks:
        for identifier in ("hidden", "silas", "hilltop", "the-flood", "closed", "ledger", "never-was", ""):
            assert not_found(archive, "anonymous", lambda room, ask=ask, id=identifier: ask(room, id))  # type: ignore[misc]
    assert not not_found(archive, "archivist", lambda room: room.testimony("hidden"))
    assert not not_found(archive, "archivist", lambda room: room.place("hilltop"))


def test_a_closed_transcript_and_a_missing_one_are_one_answer(archive: Archive) -> None:
    archive.write("words.vtt", CUES)
    archive.bring({"identifier": "with-words", "transcripts": "words.vtt|en|verbatim", "access_transcript": "staff"}, settled=False)
    for n in (1, 2):
        assert not_found(archive, "registered", lambda room, n=n: room.transcript("with-words", n))  # type: ignore[misc]
    assert not not_found(archive, "archivist", lambda room: room.transcript("with-words", 1))
    with archive.room() as room:
        testimony = room.testimony("with-words")
        assert testimony.transcripts == () and testimony.card.kinds == () and testimony.card.has == ()


# Drafts


def test_a_draft_is_read_by_nobody(archive: Archive) -> None:
    archive.write("words.vtt", CUES)
    archive.bring({"identifier": "draft", "publish": "no", "transcripts": "words.vtt|en|verbatim", "narrators": "Harrow, Silas"},
                  settled=False)
    everything = Viewer(clock.now(), everywhere=frozenset({"registered", "onsite", "grant", "family", "staff", "custodian"}))
    for who in (*EVERYBODY, everything, *(standing_for(audience, clock.now()) for audience in TIERS.values())):
        assert ids(archive, who) == []
        assert not_found(archive, who, lambda room: room.testimony("draft"))
        with archive.room(who) as room:
            assert room.home().testimonies == 0 and room.people().items == () and room.collections().items == ()
            assert room.passages([PassageKey("draft", 1, 1, 2), PassageKey("draft", 0, 1, 1)]) == {}
    archive.publish("draft")
    assert ids(archive) == ["draft"]
    archive.unpublish("draft")
    assert ids(archive, everything) == []


def test_what_was_withdrawn_is_read_by_nobody(archive: Archive) -> None:
    archive.bring({"identifier": "taken-back"}, settled=False)
    archive.withdraw("taken-back")
    for who in EVERYBODY:
        assert ids(archive, who) == [] and not_found(archive, who, lambda room: room.testimony("taken-back"))


# Narrowing is no oracle


def with_a_dark_one(archive: Archive) -> None:
    """One testimony that everybody knows of and of which nothing else is open, beside one that is open throughout."""
    archive.write("words.vtt", CUES)
    archive.write("tape.wav", sound())
    archive.bring(
        {"identifier": "dark", "title": "Dark", "narrators": "Harrow, Silas", "place": "Hilltop", "date": "1992", "narrator_role": "witness",
         "transcripts": "words.vtt|az|translation", "media": "tape.wav|Tape",
         **{f"access_{layer}": "staff" for layer in ("description", "identity", "transcript", "audio")}},
        {"identifier": "bright", "collection": "hill", "title": "Bright", "narrators": "Fenwick, Delia", "place": "Nextdoor"},
        people=[{"identifier": "silas", "names": "Harrow, Silas"}], places=[{"identifier": "hilltop", "names": "Hilltop"}], settled=False)


@pytest.mark.parametrize(("name", "value"), [
    ("language", "az"), ("place", "hilltop"), ("person", "silas"), ("role", "witness"),
    ("kind", "translation"), ("decade", "1990"), ("year_from", "1992"), ("year_to", "1992"), ("has", "audio")])
def test_a_list_narrowed_by_what_is_closed_is_the_list_narrowed_by_nonsense(archive: Archive, name: str, value: str) -> None:
    with_a_dark_one(archive)
    assert ids(archive, "archivist", Narrowing(**{name: value})) == ["dark"]
    for who in READERS:
        assert ids(archive, who, Narrowing(**{name: value})) == []


def test_counts_are_of_what_is_open(archive: Archive) -> None:
    with_a_dark_one(archive)
    for who in READERS:
        for has in ("transcript", "video", "nonsense"):
            assert ids(archive, who, Narrowing(has=has)) == []
        assert ids(archive, who, Narrowing(collection="valley")) == ["dark"]
        assert ids(archive, who, Narrowing(collection="nowhere")) == []
        with archive.room(who) as room:
            collection, _ = room.collection("valley")
            assert (collection.total, collection.languages, collection.years) == (1, (), None)
            assert room.home().recorded_ms == 0 and room.home().languages == ()
    with archive.room("archivist") as room:
        assert room.collection("valley")[0].years == (1992, 1992) and room.home().recorded_ms == 50_000


def test_a_person_behind_a_face_is_no_filter(archive: Archive) -> None:
    archive.bring({"identifier": "faced", "title": "Silas Harrow", "narrators": "Harrow, Silas", "naming": "pseudonym", "pseudonym": "Narrator A"},
                  {"identifier": "open", "title": "Open", "narrators": "Harrow, Silas"},
                  people=[{"identifier": "silas", "names": "Harrow, Silas"}], settled=False)
    for who in READERS:
        assert ids(archive, who, Narrowing(person="silas")) == ["open"]
    assert set(ids(archive, "archivist", Narrowing(person="silas"))) == {"faced", "open"}
    with archive.room() as room:
        assert [card.id for _, card in room.person("silas").testimonies] == ["open"]


@pytest.mark.parametrize("year", ["199", "1990a", "19911", "١٩٩٠", "-100"])
def test_a_year_that_is_none_is_refused_whoever_asks(archive: Archive, year: str) -> None:
    if year == "199":
        assert ids(archive, "anonymous", Narrowing(year_from=year)) == []
        return
    with pytest.raises(Invalid):
        ids(archive, "anonymous", Narrowing(year_from=year))


# Faces


def test_faces_never_link(archive: Archive) -> None:
    archive.bring(*({"identifier": f"faced-{n}", "title": f"Tape {n}", "narrators": "Harrow, Silas", "naming": "pseudonym",
                     "pseudonym": "Narrator A"} for n in (1, 2)), people=[{"identifier": "silas", "names": "Harrow, Silas|en"}], settled=False)
    with archive.room() as room:
        people = [person for card in room.testimonies(Narrowing()).items for person in card.people]
        assert [person.shown for person in people] == ["Narrator A", "Narrator A"]
        assert all(person.person is None and person.language == "" for person in people)
        assert len({person.face for person in people}) == 2 and "silas" not in {person.face for person in people}
        assert room.people().total == 0 and room.find_people("Harrow").total == 0
        assert room.labels("person", [person.face for person in people]) == {}
    for face in (person.face for person in people):
        assert not_found(archive, "anonymous", lambda room, face=face: room.person(face))  # type: ignore[misc]
        assert ids(archive, "anonymous", Narrowing(person=face)) == []
    with archive.room("archivist") as room:
        assert [person.person for card in room.testimonies(Narrowing()).items for person in card.people] == ["silas", "silas"]
        assert len(room.person("silas").testimonies) == 2


@pytest.mark.parametrize(("field", "identifier"), [("person", "silas"), ("place", "hilltop"), ("collection", "closed")])
def test_labels_are_given_for_what_exists_for_this_viewer_only(archive: Archive, field: str, identifier: str) -> None:
    archive.bring({"identifier": "hidden", "collection": "closed", "access": "staff", "narrators": "Harrow, Silas", "place": "Hilltop"},
                  people=[{"identifier": "silas", "names": "Harrow, Silas"}], places=[{"identifier": "hilltop", "names": "Hilltop"}],
                  collections=[{"identifier": "closed", "names": "Letters of the Harrow family"}], settled=False)
    with archive.room("archivist") as room:
        assert room.labels(field, [identifier])
    with archive.room() as room:
        assert room.labels(field, [identifier]) == {}


# People, places and events exist where something readable links to them


def test_a_person_exists_where_a_readable_testimony_names_them_or_access_was_written(archive: Archive) -> None:
    archive.bring({"identifier": "open-one", "narrators": "Fenwick, Delia"}, {"identifier": "closed-one", "access": "staff", "narrators": "Harrow, Silas"},
                  {"identifier": "dark-one", "narrators": "Pell, Ada", "access_description": "staff"},
                  people=[{"identifier": "delia", "names": "Fenwick, Delia"}, {"identifier": "silas", "names": "Harrow, Silas"},
                          {"identifier": "ada", "names": "Pell, Ada"}, {"identifier": "alone", "names": "Alone, Standing"},
                          {"identifier": "by-itself", "names": "Itself, By", "access": "public"},
                          {"identifier": "for-staff", "names": "Staff, For", "access": "staff"}], settled=False)
    with archive.room() as room:
        assert {person.person for person in room.people().items} == {"delia", "by-itself"}
        assert [person.shown for person in room.people().items] == ["Delia Fenwick", "By Itself"]
        assert room.find_people("fenw").total == 1
        for hidden in ("harrow", "pell", "alone", "staff", "%", "_"):
            assert room.find_people(hidden).total == 0
    with archive.room("archivist") as room:
        assert {person.person for person in room.people().items} == {"delia", "silas", "ada", "by-itself", "for-staff"}


def test_the_interviewer_is_named_where_the_description_is_open(archive: Archive) -> None:
    archive.bring({"identifier": "told", "title": "Told", "narrators": "Harrow, Silas", "naming": "anonymous", "interviewers": "Rook, Ida"},
                  {"identifier": "dark", "narrators": "Pell, Ada", "interviewers": "Crane, Otto", "access_description": "staff"}, settled=False)
    with archive.room() as room:
        assert [person.shown for person in room.people().items] == ["Ida Rook"]
        assert [(person.role, person.shown) for person in room.testimony("told").card.people] == [("narrator", "N. N."), ("interviewer", "Ida Rook")]


CHAIN = [{"identifier": "land", "names": "The land"}, {"identifier": "region", "names": "The region", "within": "land"},
         {"identifier": "village", "names": "Hilltop", "within": "region"}, {"identifier": "next-village", "names": "Nextdoor", "within": "region"}]


def test_a_place_exists_with_what_it_lies_in(archive: Archive) -> None:
    archive.bring({"identifier": "told", "place": "Hilltop"}, {"identifier": "closed", "place": "Nextdoor", "access": "staff"}, places=CHAIN, settled=False)
    with archive.room() as room:
        assert {place.id for place in room.places().items} == {"land", "region", "village"}
        assert room.place("village").within is not None and room.place("village").within.id == "region"  # type: ignore[union-attr]
        assert [part.id for part in room.place("region").parts] == ["village"]
        assert room.place("region").total == 0 and room.place("village").total == 1
        assert room.find_places("nextdoor").total == 0
    assert not_found(archive, "anonymous", lambda room: room.place("next-village"))
    with archive.room("archivist") as room:
        assert [part.id for part in room.place("region").parts] == ["next-village", "village"] \
            or [part.id for part in room.place("region").parts] == ["village", "next-village"]
    archive.unpublish("told")
    with archive.room() as room:
        assert room.places().items == ()


def test_a_place_is_not_there_where_only_a_closed_description_names_it(archive: Archive) -> None:
    archive.bring({"identifier": "dark", "place": "Hilltop", "access_description": "staff"}, places=CHAIN, settled=False)
    with archive.room() as room:
        assert room.places().total == 0 and room.testimony("dark").card.places == ()


STATED = {
    "events": [{"identifier": "the-flood", "names": "The flood|en|river people;Flood of the mill", "date": "1931", "places": "village"}],
    "sources": [{"identifier": "ledger", "title": "A ledger", "author": "Rook, Ida"}, {"identifier": "diary", "title": "A diary", "access": "staff"}],
    "statements": [
        {"identifier": "said-one", "source": "ledger", "event": "the-flood", "about": "village", "asserts": "count", "value_min": "3", "unit": "houses"},
        {"identifier": "said-two", "source": "diary", "event": "the-flood", "about": "village", "asserts": "count", "value_min": "9", "access": "public"},
        {"identifier": "said-three", "source": "ledger", "about": "village", "asserts": "other", "wording": "high water", "access": "staff"}],
}


def test_an_event_exists_where_a_readable_statement_speaks_of_it(archive: Archive) -> None:
    archive.bring(places=CHAIN, settled=False, **STATED)
    with archive.room() as room:
        assert [event.id for event in room.events().items] == ["the-flood"]
        event = room.event("the-flood")
        assert [name.said_by for name in event.ref.names] == ["river people", ""]
        assert [statement.id for statement in event.statements] == ["said-one"]
        assert [place.id for place in event.places] == ["village"]
        assert {place.id for place in room.places().items} == {"land", "region", "village"}
        assert [each.id for each in room.place("village").events] == ["the-flood"]


def test_a_statement_is_never_wider_than_its_source(archive: Archive) -> None:
    archive.bring(places=CHAIN, settled=False, **STATED)
    with archive.room() as room:
        assert [statement.id for statement in room.source("ledger").statements] == ["said-one"]
    assert not_found(archive, "anonymous", lambda room: room.source("diary"))
    with archive.room("archivist") as room:
        assert [statement.id for statement in room.source("diary").statements] == ["said-two"]
        assert [statement.id for statement in room.source("ledger").statements] == ["said-one", "said-three"]
        assert {statement.id for statement in room.event("the-flood").statements} == {"said-one", "said-two", "said-three"}


def test_an_event_of_closed_statements_only_is_not_there_nor_are_its_places(archive: Archive) -> None:
    closed = {**STATED, "sources": [{**row, "access": "staff"} for row in STATED["sources"]]}
    archive.bring(places=CHAIN, settled=False, **closed)
    with archive.room() as room:
        assert room.events().items == () and room.places().items == ()
        assert room.find_places("hilltop").total == 0
    assert not_found(archive, "anonymous", lambda room: room.event("the-flood"))


def test_a_source_narrowed_later_takes_its_statements_along(archive: Archive) -> None:
    archive.bring(places=CHAIN, settled=False, **STATED)
    archive.bring(sources=[{**row, "access": "staff"} for row in STATED["sources"]], settled=False)
    with archive.room() as room:
        assert room.events().items == () and room.places().items == ()
    assert not_found(archive, "anonymous", lambda room: room.source("ledger"))


# Time


def test_an_embargo_before_and_after_its_step(archive: Archive) -> None:
    archive.write("words.vtt", CUES)
    archive.bring({"identifier": "later", "title": "Later", "opens": "2041-05-09", "narrators": "Harrow, Silas", "transcripts": "words.vtt|en|verbatim"},
                  settled=False)
    before, after = viewer("anonymous", STEP - 1), viewer("anonymous", STEP)
    assert ids(archive, before) == [] and ids(archive, after) == ["later"]
    assert not_found(archive, before, lambda room: room.transcript("later", 1))
    with archive.room(before) as room:
        assert room.people().items == () and room.passages([PassageKey("later", 1, 1, 1)]) == {} and room.now == STEP - 1
    with archive.room(after) as room:
        assert len(room.transcript("later", 1).blocks) == 5 and len(room.passages([PassageKey("later", 1, 1, 1)])) == 1
    assert ids(archive, viewer("archivist", STEP - 1)) == ["later"]


def test_a_window_closes_when_its_last_day_begins_anywhere(archive: Archive) -> None:
    archive.bring({"identifier": "window", "opens": "2041-05-09", "closes": "2041-06-01"}, settled=False)
    end = clock.closes(date(2041, 6, 1))
    assert [ids(archive, viewer("anonymous", now)) for now in (STEP - 1, STEP, end - 1, end)] == [[], ["window"], ["window"], []]


def test_the_terms_are_told_as_steps(archive: Archive) -> None:
    archive.bring({"identifier": "later", "access_transcript": "staff", "opens": "2041-05-09"}, settled=False)
    with archive.room(viewer("archivist", STEP - 1)) as room:
        told = {each.layer: each for each in room.testimony("later").terms}
        assert told["description"].steps == ((0, "staff"), (STEP, "")) and told["description"].open_now
        assert told["transcript"].steps == ((0, "staff"),)
    with archive.room(viewer("anonymous", STEP)) as room:
        told = {each.layer: each for each in room.testimony("later").terms}
        assert told["description"].steps == ((0, ""),) and told["description"].open_now
        assert told["transcript"].steps == ((0, "staff"),) and not told["transcript"].open_now


# Who holds what, until when


def account(archive: Archive, *holdings: dict[str, object], barred: tuple[str, ...] = ()) -> Callable[[int], Viewer]:
    """An account with these holdings (`testimony`: a public id), as a function from now to its viewer."""
    with writing(archive.engine) as session:
        row = Account(email="reader@example.org", role="researcher", password_hash="", created_at=0)
        session.add(row)
        session.flush()
        keys = {public_id: key for key, public_id in session.execute(select(rows.Testimony.id, rows.Testimony.public_id))}
        collections = {public_id: key for key, public_id in session.execute(select(rows.Testimony.collection_id, rows.Testimony.public_id))}
        for each in holdings:
            testimony, inside = str(each.get("testimony", "")), str(each.get("collection_of", ""))
            session.add(Holding(account_id=row.id, token=str(each["token"]), until=each.get("until"), testimony_id=keys.get(testimony),
                                collection_id=collections.get(inside)))
        session.add_all(Barred(account_id=row.id, testimony_id=keys[public_id]) for public_id in barred)
        session.commit()

    def at(now: int) -> Viewer:
        with reading(archive.engine) as session:
            return signed_in(session, session.scalars(select(Account)).one(), now)

    return at


def test_a_grant_opens_one_testimony_for_a_term(archive: Archive) -> None:
    archive.bring({"identifier": "asked-for", "access": "reading-room"}, {"identifier": "another", "access": "reading-room"}, settled=False)
    who = account(archive, {"token": "grant", "testimony": "asked-for", "until": 5_000}, {"token": "registered"})
    assert ids(archive, who(4_999)) == ["asked-for"]
    assert ids(archive, who(5_000)) == [] and ids(archive, who(5_001)) == []
    assert not_found(archive, who(4_999), lambda room: room.testimony("another"))


def test_staff_of_one_collection_read_there_only(archive: Archive) -> None:
    archive.bring({"identifier": "here", "collection": "one", "access": "staff"}, {"identifier": "there", "collection": "two", "access": "staff"}, settled=False)
    who = account(archive, {"token": "staff", "collection_of": "here"})
    assert ids(archive, who(0)) == ["here"]
    with archive.room(who(0)) as room:
        assert [each.ref.id for each in room.collections().items] == ["one"]


def test_tokens_of_a_collection_count_in_its_testimonies_beside_their_own(archive: Archive) -> None:
    archive.bring({"identifier": "here", "access": "staff", "restrictions": ""}, settled=False)
    who = account(archive, {"token": "staff", "collection_of": "here"}, {"token": "family", "testimony": "here"})(0)
    assert set(next(iter(who.in_testimony.values()))) == {"staff", "family"}
    assert ids(archive, who) == ["here"]


def test_who_is_barred_reads_a_testimony_as_an_anonymous_visitor(archive: Archive) -> None:
    archive.bring({"identifier": "public-one", "title": "Silas Harrow", "narrators": "Harrow, Silas", "naming": "initial"},
                  {"identifier": "closed-one", "access": "registered"}, {"identifier": "third", "access": "registered"}, settled=False)
    who = account(archive, {"token": "staff"}, {"token": "registered"}, {"token": "family", "testimony": "closed-one"},
                  barred=("public-one", "closed-one"))(0)
    assert set(ids(archive, who)) == {"public-one", "third"}
    with archive.room(who) as room, archive.room(viewer("anonymous", 0)) as visitor:
        assert room.testimony("public-one") == visitor.testimony("public-one")
        own = {version.partition(":")[0]: make() for version, make in room.own_renditions()}
        assert own["closed-one"] == []  # the family's token opens nothing to who is barred
        assert [(each.shelf, each.testimony) for each in own["public-one"]] == [("", visitor.testimony("public-one"))]
    free = account_free = replace(who, barred=frozenset())
    with archive.room(account_free) as room:
        assert room.testimony("public-one").card.title == "Silas Harrow"
    assert set(ids(archive, free)) == {"public-one", "closed-one", "third"}


# Orders


def test_lists_sort_by_the_title_as_its_face_shows_it(archive: Archive) -> None:
    archive.bring({"identifier": "z-name", "title": "Aaron Abbot speaks", "narrators": "Abbot, Aaron", "naming": "pseudonym", "pseudonym": "Zed"},
                  {"identifier": "middle", "title": "Middle"}, {"identifier": "a-name", "title": "Bell"}, settled=False)
    for who in EVERYBODY:
        assert ids(archive, who) == ["a-name", "middle", "z-name"]
    with archive.room("archivist") as room:
        assert room.testimony("z-name").card.title == "Aaron Abbot speaks"


def test_a_testimony_whose_description_is_closed_to_some_sorts_by_its_id(archive: Archive) -> None:
    archive.bring({"identifier": "x-dark", "title": "Aaa", "date": "1901", "access_description": "staff"},
                  {"identifier": "c-dark", "title": "Zzz", "date": "1999", "access_description": "staff"},
                  {"identifier": "late", "title": "Late", "date": "1999"}, {"identifier": "early", "title": "Zebra", "date": "1901"}, settled=False)
    for who in EVERYBODY:
        assert ids(archive, who, sort="title") == ["c-dark", "x-dark", "late", "early"]
        assert ids(archive, who, sort="date") == ["early", "late", "c-dark", "x-dark"]
    with archive.room() as room:
        card = room.testimonies(Narrowing()).items[0]
        assert (card.describes, card.title, card.date, card.people, card.languages) == (False, "", "", (), ())
        whole = room.testimony("c-dark")
        assert (whole.abstract, whole.keywords, whole.terms, whole.index_points) == ("", (), (), ())


def test_equal_titles_sort_by_their_ids_whatever_the_order_of_arrival(archive: Archive) -> None:
    for identifier in ("cc-1", "aa-1", "bb-1"):
        archive.bring({"identifier": identifier, "title": "One title"}, settled=False)
    assert ids(archive) == ["aa-1", "bb-1", "cc-1"]


def test_an_embargoed_description_does_not_sort_by_its_title_before_or_after(archive: Archive) -> None:
    archive.bring({"identifier": "bb-later", "title": "Aaa", "access_existence": "public", "access_description": "staff"},
                  {"identifier": "aa-other", "title": "Bbb", "access_existence": "public", "access_description": "staff"}, settled=False)
    assert ids(archive, "archivist") == ids(archive) == ["aa-other", "bb-later"]


# Restrictions and index points


def with_points(archive: Archive, *points: tuple[int, int | None, str], restrictions: str = "20000-30000|words|staff|a third person") -> None:
    archive.write("words.vtt", CUES)
    archive.bring({"identifier": "tape", "title": "Tape", "transcripts": "words.vtt|en|verbatim", "restrictions": restrictions, "narrators": "Harrow, Silas",
                   "naming": "pseudonym", "pseudonym": "Narrator A"}, settled=False)
    with writing(archive.engine) as session:
        key = session.scalars(select(rows.Testimony.id).where(rows.Testimony.public_id == "tape")).one()
        session.add_all(rows.IndexPoint(testimony_id=key, start_ms=start, end_ms=end, title=title, synopsis=f"About {title}", keywords=[title],
                                   language="en") for start, end, title in points)
        session.commit()


def test_withheld_words_are_one_block_for_some_and_words_for_others(archive: Archive) -> None:
    with_points(archive)
    with archive.room() as room:
        shown = room.transcript("tape", 1).blocks
        assert [type(each) for each in shown] == [Segment, Segment, Withheld, Segment, Segment]
        assert (shown[2].start_ms, shown[2].end_ms) == (20_000, 30_000)
        found = room.passages([PassageKey("tape", 1, 1, 2), PassageKey("tape", 1, 2, 3), PassageKey("tape", 1, 3, 3), PassageKey("tape", 1, 4, 5)])
        assert {(key.first, key.last) for key in found} == {(1, 2), (4, 5)}
        assert [(each.n, each.cue) for each in found[PassageKey("tape", 1, 4, 5)].segments] == [(4, ""), (5, "")]
    with archive.room("archivist") as room:
        assert all(isinstance(each, Segment) and each.cue for each in room.transcript("tape", 1).blocks)
        assert len(room.passages([PassageKey("tape", 1, 2, 3)])) == 1


def test_a_passage_shows_the_number_its_segment_has_among_the_blocks(archive: Archive) -> None:
    with_points(archive, restrictions="0-25000|words|staff|a third person")
    with archive.room() as room:
        shown = room.transcript("tape", 1).blocks
        assert [(type(each), each.n) for each in shown] == [(Withheld, 1), (Segment, 2), (Segment, 3)]
        assert room.passages([PassageKey("tape", 1, 5, 5)])[PassageKey("tape", 1, 5, 5)].segments[0] == shown[2]


def test_index_points_that_begin_in_withheld_time_are_left_out_and_others_lose_their_texts(archive: Archive) -> None:
    with_points(archive, (0, 10_000, "before"), (10_000, 20_001, "reaching in"), (22_000, None, "inside"), (29_999, 40_000, "reaching out"),
                (30_000, 50_000, "Harrow after"))
    with archive.room() as room:
        points = room.testimony("tape").index_points
        assert [point.start_ms for point in points] == [0, 10_000, 30_000]
        assert [point.title for point in points] == ["before", "", "Narrator A after"]
        assert [point.keywords for point in points] == [("before",), (), ("Narrator A after",)]
        assert not any(point.synopsis for point in points[1:2])
    with archive.room("archivist") as room:
        assert [point.title for point in room.testimony("tape").index_points] == ["before", "reaching in", "inside", "reaching out", "Harrow after"]


def test_an_index_point_without_an_end_reaches_to_the_next(archive: Archive) -> None:
    with_points(archive, (0, None, "before"), (15_000, None, "what is withheld"), (35_000, None, "after"))
    with archive.room() as room:
        assert [point.title for point in room.testimony("tape").index_points] == ["before", "", "after"]


def test_a_restriction_without_times_silences_every_index_point(archive: Archive) -> None:
    with_points(archive, (0, 1_000, "one"), (40_000, 50_000, "two"), restrictions="seg 2-3|words|staff|a third person")
    with archive.room() as room:
        assert room.testimony("tape").index_points == ()


# Sound, and parts added later


def test_a_recording_added_later_stays_at_the_desk_until_it_is_published(archive: Archive) -> None:
    archive.write("words.vtt", CUES)
    archive.bring({"identifier": "growing", "title": "Growing"}, settled=False)
    archive.write("tape.wav", sound())
    archive.bring({"identifier": "growing", "title": "Growing", "media": "tape.wav|Tape 1", "transcripts": "words.vtt|en|verbatim"}, settled=False)
    for who in EVERYBODY:
        with archive.room(who) as room:
            whole = room.testimony("growing")
            assert (whole.recordings, whole.transcripts, whole.card.has, room.home().recorded_ms) == ((), (), (), 0)
    archive.publish("growing")
    with archive.room() as room:
        assert room.testimony("growing").card.has == ("audio", "transcript") and room.home().recorded_ms == 50_000


def test_file_names_are_in_no_reading(archive: Archive) -> None:
    archive.write("harrow-silas-secret.vtt", CUES)
    archive.write("harrow-silas-secret.wav", sound())
    archive.bring({"identifier": "files", "transcripts": "harrow-silas-secret.vtt|en|verbatim", "media": "harrow-silas-secret.wav|Tape 1"}, settled=False)
    with archive.room("custodian") as room:
        assert "secret" not in repr((room.testimony("files"), room.transcript("files", 1)))


def test_no_reading_holds_an_internal_key(archive: Archive) -> None:
    archive.bring({"identifier": "one", "narrators": "Harrow, Silas", "place": "Hilltop"}, settled=False)
    with archive.room() as room, reading(archive.engine) as session:
        whole = room.testimony("one")
        assert whole.card.people[0].face == session.scalars(select(rows.Appearance.face_id)).one()
        assert not any(isinstance(value, int) for value in vars(whole.card).values() if not isinstance(value, bool))

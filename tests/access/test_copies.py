"""Copies: everybody's is prepared, nobody is given another's, and what a page lists can be had."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from archive_app import clock
from archive_app.access import copies
from archive_app.access.copies import Wanted, needed
from archive_app.access.entry import Entry, enter
from archive_app.access.gate import open_layers
from archive_app.access.reading_room import ReadingRoom
from archive_app.access.readings import Recording
from archive_app.access.terms import FOREVER
from archive_app.access.viewer import Viewer
from archive_app.actions import copying
from archive_app.errors import NotFound
from archive_app.records import recordings
from archive_app.records.base import reading
from archive_app.records.copies import AccessCopy
from archive_app.records.testimonies import Collection
from archive_app.records.testimonies import Testimony as ToldRow
from archive_app.storage.cuts import Cuts
from tests.factories.archives import Archive, viewer
from tests.promises import worlds
from tests.promises.conftest import Making, making  # noqa: F401
from tests.promises.oracle import Who
from tests.promises.sounds import LENGTH_MS, quick_copies
from tests.promises.worlds import VIEWERS, World

EVERYBODY = pytest.mark.parametrize("who", VIEWERS.values(), ids=lambda who: who.name)
SEEDS = (0, 2, 5)


@pytest.fixture(scope="module")
def built(making: Making) -> Callable[[int], tuple[World, Archive]]:  # noqa: F811
    """The world of a seed and its archive, built once."""
    made: dict[int, tuple[World, Archive]] = {}

    def of(seed: int) -> tuple[World, Archive]:
        if seed not in made:
            world = worlds.world(seed, 5)
            made[seed] = world, making.build(world)
        return made[seed]

    return of


def standing(archive: Archive, who: Who, now: int) -> Viewer:
    """The viewer that somebody of a class is at a moment: what the tests of the web sign in with, without an account."""
    with reading(archive.engine) as session:
        testimonies = {row.public_id: row for row in session.scalars(select(ToldRow))}
        collections = {row.public_id: row.id for row in session.scalars(select(Collection))}
    in_collection = {collections[slug]: tokens for slug, tokens in who.in_collection.items() if slug in collections}
    granted = {testimonies[id].id: frozenset({"grant"}) | in_collection.get(testimonies[id].collection_id, frozenset())
               for id in who.granted if id in testimonies}
    return Viewer(now, "", "", who.everywhere, in_collection, granted, frozenset(testimonies[id].id for id in who.barred if id in testimonies))


def looked_up(entry: Entry, told: str) -> set[Wanted]:
    """The copies that somebody may have of a testimony's recordings."""
    key = entry.session.scalar(select(ToldRow.id).where(ToldRow.public_id == told))
    assert key is not None
    return set(copies._wanted(entry, key, recordings.of_testimony(entry.session, key)))


def check_needed(world: World, archive: Archive) -> int:
    """Whatever anybody looks up, now or at the next step of the terms, is among the copies that are made; how much was looked up."""
    count = 0
    for told in world.told:
        with reading(archive.engine) as session:
            wanted, ends = needed(session, told.id, clock.now())
        for now in (clock.now(), ends - 1, ends) if ends < FOREVER else (clock.now(), clock.now() + 10**12):
            for who in VIEWERS.values():
                with reading(archive.engine) as session:
                    mine = looked_up(enter(session, standing(archive, who, now)), told.id)
                assert mine <= set(wanted), (told.id, who.name, now)
                count += len(mine)
    return count


@pytest.mark.parametrize("seed", SEEDS)
def test_what_anybody_looks_up_is_prepared(built: Callable[[int], tuple[World, Archive]], seed: int) -> None:
    assert check_needed(*built(seed)) > 100


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6, 66))
def test_what_anybody_looks_up_is_prepared_in_many_worlds(built: Callable[[int], tuple[World, Archive]], seed: int) -> None:
    assert check_needed(*built(seed)) > 0


def check_served(world: World, archive: Archive, who: Who) -> tuple[set[str], set[str]]:
    """What a page lists can be had, of every recording there is something, and nothing else is to be had; (what is, what is not)."""
    with reading(archive.engine) as session:
        room = ReadingRoom(session, standing(archive, who, clock.now()))
        every = set(session.scalars(select(AccessCopy.public_id)))
        listed = set[str]()
        for told in world.told:
            try:
                found = room.testimony(told.id).recordings
            except NotFound:
                continue
            assert all(each.shown for each in found), "nobody waits for ever"
            listed |= {copy.id for each in found for copy in each.copies}
        return listed, {id for id in every if not _had(room, id)}


def _had(room: ReadingRoom, id: str) -> bool:
    try:
        media = room.media(id)
    except NotFound:
        return False
    assert media.id == id and media.size > 0
    return True


@EVERYBODY
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_listed_can_be_had_and_nothing_else(built: Callable[[int], tuple[World, Archive]], seed: int, who: Who) -> None:
    world, archive = built(seed)
    listed, refused = check_served(world, archive, who)
    with reading(archive.engine) as session:
        every = set(session.scalars(select(AccessCopy.public_id)))
    assert listed and refused and listed == every - refused


def test_who_is_barred_is_given_what_everybody_is(built: Callable[[int], tuple[World, Archive]]) -> None:
    for seed in SEEDS:
        world, archive = built(seed)
        for id in VIEWERS["barred"].barred & {told.id for told in world.told}:
            one, other = (_recordings(archive, standing(archive, VIEWERS[who], clock.now()), id) for who in ("barred", "anonymous"))
            assert one == other
        assert _recordings(archive, standing(archive, VIEWERS["barred"], clock.now()), "told-a")


def _recordings(archive: Archive, who: Viewer | str, id: str) -> tuple[Recording, ...]:
    with archive.room(who) as room:
        try:
            return room.testimony(id).recordings
        except NotFound:
            return ()


# One testimony each

@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    """Files are what their endings say, and copies of them are made at once."""
    with quick_copies():
        yield


def bring(archive: Archive, **row: str) -> None:
    for name in (each.split("|")[0] for each in row["media"].split(";")):
        archive.write(name, (b"%b " % name.encode()).ljust(200_000, b"."))
    report = archive.bring({"identifier": "told", "title": "Told", **row}, settled=False)
    assert not [each for each in report.rows if each.result == "refused"], report.rows


def whole(archive: Archive) -> list[Wanted]:
    with reading(archive.engine) as session:
        return needed(session, "told", clock.now())[0]


def recipes(archive: Archive, who: str = "anonymous") -> set[str]:
    return {copy.recipe for each in _recordings(archive, who, "told") for copy in each.copies}


def test_a_draft_is_copied_whole_and_nobody_is_given_it(archive: Archive) -> None:
    """The desk works with what is not published; readers, staff or not, have none of it."""
    bring(archive, media="tape.wav|Tape;film.mp4|Film;letter.pdf|Letter", publish="no", restrictions="1000-2000|words+picture|staff|x")
    assert {each.recipe for each in whole(archive)} == {"sound", "peaks", "film", "poster", "page"}
    assert all(each.cuts == Cuts() for each in whole(archive))
    archive.derive()
    with reading(archive.engine) as session:
        made = session.scalars(select(AccessCopy.public_id)).all()
    assert len(made) == 6
    for who in ("anonymous", "registered", "archivist", "custodian"):
        with archive.room(who) as room:
            assert not [id for id in made if _had(room, id)]


@pytest.mark.parametrize(("layer", "expected"), [
    ("video", {"sound", "peaks"}), ("audio", {"film", "poster"}), ("", {"film", "poster", "peaks"})])
def test_a_film_is_heard_where_it_may_be_heard_and_seen_where_it_may_be_seen(archive: Archive, layer: str, expected: set[str]) -> None:
    closed = {f"access_{layer}": "staff"} if layer else {}
    bring(archive, media="film.mp4|Film", **closed)
    archive.derive()
    (public,), (staff,) = (_recordings(archive, who, "told") for who in ("anonymous", "archivist"))
    assert recipes(archive) == expected and recipes(archive, "archivist") == {"film", "poster", "peaks"}
    assert public.kind == ("audio" if layer == "video" else "video") and staff.kind == "video"
    for recording, who, heard in ((public, "anonymous", layer != "audio"), (staff, "archivist", True)):
        assert any(_bytes(archive, recording, who)[:LENGTH_MS]) == heard


def _bytes(archive: Archive, recording: Recording, who: str) -> bytes:
    with archive.room(who) as room:
        assert recording.shown is not None
        media = room.media(recording.shown.id)
    with archive.vault.open(media.digest) as stream:
        return stream.read()


def test_of_a_closed_sound_nothing_is_told(archive: Archive) -> None:
    """A film whose sound is closed has no waveform, and no sign of where words are withheld; a dark picture shows itself."""
    archive.write("t.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\none\n\n00:05.000 --> 00:06.000\ntwo\n")
    bring(archive, media="film.mp4|Film", transcripts="t.vtt|en|verbatim", access_audio="staff", access_transcript="staff",
          restrictions="1000-2000|words|staff|x;5000-6000|picture|staff|x")
    archive.derive()
    (film,) = _recordings(archive, "anonymous", "told")
    assert film.withheld == ((5000, 6000),)
    assert {copy.recipe for copy in film.copies} == {"film", "poster"}
    assert not any(_bytes(archive, film, "anonymous")[:LENGTH_MS])


def test_a_picture_and_a_letter_are_withheld_nowhere(archive: Archive) -> None:
    """What has no time shows nothing of when words are withheld."""
    archive.write("t.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\none\n")
    bring(archive, media="letter.pdf|Letter", transcripts="t.vtt|en|verbatim", access_transcript="staff", restrictions="1000-2000|words|staff|x")
    assert [each.withheld for each in _recordings(archive, "anonymous", "told")] == [()]


def test_what_is_withheld_is_told_on_the_line_of_the_testimony(archive: Archive) -> None:
    bring(archive, media="a.wav|Tape 1;b.wav|Tape 2", restrictions="50000-70000|words|staff|x")
    one, other = _recordings(archive, "anonymous", "told")
    assert (one.offset_ms, one.withheld) == (0, ((50_000, 60_000),))
    assert (other.offset_ms, other.withheld) == (LENGTH_MS, ((60_000, 70_000),))
    assert [each.withheld for each in _recordings(archive, "archivist", "told")] == [(), ()]


def test_a_day_that_opens_finds_the_copies_ready(archive: Archive) -> None:
    """Before, no visitor is given them; from that moment on they are, and no job has run since."""
    with time_machine.travel(datetime.datetime(2026, 3, 8, 12, 0, tzinfo=datetime.UTC), tick=False):
        bring(archive, media="tape.wav|Tape", access="registered", opens="2026-03-10", restrictions="1000-2000|words|staff|x")
        archive.derive()
        assert not recipes(archive, "registered") and recipes(archive, "archivist") == {"sound", "peaks"}
        with reading(archive.engine) as session:
            ready = session.scalars(select(AccessCopy.public_id)).all()
    for moment, opened in ((datetime.datetime(2026, 3, 10, 11, 59, 59, tzinfo=datetime.UTC), False),
                           (datetime.datetime(2026, 3, 10, 12, 0, tzinfo=datetime.UTC), True)):
        with time_machine.travel(moment, tick=False), archive.room("registered") as room:
            assert (recipes(archive, "registered") == {"sound", "peaks"}) == opened
            assert len([id for id in ready if _had(room, id)]) == 2 * opened


def test_a_day_that_closes_closes_the_copies_and_they_are_forgotten(archive: Archive) -> None:
    with time_machine.travel(datetime.datetime(2026, 3, 8, 9, 0, tzinfo=datetime.UTC), tick=False):
        bring(archive, media="tape.wav|Tape", closes="2026-03-10", restrictions="1000-2000|words|staff|x")
        archive.derive()
        (tape,) = _recordings(archive, "anonymous", "told")
    with time_machine.travel(datetime.datetime(2026, 3, 9, 10, 0, tzinfo=datetime.UTC), tick=False):
        with archive.room() as room:
            assert not [copy for copy in tape.copies if _had(room, copy.id)]
        assert archive.derive() == 1
        with reading(archive.engine) as session:
            assert not {copy.id for copy in tape.copies} & set(session.scalars(select(AccessCopy.public_id)))


def replaced(archive: Archive) -> tuple[Recording, Recording]:
    """A tape of which another file came later under its name: as readers have it before that is published, and then."""
    bring(archive, media="tape.wav|Tape", restrictions="1000-2000|words|staff|x")
    archive.derive()
    archive.write("tape.wav", b"another tape".ljust(200_000, b","))
    archive.bring(settled=False)
    archive.derive()
    (before,) = _recordings(archive, "anonymous", "told")
    archive.publish("told")
    archive.derive()
    (after,) = _recordings(archive, "anonymous", "told")
    return before, after


def test_what_was_replaced_is_given_to_nobody_who_has_the_new(archive: Archive) -> None:
    before, after = replaced(archive)
    assert before.id != after.id and before.offset_ms == after.offset_ms == 0
    with reading(archive.engine) as session:
        every = list(session.scalars(select(AccessCopy.public_id)))
    mine = {copy.id for copy in after.copies}
    for who in ("anonymous", "custodian"):
        with archive.room(who) as room:
            given = {id for id in every if _had(room, id)}
        assert given == (mine if who == "anonymous" else {copy.id for each in _recordings(archive, who, "told") for copy in each.copies})
        assert len(given) == 2


def test_who_belongs_to_two_audiences_finds_what_is_open_to_both(archive: Archive) -> None:
    """A visitor to the reading room reads what registered readers do, and more; neither of these audiences alone has their copy."""
    bring(archive, media="tape.wav|Tape", restrictions="1000-2000|words|registered|x;3000-4000|words|reading-room|x;5000-6000|words|staff|x")
    archive.derive()
    assert recipes(archive, "onsite") == {"sound", "peaks"}
    (tape,) = _recordings(archive, "onsite", "told")
    assert tape.withheld == ((5000, 6000),)


def test_what_waits_to_replace_another_is_given_to_nobody(archive: Archive) -> None:
    before, after = replaced(archive)
    archive.unpublish("told")
    with archive.room("custodian") as room:
        assert not [copy for each in (before, after) for copy in each.copies if _had(room, copy.id)]


def test_a_restriction_that_is_added_takes_the_copy_away_at_once(archive: Archive) -> None:
    """Nothing is served until the job has run; then another copy is."""
    bring(archive, media="tape.wav|Tape")
    archive.derive()
    (before,) = _recordings(archive, "anonymous", "told")
    bring(archive, media="tape.wav|Tape", restrictions="1000-2000|words|staff|x")
    (between,) = _recordings(archive, "anonymous", "told")
    assert between.copies == () and between.withheld == ((1000, 2000),)
    with archive.room() as room:
        assert not [copy for copy in before.copies if _had(room, copy.id)]
    archive.derive()
    (after,) = _recordings(archive, "anonymous", "told")
    assert {copy.recipe for copy in after.copies} == {"sound", "peaks"}
    assert {copy.id for copy in after.copies}.isdisjoint(copy.id for copy in before.copies)


def test_what_failed_is_told_to_those_whose_copy_it_is(archive: Archive) -> None:
    """The failure of a copy with other cuts, which others would have, or of another recipe, is nobody else's to know."""
    def told(who: str) -> list[bool]:
        return [each.failed for each in _recordings(archive, who, "told")]

    bring(archive, media="tape.wav|Tape", restrictions="1000-2000|words|staff|x")
    mine, theirs = ([each for each in whole(archive) if bool(each.cuts.sound) == cut] for cut in (True, False))
    assert {each.recipe for each in mine} == {each.recipe for each in theirs} == {"sound", "peaks"}
    assert told("anonymous") == told("archivist") == [False]
    for each in (*theirs, *(one for one in mine if one.recipe == "peaks")):
        copying.note_failure(archive.engine, "told", each, "broken")
    assert (told("anonymous"), told("archivist")) == ([False], [True])
    archive.derive()
    assert recipes(archive) == {"sound"} and told("anonymous") == [False]
    bring(archive, media="tape.wav|Tape", restrictions="1000-3000|words|staff|x")
    copying.note_failure(archive.engine, "told", next(one for one in whole(archive) if one.recipe == "sound" and one.cuts.sound), "broken")
    assert (told("anonymous"), recipes(archive)) == ([True], set())


def test_of_what_is_not_there_nothing_is_needed(archive: Archive) -> None:
    with reading(archive.engine) as session:
        assert needed(session, "never-told", clock.now()) == ([], FOREVER)
    archive.bring({"identifier": "told", "title": "Told"}, settled=False)
    with reading(archive.engine) as session:
        assert needed(session, "told", clock.now()) == ([], FOREVER)


@pytest.mark.parametrize("id", ["", "never-was-there", "a" * 26])
def test_what_never_was_is_not_there(archive: Archive, id: str) -> None:
    with archive.room("custodian") as room, pytest.raises(NotFound):
        room.media(id)


def test_a_name_that_is_closed_stands_in_no_label_and_on_no_page(archive: Archive) -> None:
    letter = b"PAGE".ljust(44) + b"Dear Hesta Vellan, I write to Vellan again"
    archive.write("letter.pdf", letter)
    archive.bring({"identifier": "told", "title": "Told", "languages": "en", "narrators": "Vellan, Hesta", "naming": "pseudonym",
                   "pseudonym": "Reader Ray", "media": "letter.pdf|Letter to Hesta Vellan"}, settled=False)
    archive.derive()
    (public,), (staff,) = (_recordings(archive, who, "told") for who in ("anonymous", "archivist"))
    assert public.shown is not None and staff.shown is not None
    assert "Vellan" in staff.shown.text and "Vellan" in staff.label
    assert "Vellan" not in public.shown.text + public.label and "Reader Ray" in public.shown.text


def test_layers_that_are_open_are_those_of_the_recording_itself(archive: Archive, tmp_path: Path) -> None:
    """A recording that came later waits, though its testimony is published."""
    bring(archive, media="a.wav|Tape 1")
    bring(archive, media="a.wav|Tape 1;b.wav|Tape 2")
    archive.derive()
    assert [each.label for each in _recordings(archive, "anonymous", "told")] == ["Tape 1"]
    with reading(archive.engine) as session:
        entry = enter(session, viewer("custodian"))
        rows = recordings.of_testimony(session, session.scalars(select(ToldRow.id)).one())
        opened = open_layers(session, entry.gate, [row.id for row in rows])
        assert ["audio" in opened.get(row.id, ()) for row in rows] == [True, False]

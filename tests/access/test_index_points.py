"""The index and the notes of a testimony: restrictions, layers and the name filter hold in every field of them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive_app.access.index_points import address
from archive_app.access.index_readings import PassageKey, by_moment
from archive_app.access.names import unchanged
from archive_app.access.readings import IndexPoint, Link, MapPoint, Note, Segment, Transcript
from archive_app.records import testimonies as rows
from archive_app.records.base import writing
from tests.factories.archives import Archive
from tests.factories.interviews import Interview, row

TOLD = Interview()


def bring(archive: Archive, interview: Interview = TOLD, **more: str) -> None:
    archive.write("told.xml", interview.file)
    report = archive.bring(row(interview, **more), settled=False)
    assert not report.refused, report.rows


def points(archive: Archive, who: str = "anonymous") -> tuple[IndexPoint, ...]:
    with archive.room(who) as room:
        return room.testimony("told").index_points


def transcript(archive: Archive, who: str = "anonymous") -> Transcript:
    with archive.room(who) as room:
        return room.transcript("told", 1)


def titles(archive: Archive, who: str = "anonymous") -> list[tuple[int, str]]:
    return [(point.start_ms // 1000, point.title) for point in points(archive, who)]


# The index


def test_every_field_of_a_point_is_read(archive: Archive) -> None:
    bring(archive)
    assert points(archive, "archivist")[0] == IndexPoint(
        0, "Open the quay", "about told by Silas Harrow", ("told by Silas Harrow", "silas harrow"), "en", "quoting told by Silas Harrow",
        ("Silas Harrow--Family",), (MapPoint(1.5, 2.5, "House of Silas Harrow"),),
        (Link("https://people.example/silas-harrow", "Silas Harrow, a page"),))


def test_a_closed_name_is_in_no_field_and_neither_is_an_address(archive: Archive) -> None:
    bring(archive)
    first = points(archive)[0]
    assert first == IndexPoint(
        0, "Open the quay", "about told by Reader A", ("told by Reader A", "Reader A"), "en", "quoting told by Reader A", ("Reader A--Family",),
        (MapPoint(1.5, 2.5, "House of Reader A"),), (Link("", "Reader A, a page"),))


def test_addresses_are_of_the_web_and_of_nothing_else() -> None:
    assert address(unchanged, "HTTPS://a.example/b?c=d&e#f") == "HTTPS://a.example/b?c=d&e#f"
    assert not any(address(unchanged, url) for url in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//a.example", "a b", "",
                                                       " https://a.example", "https://a.example/\nx", 'https://a.example/"x', "ftp://a.example"))
    assert address(lambda text, language: text, "https://a.example") == ""


def test_points_in_withheld_time_are_left_out_and_what_reaches_in_has_no_field(archive: Archive) -> None:
    bring(archive)
    assert titles(archive) == [(0, "Open the quay"), (5, ""), (20, "Reader A comes home")]
    assert points(archive)[1] == IndexPoint(5000, "", language="en", withheld=True)
    assert [at for at, _ in titles(archive, "archivist")] == [0, 5, 10, 20]


def test_an_excerpt_is_words_and_needs_them_open(archive: Archive) -> None:
    bring(archive, access_transcript="registered")
    assert [point.excerpt for point in points(archive)] == ["", "", ""] and points(archive)[0].synopsis == "about told by Reader A"
    assert points(archive, "registered")[0].excerpt == "quoting told by Reader A"


def test_with_the_description_closed_there_is_no_index(archive: Archive) -> None:
    bring(archive, access_description="registered")
    assert points(archive) == () and len(points(archive, "registered")) == 3
    key = PassageKey("told", 0, 1, 1)
    with archive.room() as room:
        assert room.passages([key]) == {}


def test_words_that_moved_take_the_index_with_them(archive: Archive) -> None:
    """A retimed transcript: what was withheld lies later now, and an index point there tells of it."""
    bring(archive)
    with writing(archive.engine) as session:
        key = session.scalars(select(rows.Testimony.id)).one()
        session.add(rows.IndexPoint(testimony_id=key, start_ms=45_000, title="What moved", language="en"))
        session.commit()
    assert titles(archive)[-1] == (45, "What moved")
    archive.write("told.vtt", "WEBVTT\n\n00:40.000 --> 00:50.000\na word not to be told and no. 0 to the end\n\n00:50.000 --> 00:55.000\nAnd the quay again.\n")
    report = archive.bring(row(TOLD, transcripts="told.vtt|en|verbatim", restrictions="40000-50000|words|staff|asked for"), settled=False)
    assert not report.refused and titles(archive)[-1] == (20, "")


def test_a_withheld_word_carried_by_a_correction_closes_the_index_at_its_new_time(archive: Archive) -> None:
    bring(archive)
    later = Interview(shift_ms=30_000)
    archive.write("told.xml", later.file.replace(b"<time>20</time>", b"<time>41</time>"))
    assert not archive.bring(row(later), settled=False).refused
    assert all(isinstance(block, Segment) or block.start_ms == 40_000 for block in transcript(archive).blocks)
    assert (41, "Reader A comes home") not in titles(archive) and 41 in dict(titles(archive, "archivist"))


def test_a_point_ends_at_the_next_one_in_its_language(archive: Archive) -> None:
    bring(archive)
    with writing(archive.engine) as session:
        key = session.scalars(select(rows.Testimony.id)).one()
        session.add_all(rows.IndexPoint(testimony_id=key, start_ms=start, title=f"по-русски {start}", language="ru") for start in (0, 21_000))
        session.commit()
    assert [title for at, title in titles(archive) if at == 0] == ["Open the quay", ""], "the Russian one is told of until 0:21"


def test_the_gate_is_asked_again_for_a_point_that_the_index_proposes(archive: Archive) -> None:
    bring(archive)
    for who, count in (("anonymous", 2), ("archivist", 4)):
        keys = [PassageKey("told", 0, moment, place) for moment, place, _ in by_moment(points(archive, "archivist"))]
        with archive.room(who) as room:
            found = room.passages([*keys, PassageKey("told", 0, 1, 2), PassageKey("told", 0, 99, 1)])
        assert len(found) == count
        first = found[keys[0]].segments
        assert [(each.start_ms, each.language) for each in first] == [(0, "en")] * 5
    assert [each.text for each in first] == ["Open the quay", "about told by Silas Harrow", "told by Silas Harrow; silas harrow", "Silas Harrow--Family",
                                             "House of Silas Harrow"]


# Notes


def test_notes_stand_beside_their_words(archive: Archive) -> None:
    bring(archive)
    shown = transcript(archive, "archivist")
    assert [(note.n, note.text) for note in shown.notes] == [
        (1, "A note to what is open, by Silas Harrow"), (2, "Said in both parts"), (3, "Home of Silas Harrow"), (4, "At the end"),
        (5, "A note to a word not to be told"), (6, "Of no words: a word not to be told")]
    for note, words in zip(shown.notes, (["the quay"], ["quiet", "to the end"], ["came home"], ["the quay"], ["a word not to be told"], []), strict=True):
        texts = {block.n: block.text for block in shown.blocks if isinstance(block, Segment)}
        assert [texts[n][start:end] for n, start, end in note.places] == words
    assert shown.notes[2].links == ("https://people.example/silas-harrow",)


def test_a_note_to_withheld_words_does_not_exist_nor_one_to_none(archive: Archive) -> None:
    bring(archive)
    shown = transcript(archive)
    assert shown.notes == (Note(1, "A note to what is open, by Reader A", (), ((1, 7, 15),)), Note(2, "Home of Reader A", (), ((3, 0, 24),)),
                           Note(3, "At the end", (), ((4, 4, 12),)))
    assert [getattr(block, "text", "") for block in shown.blocks][2] == "Then Reader A came home."


def test_where_nothing_is_withheld_a_note_to_no_words_is_read(archive: Archive) -> None:
    bring(archive, restrictions="")
    assert [note.text for note in transcript(archive).notes][-1] == "Of no words: a word not to be told"


@pytest.mark.parametrize("name", ["Silas Harrow", "Silas Ezekiel Bartholomew Harrow"])
def test_where_a_name_was_replaced_a_note_is_about_the_whole_segment(archive: Archive, name: str) -> None:
    """The place of its words would tell how long the name is."""
    bring(archive, Interview(name=name))
    assert transcript(archive).notes[1].places == ((3, 0, len("Then Reader A came home.")),)


# Times of words


def heard(archive: Archive, said: str, **more: str) -> tuple[Segment, ...]:
    words = [f'{{"word": " {word}", "start": {at}, "end": {at + 1}}}' for at, word in enumerate(said.split())]
    archive.write("heard.json", f'{{"segments": [{{"start": 0, "end": 9, "text": " {said}", "words": [{", ".join(words)}]}}]}}')
    archive.bring(row(TOLD, transcripts="heard.json|en|machine", restrictions="", **more), settled=False)
    return tuple(block for block in transcript(archive).blocks if isinstance(block, Segment))


def test_words_keep_their_times_but_where_a_name_was_replaced(archive: Archive) -> None:
    assert heard(archive, "All was quiet.")[0].words == ((0, 0), (4, 1000), (8, 2000))
    (named,) = heard(archive, "Then Silas Harrow came.")
    assert (named.text, named.words) == ("Then Reader A came.", ())
    with archive.room("archivist") as room:
        assert len(room.transcript("told", 1).blocks[0].words) == 4  # type: ignore[union-attr]

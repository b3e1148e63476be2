"""Transcripts at the desk: every way to change one ends in a new version, nothing is taken away, and what was withheld stays withheld."""

from __future__ import annotations

import hashlib
import io

import pytest
from sqlalchemy import select

from archive_app import clock
from archive_app.access.desk import Desk
from archive_app.access.kept_transcript_readings import KeptTranscript, Spoken
from archive_app.actions import drafting, restricting, transcribing
from archive_app.actions.change import operator
from archive_app.actions.declaring import Proof
from archive_app.actions.transcribing import UNCONFIRMED, Approval, Given, Newer
from archive_app.actions.verifying import findings
from archive_app.errors import Invalid, NotAllowed, NotFound
from archive_app.exchange.formats import FORMATS
from archive_app.exchange.restrictions import read_restriction
from archive_app.records import restrictions
from archive_app.records.audit import AuditEntry
from archive_app.records.base import reading
from archive_app.records.testimonies import by_public_id
from tests.actions.asking import account, read_by
from tests.contracts.test_formats import SAMPLES
from tests.factories.archives import Archive, filled

ENGLISH = ("WEBVTT\n\n00:01.000 --> 00:02.000\nThe bell\n\n00:02.000 --> 00:04.000\nquellwater was spoken of\n\n"
           "00:04.000 --> 00:06.000\nand by the end\n")
SECOND = read_restriction("seg 2|words|staff|she asked")


def _bell(archive: Archive) -> None:
    archive.write("bell.vtt", ENGLISH)
    archive.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta",
                   "transcripts": "bell.vtt|en|machine"})


@pytest.fixture
def bell(archive: Archive) -> Archive:
    return filled(archive, _bell)


def given(archive: Archive, text: str | bytes, name: str = "bell.vtt") -> Given:
    data = text.encode() if isinstance(text, str) else text
    return Given(name, data, lambda found: archive.vault.keep(io.BytesIO(found)))


def replaced(archive: Archive, text: str, seen: int = 1, name: str = "bell.vtt") -> transcribing.Made:
    return transcribing.replace_words(archive.engine, operator(), "the-bell", 1, given(archive, text, name), Approval(), seen)


def kept(archive: Archive, n: int = 1) -> KeptTranscript:
    with reading(archive.engine) as session:
        return Desk(session, operator()).transcripts("the-bell")[n - 1]


def sound(archive: Archive) -> list[str]:
    """Whatever verify finds."""
    archive.settle()
    with reading(archive.engine) as session:
        return [str(each) for each in findings(session, archive.vault, archive.index, clock.now())]


def test_a_file_in_the_place_of_another_is_the_next_version(bell: Archive) -> None:
    made = transcribing.replace_words(bell.engine, operator(), "the-bell", 1, given(bell, ENGLISH.replace("The bell", "A bell")),
                                      Approval("Hesta Vellan", "1992-02", "corrected"), 1)
    assert (made.n, made.number, made.warnings) == (1, 2, ())
    assert read_by(bell, "the-bell").startswith("A bell / quellwater")
    shown = kept(bell)
    assert (shown.kind, shown.current, [each.number for each in shown.versions]) == ("corrected", 2, [2, 1])
    assert shown.versions[0].approved_on == "1992-02" and not shown.versions[1].is_current and sound(bell) == []
    with reading(bell.engine) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None and (entry.verb, entry.detail) == ("transcribe", {"transcript": 1, "version": 2})


@pytest.mark.parametrize("ending", list(FORMATS))
def test_every_format_of_the_import_is_taken(bell: Archive, ending: str) -> None:
    made = transcribing.add(bell.engine, operator(), "the-bell", given(bell, SAMPLES[ending], f"New.{ending}"), "EN", Approval())
    assert made.n == 2 and kept(bell, 2).language == "en" and kept(bell, 2).versions[0].segments > 0
    with pytest.raises(NotFound):
        read_by(bell, "the-bell", n=2)  # it stays at the desk
    with reading(bell.engine) as session:
        assert Desk(session, operator()).version("the-bell", 2, 1)[0].text


def test_an_older_version_comes_back_as_a_new_one(bell: Archive) -> None:
    first = read_by(bell, "the-bell")
    replaced(bell, ENGLISH.replace("quellwater", "water"))
    made = transcribing.restore(bell.engine, operator(), "the-bell", 1, 1, 2)
    assert made.number == 3 and read_by(bell, "the-bell") == first and sound(bell) == []
    assert [each.number for each in kept(bell).versions] == [3, 2, 1]
    with pytest.raises(Invalid):
        transcribing.restore(bell.engine, operator(), "the-bell", 1, 3, 3)
    with pytest.raises(NotFound):
        transcribing.restore(bell.engine, operator(), "the-bell", 1, 9, 3)


def test_who_has_not_seen_the_version_of_others_is_told_so(bell: Archive) -> None:
    replaced(bell, ENGLISH.replace("The bell", "A bell"))
    with pytest.raises(Newer) as told:
        replaced(bell, ENGLISH.replace("The bell", "My bell"))
    assert told.value.number == 2 and read_by(bell, "the-bell").startswith("A bell")
    with pytest.raises(Newer):
        transcribing.restore(bell.engine, operator(), "the-bell", 1, 1, 1)


@pytest.mark.parametrize(("name", "text", "field"), [
    ("a.exe", "x", "transcripts"), ("a.vtt", "no captions", "transcripts"), ("a.txt", "", "transcripts"), 
    ("..", "x", "file"), ("a.vtt", "WEBVTT\n", "transcripts")])
def test_what_is_no_transcript_is_refused_and_leaves_nothing(bell: Archive, name: str, text: str, field: str) -> None:
    with pytest.raises(Invalid) as told:
        replaced(bell, text, name=name)
    assert told.value.field == field
    assert kept(bell).current == 1 and hashlib.sha256(text.encode()).hexdigest() not in set(bell.vault.digests())


def test_what_cannot_be_right_is_refused(bell: Archive) -> None:
    for language, said, field in (("xx-nowhere", Approval(), "language"), ("en", Approval(kind="poem"), "kind"),
                                  ("en", Approval("Hesta", ""), "approved_on"), ("en", Approval("Hesta", "long ago"), "approved_on")):
        with pytest.raises(Invalid) as told:
            transcribing.add(bell.engine, operator(), "the-bell", given(bell, ENGLISH), language, said)
        assert told.value.field == field


def test_only_those_who_tend_it(bell: Archive) -> None:
    bell.bring(collections=[{"identifier": "hills", "names": "Hills", "access": "public"}])
    with pytest.raises(NotFound):
        transcribing.restore(bell.engine, account(bell.engine, "a@example.org", "archivist", "hills"), "the-bell", 1, 1, 1)
    with pytest.raises(NotAllowed):
        transcribing.restore(bell.engine, account(bell.engine, "r@example.org", "researcher"), "the-bell", 1, 1, 1)


# --- what was withheld

def closed(archive: Archive) -> str:
    return read_by(archive, "the-bell")


def test_withheld_words_stay_so_wherever_they_come_to_stand(bell: Archive) -> None:
    restricting.restrict(bell.engine, operator(), "the-bell", SECOND)
    replaced(bell, ENGLISH.replace("The bell\n\n", "The\n\n00:01.500 --> 00:02.000\nbell\n\n"))
    assert closed(bell) == "The / bell / [withheld] / and by the end"
    assert sound(bell) == []


def test_words_that_were_left_out_come_back_withheld(bell: Archive) -> None:
    """Version 2 does not have them, so nothing is withheld in it; version 3 is version 1 again."""
    restricting.restrict(bell.engine, operator(), "the-bell", SECOND)
    replaced(bell, ENGLISH.replace("quellwater was spoken of", "[...]"))
    replaced(bell, ENGLISH.replace("00:02.000 --> 00:04.000\nquellwater was spoken of\n\n", ""), 2)
    assert "quellwater" not in closed(bell)
    transcribing.restore(bell.engine, operator(), "the-bell", 1, 1, 3)
    assert closed(bell) == "The bell / [withheld] / and by the end"


def test_words_of_a_text_without_times_too(bell: Archive) -> None:
    bell.write("plain.txt", "One.\n\nquellwater here now.\n\nThree.\n")
    bell.bring({"identifier": "the-bell", "title": "The bell", "transcripts": "plain.txt|en|verbatim"}, name="other.csv")
    bell.bring({"identifier": "the-door", "title": "The door", "transcripts": "plain.txt|en|verbatim", "restrictions": "seg 2|words|staff|asked"})
    made = transcribing.replace_words(bell.engine, operator(), "the-door", 1, given(bell, "One.\n\nThree.\n", "plain.txt"), Approval(), 1)
    assert UNCONFIRMED in made.warnings
    assert read_by(bell, "the-door") == "[withheld]", "nothing was found of what is withheld: nobody reads it until somebody has looked"
    transcribing.restore(bell.engine, operator(), "the-door", 1, 1, 2)
    assert "quellwater" not in read_by(bell, "the-door")


def test_what_was_left_out_of_withheld_words_is_withheld_when_it_is_put_in(bell: Archive) -> None:
    """Whoever hears it again writes down what was missing: between two segments that are withheld it was never open."""
    bell.write("plain.txt", "One.\n\nquellwater here.\n\nand there.\n\nThree.\n")
    bell.bring({"identifier": "the-door", "title": "The door", "transcripts": "plain.txt|en|verbatim", "restrictions": "seg 2-3|words|staff|asked"})
    text = "One.\n\nquellwater here.\n\nOrrin drew it\n\nand there.\n\nThree.\n"
    transcribing.replace_words(bell.engine, operator(), "the-door", 1, given(bell, text, "plain.txt"), Approval(), 1)
    assert read_by(bell, "the-door") == "One. / [withheld] / Three."
    bell.write("plain.txt", text.replace("quellwater here.", "quellwater hear.").replace("drew it", "drew it\n\nat night"))
    bell.bring({"identifier": "the-door", "title": "The door", "transcripts": "plain.txt|en|verbatim", "restrictions": "seg 2-3|words|staff|asked"})
    assert read_by(bell, "the-door") == "One. / [withheld] / Three."


def test_sound_that_was_withheld_stays_so(bell: Archive) -> None:
    """Its words are left out, or are said to be spoken elsewhere: a restriction on the time keeps it closed."""
    restricting.restrict(bell.engine, operator(), "the-bell", SECOND)
    made = replaced(bell, ENGLISH.replace("00:02.000 --> 00:04.000\nquellwater was spoken of\n\n", ""))
    assert UNCONFIRMED in made.warnings
    assert (2000, 4000) in times(bell)
    moved = ENGLISH.replace("00:02.000 --> 00:04.000", "00:03.000 --> 00:04.000")
    replaced(bell, moved, 2)
    assert (2000, 4000) in times(bell) and closed(bell) == "The bell / [withheld] / and by the end"


def times(archive: Archive) -> list[tuple[int | None, int | None]]:
    with reading(archive.engine) as session:
        row = by_public_id(session, "the-bell")
        assert row is not None
        return [(each.start_ms, each.end_ms) for each in restrictions.in_force(session, row.id)]


def test_a_lifted_restriction_withholds_nothing_again(bell: Archive) -> None:
    restricting.restrict(bell.engine, operator(), "the-bell", SECOND)
    with reading(bell.engine) as session:
        row = by_public_id(session, "the-bell")
        assert row is not None
        key = restrictions.in_force(session, row.id)[0].id
    replaced(bell, ENGLISH.replace("The bell", "A bell"))
    restricting.lift(bell.engine, operator(), "the-bell", key, Proof("form", "her letter"))
    replaced(bell, ENGLISH, 2)
    assert "quellwater" in closed(bell)


def test_a_file_taken_in_already_does_not_undo_the_desk(bell: Archive) -> None:
    """The manifest says something else about the testimony, and names the same file."""
    saved = drafting.save(bell.engine, operator(), "the-bell", 1, 1, 0, 0, drafting.Splice(0, 1, (Spoken(1000, 2000, "", "A bell"),)))
    drafting.finish(bell.engine, operator(), "the-bell", 1, saved.key, saved.serial, 1, Approval())
    bell.bring({"identifier": "the-bell", "title": "Another title", "languages": "en", "narrators": "Vellan, Hesta",
                "transcripts": "bell.vtt|en|machine"})
    assert closed(bell).startswith("A bell")
    bell.write("bell.vtt", ENGLISH.replace("The bell", "That bell"))
    bell.bring({"identifier": "the-bell", "title": "Another title", "languages": "en", "narrators": "Vellan, Hesta",
                "transcripts": "bell.vtt|en|machine"})
    assert closed(bell).startswith("That bell"), "another file is another matter"

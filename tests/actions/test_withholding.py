"""Restrictions that come with a manifest: by time, by segment, in every transcript, and in every later version."""

from __future__ import annotations

import pytest

from archive_app.access.kept_transcript_readings import Spoken
from archive_app.access.reading_room import Narrowing
from archive_app.actions import drafting
from archive_app.actions.change import operator
from archive_app.actions.transcribing import Approval
from archive_app.actions.withholding import RECOUNTED
from archive_app.errors import NotFound
from archive_app.search.find import find, suggest
from archive_app.search.query import Question
from tests.actions.asking import counts, read_by, told
from tests.factories.archives import Archive

CUES = {"en": ("One by one.", "Two at the quay.", "Three and Perrit.", "Four in the boat."),
        "ru": ("Один за другим.", "Двое на пристани.", "Трое и Перрит.", "Четверо в лодке.")}
ROW = {"identifier": "the-bell", "languages": "en;ru", "transcripts": "bell.en.vtt|en|verbatim;bell.ru.vtt|ru|translation"}


def vtt(lines: tuple[str, ...], length: int = 10) -> str:
    """Cues of so many seconds, one after another."""
    cues = (f"00:{n * length // 60:02}:{n * length % 60:02}.000 --> 00:{(n + 1) * length // 60:02}:{(n + 1) * length % 60:02}.000\n{line}"
            for n, line in enumerate(lines))
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


@pytest.fixture
def bell(archive: Archive) -> Archive:
    for language, lines in CUES.items():
        archive.write(f"bell.{language}.vtt", vtt(lines))
        archive.write(f"bell.{language}.txt", "\n\n".join(lines) + "\n")
    return archive


def shown(archive: Archive, n: int, who: str = "anonymous") -> str:
    """The first word of every segment; # for a withheld block."""
    return " ".join("#" if part == "[withheld]" else part.split()[0] for part in read_by(archive, "the-bell", who, n).split(" / "))


@pytest.mark.parametrize(("restriction", "en", "ru"), [
    ("20000-30000|words|staff|a neighbour", "One Two # Four", "Один Двое # Четверо"),
    ("19999-20001|words|staff|", "One # Four", "Один # Четверо"),
    ("0-1|words|staff|", "# Two Three Four", "# Двое Трое Четверо"),
    ("seg 3-3|words|staff|", "One Two # Four", "Один Двое # Четверо"),
    ("seg 2-3|words|staff|", "One # Four", "Один # Четверо"),
    ("20000-30000|transcript|staff|", "One Two # Four", "Один Двое # Четверо"),
    ("20000-30000|audio|staff|", "One Two # Four", "Один Двое # Четверо"),
    ("20000-30000||staff|", "One Two # Four", "Один Двое # Четверо"),
    ("20000-30000|picture|staff|", "One Two Three Four", "Один Двое Трое Четверо"),
    ("20000-30000|video|staff|", "One Two Three Four", "Один Двое Трое Четверо"),
    ("10000-20000|words|staff|;20000-30000|words|sealed|", "One # Four", "Один # Четверо"),
    ("seg 3-9|words|staff|", "One Two #", "Один Двое #")])
def test_what_a_restriction_withholds_in_each_transcript(bell: Archive, restriction: str, en: str, ru: str) -> None:
    report = bell.bring({**ROW, "restrictions": restriction})
    assert counts(report) == {"created": 1}
    assert (shown(bell, 1), shown(bell, 2)) == (en, ru)


def test_each_reader_reads_what_is_not_withheld_from_them(bell: Archive) -> None:
    bell.bring({**ROW, "restrictions": "seg 2-2|words|registered|;seg 3-3|words|sealed|"})
    assert [shown(bell, 1, who) for who in ("anonymous", "registered", "archivist", "custodian")] == [
        "One # Four", "One Two # Four", "One Two # Four", "One Two Three Four"]


@pytest.mark.parametrize(("transcripts", "first", "second"), [
    ("bell.en.vtt|en|verbatim;bell.ru.txt|ru|translation", "One Two # Four", "#"),
    ("bell.en.txt|en|verbatim;bell.ru.vtt|ru|translation", "One Two # Four", "#"),
    ("bell.en.txt|en|verbatim;bell.ru.txt|ru|translation", "One Two # Four", "#")])
def test_without_timing_the_other_transcript_is_withheld_as_a_whole(bell: Archive, transcripts: str, first: str, second: str) -> None:
    bell.bring({**ROW, "transcripts": transcripts, "restrictions": "seg 3-3|words|staff|"})
    assert (shown(bell, 1), shown(bell, 2)) == (first, second)


def test_a_time_where_no_transcript_has_any_withholds_all_of_both(bell: Archive) -> None:
    bell.bring({**ROW, "transcripts": "bell.en.txt|en|verbatim;bell.ru.txt|ru|translation", "restrictions": "0-1000|words|staff|"})
    assert (shown(bell, 1), shown(bell, 2), shown(bell, 1, "archivist")) == ("#", "#", "One Two Three Four")


def test_a_restriction_that_withholds_nothing_is_told(bell: Archive) -> None:
    report = bell.bring({**ROW, "restrictions": "900000-960000|words|staff|"})
    assert told(report, "warning") == [("the-bell", "restrictions")]


@pytest.mark.parametrize("restriction", ["30000-20000|words|staff|", "seg 0-2|words|staff|", "10-20|taste|staff|", "10-20|words|friends|",
                                         "ten to twenty|words|staff|", "10-20"])
def test_a_restriction_that_cannot_be_read_refuses_the_row(bell: Archive, restriction: str) -> None:
    assert told(bell.bring({**ROW, "restrictions": restriction}), "refused") == [("the-bell", "restrictions")]


def test_a_later_restriction_narrows_at_once_and_none_is_lifted(bell: Archive) -> None:
    bell.bring(ROW)
    assert counts(bell.bring({**ROW, "restrictions": "seg 3-3|words|staff|"})) == {"narrowed": 1}
    assert shown(bell, 1) == "One Two # Four"
    report = bell.bring({**ROW, "restrictions": ""})
    assert told(report, "warning") == [("the-bell", "restrictions")] and shown(bell, 1) == "One Two # Four"
    assert counts(bell.bring({**ROW, "restrictions": ""})) == {"unchanged": 1}
    assert told(bell.bring(ROW), "warning") == [] and shown(bell, 1) == "One Two # Four", "a table without the column says nothing of it"


def test_a_restriction_by_time_holds_in_a_later_version_and_a_later_transcript(bell: Archive) -> None:
    said = {**ROW, "transcripts": "bell.en.vtt|en|verbatim", "restrictions": "20000-30000|words|staff|"}
    bell.bring(said)
    bell.write("bell.en.vtt", vtt((*CUES["en"][:2], "Three, whom we called Perrit.", CUES["en"][3])))
    bell.bring({**said, "transcripts": ROW["transcripts"]})
    bell.publish("the-bell")
    assert (shown(bell, 1), shown(bell, 2)) == ("One Two # Four", "Один Двое # Четверо")


def test_a_restriction_by_segment_holds_for_its_words_when_a_later_version_moves_them(bell: Archive) -> None:
    said = {**ROW, "transcripts": "bell.en.txt|en|verbatim", "restrictions": "seg 3-3|words|staff|"}
    bell.bring(said)
    bell.write("bell.en.txt", "\n\n".join(("A line that was forgotten.", *CUES["en"])) + "\n")
    bell.bring(said)
    assert "Perrit" not in read_by(bell, "the-bell")


@pytest.mark.parametrize("table", [{"transcripts": "words.txt|en|verbatim"}, {}], ids=["with the file", "of restrictions alone"])
def test_a_table_counts_in_the_file_although_its_words_were_cut_otherwise_since(archive: Archive, table: dict[str, str]) -> None:
    archive.write("words.txt", "one\n\ntwo\n\nthree")
    archive.bring({"identifier": "corrected", "title": "Words", "transcripts": "words.txt|en|verbatim"})
    for base, words in enumerate(("zero one two three", "nil zero one two three"), 1):
        splice = drafting.Splice(0, None, tuple(Spoken(None, None, "", word) for word in words.split()))
        saved = drafting.save(archive.engine, operator(), "corrected", 1, base, 0, 0, splice)
        drafting.finish(archive.engine, operator(), "corrected", 1, saved.key, saved.serial, base, Approval())
    told = archive.bring({"identifier": "corrected", "title": "Words", "restrictions": "seg 3|words|staff|she asked", **table})
    assert read_by(archive, "corrected") == "nil / zero / [withheld] / two / [withheld]", "the third of the file, and the third now"
    assert RECOUNTED in [each.message for each in told.rows]


def test_nobody_finds_withheld_words(bell: Archive) -> None:
    bell.bring({**ROW, "restrictions": "seg 3-3|words|staff|"})
    with bell.room() as room:
        for q in ("Perrit", "Перрит", '"Three and Perrit"', "Perr*", "quay NEAR Perrit"):
            assert find(room, bell.index, Question(q=q)).total == 0, q
        assert suggest(room, bell.index, "perr") == suggest(room, bell.index, "пер") == ()
        assert find(room, bell.index, Question(q="quay boat")).total == 0, "no passage runs across a withheld block"
        assert room.testimonies(Narrowing()).total == 1
    with bell.room("archivist") as room:
        assert find(room, bell.index, Question(q="Perrit")).total == 1


def test_words_are_closed_for_whom_the_transcript_is(bell: Archive) -> None:
    bell.bring({**ROW, "access_transcript": "staff", "restrictions": "seg 3-3|words|registered|"})
    for who in ("anonymous", "registered"):
        with pytest.raises(NotFound):
            read_by(bell, "the-bell", who)
    assert shown(bell, 1, "archivist") == "One Two Three Four"

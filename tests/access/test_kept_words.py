"""Words looked for at the desk: in everything that is tended, and in nothing else."""

from __future__ import annotations

import pytest

from archive_app.access.desk import Desk
from archive_app.access.kept_transcript_readings import KeptPassages
from archive_app.errors import Invalid
from archive_app.records.base import reading
from tests.actions.asking import account
from tests.factories.archives import Archive

CUES = ("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Hesta>The Lantern hung there\n\n00:02.000 --> 00:04.000\nquellwater ran, and the lantern swung\n\n"
        "00:04.000 --> 00:06.000\nİşıq söndü. Фонарь погас. 100%_sure\n")


@pytest.fixture
def bell(sqlite_archive: Archive) -> Archive:
    archive = sqlite_archive
    archive.write("bell.vtt", CUES)
    archive.write("sea.txt", "A lantern at sea.\n")
    row = {"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta", "transcripts": "bell.vtt|en|verbatim",
           "publish": "no", "restrictions": "2000-4000|words|staff|asked"}
    archive.bring(row, {**row, "identifier": "the-sea", "title": "The sea", "collection": "hills", "transcripts": "sea.txt|en|verbatim",
                        "restrictions": ""})
    return archive


def found(archive: Archive, words: str, *collections: str) -> KeptPassages:
    who = account(archive.engine, f"{'-'.join(collections) or 'all'}@example.org", "archivist", *collections)
    with reading(archive.engine) as session:
        return Desk(session, who).passages(words)


@pytest.mark.parametrize(("words", "places"), [
    ("lantern", [1, 2]), ("LANTERN", [1, 2]), ("antern swung", [2]), ('"lantern swung"', [2]), ('"swung lantern"', []), ("işıq", [3]), ("ФОНАРЬ", [3]),
    ("100%_", [3]), ("100_", []), ("quellwater", [2]), ("nowhere", []), ("", []), ('"', [])])
def test_unpublished_and_withheld_words_are_found_letter_by_letter(bell: Archive, words: str, places: list[int]) -> None:
    assert [each.ordinal for each in found(bell, words, "valley").items] == places


def test_a_passage_says_where_it_stands(bell: Archive) -> None:
    one, two = found(bell, "lantern", "valley").items
    assert (one.id, one.n, one.start_ms, one.speaker, one.withheld, two.withheld) == ("the-bell", 1, 1000, "Hesta", False, True)
    assert one.pieces == (("The ", False), ("Lantern", True), (" hung there", False))


def test_what_others_tend_is_not_found(bell: Archive) -> None:
    assert {each.id for each in found(bell, "lantern", "hills").items} == {"the-sea"}
    assert {each.id for each in found(bell, "lantern").items} == {"the-bell", "the-sea"}


def test_pages_follow_each_other_and_long_words_are_cut(bell: Archive) -> None:
    bell.write("long.txt", "\n\n".join([f"stone {n}" for n in range(30)] + [f"{'before ' * 80}stone{' after' * 200}"]))
    bell.bring({"identifier": "the-wall", "title": "The wall", "languages": "en", "narrators": "Vellan, Hesta", "transcripts": "long.txt|en|verbatim"})
    who = account(bell.engine, "v@example.org", "archivist", "valley")
    with reading(bell.engine) as session:
        one, two = (Desk(session, who).passages("stone", page) for page in (1, 2))
    assert (len(one.items), one.more, len(two.items), two.more) == (20, True, 11, False)
    last = two.items[-1]
    assert last.before and last.after and len(last.text) < 600 and "stone" in [text for text, marked in last.pieces if marked]


def test_what_cannot_be_asked_is_said(bell: Archive) -> None:
    who = account(bell.engine, "v@example.org", "archivist", "valley")
    with reading(bell.engine) as session:
        for words, page in (("a b c d e f g h i j k l m", 1), ("a", 0), ("a", 501)):
            with pytest.raises(Invalid):
                Desk(session, who).passages(words, page)

"""Restrictions at their edges: words without an end, words that come after the restriction, what has no time line, many at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from archive_app import clock
from archive_app.actions.verifying import findings
from archive_app.errors import Damaged
from archive_app.records.base import reading, writing
from archive_app.records.restrictions import WithheldRun
from archive_app.search.find import find_in
from tests.actions.asking import read_by, told
from tests.factories.archives import Archive

TOLD = {"identifier": "the-bell", "title": "The bell", "languages": "en;ru", "narrators": "Vellan, Hesta"}
PLAIN = "[00:00:00] One.\n\n[00:00:10] Two.\n\n[00:00:20] Three quellwater.\n\n[00:00:30] Four quellwater.\n"
TIMED = "WEBVTT\n\n" + "\n".join(f"00:{start:02}.000 --> 00:{start + 9:02}.000\n{words}\n" for start, words in
                                  ((0, "Один."), (10, "Два."), (20, "Три ключевая."), (30, "Четыре ключевая.")))


def found(archive: Archive) -> list[Damaged]:
    with reading(archive.engine) as session:
        return list(findings(session, archive.vault, archive.index, clock.now()))


def test_a_last_segment_without_an_end_is_withheld_in_the_translation_too(archive: Archive) -> None:
    archive.write("bell.txt", PLAIN)
    archive.write("bell.ru.vtt", TIMED)
    archive.bring({**TOLD, "transcripts": "bell.txt|en|verbatim;bell.ru.vtt|ru|translation", "restrictions": "seg 3-4|words|staff|asked"})
    assert "quellwater" not in read_by(archive, "the-bell") and "ключевая" not in read_by(archive, "the-bell", n=2)
    assert "Два." in read_by(archive, "the-bell", n=2), "and no more than that"


@pytest.mark.parametrize("texts", ["bell.txt|en|verbatim", "bell.txt|en|verbatim;bell.ru.vtt|ru|translation"])
def test_words_that_come_after_their_restriction_are_withheld(archive: Archive, texts: str) -> None:
    row = {**TOLD, "restrictions": "seg 3-4|words|staff|asked"}
    archive.write("bell.txt", PLAIN)
    archive.write("bell.ru.vtt", TIMED)
    archive.bring(row)
    archive.bring({**row, "transcripts": texts})
    archive.publish("the-bell")
    assert "quellwater" not in read_by(archive, "the-bell") and "One." in read_by(archive, "the-bell")


@pytest.mark.parametrize("what", ["document", "image", "words+image"])
def test_what_has_no_time_line_is_not_taken_and_not_obeyed(archive: Archive, what: str) -> None:
    archive.write("bell.txt", PLAIN)
    report = archive.bring({**TOLD, "transcripts": "bell.txt|en|verbatim", "restrictions": f"seg 3-4|{what}|staff|asked"})
    assert told(report, "refused") == [("the-bell", "restrictions")]


def taken_away(archive: Archive) -> Iterator[str]:
    """What `verify` says after each restriction lost what it withholds."""
    with writing(archive.engine) as session:
        session.execute(delete(WithheldRun))
        session.commit()
    yield from (each.where for each in found(archive))


@pytest.mark.parametrize("said", ["seg 3-4|words|staff|asked", "20000-31000|words|staff|asked"])
def test_verify_sees_a_restriction_that_withholds_nothing(archive: Archive, said: str) -> None:
    archive.write("bell.txt", PLAIN)
    archive.bring({**TOLD, "transcripts": "bell.txt|en|verbatim", "restrictions": said})
    assert found(archive) == []
    assert any("restriction" in where for where in taken_away(archive))


def test_a_word_that_a_thousand_passages_hold_is_found_in_all_of_them(sqlite_archive: Archive) -> None:
    archive = sqlite_archive
    paragraph = " ".join(["The river rose and the people went up the hill with all that they had."] * 8)
    archive.write("long.txt", "\n\n".join(f"{paragraph} Number {n}." for n in range(1_050)))
    archive.bring({**TOLD, "transcripts": "long.txt|en|verbatim"})
    with archive.room() as room:
        assert len(find_in(room, archive.index, "the-bell", "river").hits) > 1_000

"""What the name filter cannot decide is a list on the desk: of closed names alone, in every text that it goes through."""

from __future__ import annotations

import pytest

from tests.access.test_desk import desk
from tests.factories.archives import Archive, viewer

TOLD = {"identifier": "told-one", "title": "Told", "narrators": "Thornby, Silas", "languages": "en", "transcripts": "words.vtt|en|verbatim"}


def found(archive: Archive, **more: str) -> list[tuple[str, str, str]]:
    """(written, part, why) of what is in doubt in a testimony with words, as a custodian has it."""
    archive.write("words.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Thornbe>I am Thorn-\n\n00:02.000 --> 00:03.000\nby, Mr. Thornbi, silas.\n")
    archive.bring({**TOLD, **more})
    with desk(archive, viewer("custodian")) as opened:
        doubts = [(each.written, each.part, each.why) for each in opened.doubts("told-one")]
        assert opened.closes_names("told-one") or not doubts
        return doubts


@pytest.mark.parametrize("more", [{"naming": "anonymous"}, {"naming": "initial", "publish": "no"}])
def test_it_names_what_the_import_named(archive: Archive, more: dict[str, str]) -> None:
    assert found(archive, **more) == [("Thorn- | by", "Thornby", "split"), ("Thornbe", "Thornby", "slip"), ("Thornbi", "Thornby", "slip"),
                                      ("silas", "Silas", "small")]


@pytest.mark.parametrize("more", [{}, {"publish": "no"}, {"access": "registered"}])
def test_a_name_that_every_reader_reads_is_in_no_doubt(archive: Archive, more: dict[str, str]) -> None:
    assert found(archive, naming="real", **more) == []


def test_title_and_captions_are_looked_at(archive: Archive) -> None:
    assert ("Tornby", "Thornby", "slip") in found(archive, naming="anonymous", title="Told by Mr. Tornby")

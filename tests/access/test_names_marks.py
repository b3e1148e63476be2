"""Names recorded without marks, broken at the end of a line, or small among the keywords: they are hidden all the same."""

from __future__ import annotations

import pytest

from tests.factories.archives import Archive


@pytest.mark.parametrize(("recorded", "spoken", "gone"), [
    ("Celik, Sukru", "My name is Şükrü Çelik.", ("Şükrü", "Çelik")),
    ("Oguz, Zoe", "Zoë Oğuz came.", ("Zoë", "Oğuz")),
    ("Sean, Jose", "José and Seán.", ("José", "Seán")),
    ("Çelik, Şükrü", "Sukru Celik said so.", ("Sukru", "Celik")),
    ("Quillby, Ada", "It was Quill- by who came.", ("Quill", " by ")),
])
def test_a_name_is_hidden_with_and_without_its_marks(archive: Archive, recorded: str, spoken: str, gone: tuple[str, ...]) -> None:
    archive.write("words.txt", spoken + "\n")
    archive.bring({"identifier": "told-one", "title": "Told", "narrators": recorded, "naming": "pseudonym", "pseudonym": "The miller",
                   "languages": "en", "transcripts": "words.txt|en|verbatim"}, settled=False)
    with archive.room() as room:
        shown = str(room.transcript("told-one", 1).blocks)
    assert not [each for each in gone if each in shown]
    assert "The miller" in shown


def test_a_small_keyword_is_hidden(archive: Archive) -> None:
    archive.bring({"identifier": "told-one", "title": "Told", "narrators": "Quillby, Ada", "naming": "anonymous", "languages": "en",
                   "keywords": "mill;quillby;the ada letters"}, settled=False)
    with archive.room() as room:
        assert room.testimony("told-one").keywords == ("mill", "N. N.", "The N. N. Letters")

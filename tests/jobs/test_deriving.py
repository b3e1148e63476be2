"""Copies follow the terms: each audience finds its own, nobody finds another's, and a death in the middle loses nothing."""

from __future__ import annotations

import pytest

from archive_app.errors import NotFound
from tests.factories.archives import Archive
from tests.factories.sounds import recording

CUES = "WEBVTT\n\n" + "\n\n".join(f"00:{at:02}.000 --> 00:{at + 2:02}.000\nSentence {at}." for at in range(0, 10, 2)) + "\n"


@pytest.fixture
def told(archive: Archive) -> Archive:
    """Ten seconds of tones, a sentence each two seconds, the third withheld from all but staff."""
    recording(archive.incoming / "told.wav", [(at * 1000, at * 1000 + 2000, 300 + 40 * at) for at in range(0, 10, 2)])
    archive.write("told.vtt", CUES)
    archive.bring({"identifier": "told", "title": "Told", "transcripts": "told.vtt|en|verbatim", "media": "told.wav|Tape 1",
                   "restrictions": "4000-6000|words|staff|asked"})
    return archive


def test_nothing_is_served_before_a_copy_is_made(told: Archive) -> None:
    with told.room() as room:
        (medium,) = room.testimony("told").recordings
    assert medium.copies == () and medium.withheld == ((4000, 6000),)


def test_each_audience_finds_its_own_copy(told: Archive) -> None:
    told.derive()
    with told.room() as room:
        public = room.testimony("told").recordings[0]
        mine = room.media(public.copies[0].id)
    assert {each.recipe for each in public.copies} == {"sound", "peaks"}
    assert mine.media_type == "audio/mp4" and mine.size > 1000
    with told.room("archivist") as room:
        staff = room.testimony("told").recordings[0]
        assert staff.withheld == ()
        assert {each.id for each in staff.copies}.isdisjoint(each.id for each in public.copies)
        room.media(staff.copies[0].id)
        with pytest.raises(NotFound):
            room.media(public.copies[0].id)
    with told.room() as room, pytest.raises(NotFound):
        room.media(staff.copies[0].id)

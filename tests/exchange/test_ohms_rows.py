from __future__ import annotations

import pytest

from archive_app.exchange.manifest import MediaFile, NamedPerson, TranscriptFile
from archive_app.exchange.ohms_reading import parse_ohms
from archive_app.exchange.ohms_rows import as_testimony
from tests.factories.ohms import FILE_54, FILE_60, ohms


def test_a_file_as_the_row_that_would_say_the_same() -> None:
    made = as_testimony(parse_ohms(FILE_54), "talks/bell.xml", {"bell-rope.mp3", "other.mp3"})
    row = made.row
    assert (row.title, row.abstract) == ("The bell rope & the quay", "A bell, a rope and a river. All of it is invented.")
    assert row.keywords == ("rope", "bell", "Bells", "Ferries")
    assert row.date is not None and row.date.text == "1991-05-14"
    assert row.narrators == (NamedPerson("Hesta Vellan", ""), NamedPerson("Davin Vellan", ""))
    assert row.interviewers == (NamedPerson("Ressa Calvorn", ""),)
    assert row.transcripts == (TranscriptFile("talks/bell.xml", "en", "verbatim"), TranscriptFile("talks/bell.xml", "ru", "translation"))
    assert row.media == (MediaFile("bell-rope.mp3", ""),)
    assert row.languages == ("en", "ru")
    assert [(len(each.cues), len(each.notes)) for each in made.transcripts] == [(9, 2), (4, 1)]
    assert [(point.start_ms, point.language) for point in made.points] == [(0, "en"), (240_000, "en"), (0, "ru")]


def test_the_file_decides_nothing_about_access_consent_and_publishing() -> None:
    made = as_testimony(parse_ohms(FILE_54), "bell.xml")
    row = made.row
    assert (row.identifier, row.collection, row.access, dict(row.access_by_layer), row.publish) == ("", "", "", {}, None)
    assert (row.consent_file, row.consent_note, row.consent_date, row.naming, row.restrictions) == ("", "", None, "real", ())
    assert [warning for warning in made.warnings if "use is restricted" in warning]
    assert made.accession == "ombrel-0014"


def test_nothing_of_the_file_is_lost_without_a_word() -> None:
    told = as_testimony(parse_ohms(FILE_54), "bell.xml").told
    assert {name: told[name] for name in ("series_name", "repository", "rights", "usage", "userestrict", "format", "user_notes", "funding")} == {
        "series_name": "Quays", "repository": "Archive of Tessen (invented)", "rights": "Ask the family.", "usage": "Cite as: Vellan, invented.",
        "userestrict": "1", "format": "audio", "user_notes": "Loud river.", "funding": "Nobody paid for this."}
    twice = as_testimony(parse_ohms(ohms("<format>sound</format><format>text</format><transcript>words</transcript>")), "a.xml").told
    assert twice["format"] == "sound\ntext"


def test_a_recording_that_does_not_lie_beside_the_file_is_named() -> None:
    made = as_testimony(parse_ohms(FILE_60), "lamp.xml", {"Lamp.mp4"})
    assert made.row.media == () and made.warnings == ("The recording (lamp.mp4) does not lie beside the file and was not taken in.",)


@pytest.mark.parametrize(
    ("value", "words", "date", "warned"),
    [
        ("1991-05-14", "14 May 1991", "1991-05-14", False),
        ("1991-05-00", "", "1991-05", False),
        ("1991-00-00", "", "1991", False),
        ("", "1988~", "1988~", False),
        ("", "Unknown Date", "", False),
        ("", "", "", False),
        ("14/05/1991", "199X", "199X", False),
        ("", "in the spring", "", True),
    ],
)
def test_dates(value: str, words: str, date: str, warned: bool) -> None:
    data = ohms(f"<date_nonpreferred_format>{words}</date_nonpreferred_format><transcript>words</transcript>").replace(
        b'<date value=""', f'<date value="{value}"'.encode())
    made = as_testimony(parse_ohms(data), "a.xml")
    assert (made.row.date.text if made.row.date else "", bool(made.warnings)) == (date, warned)


def test_words_in_no_known_language_and_no_transcript_at_all() -> None:
    assert as_testimony(parse_ohms(ohms("<transcript>words</transcript>")), "a.xml").row.transcripts == (
        TranscriptFile("a.xml", "und", "verbatim"),)
    made = as_testimony(parse_ohms(ohms("<index><point><time>1</time><title>T</title></point></index>")), "a.xml")
    assert (made.row.transcripts, made.transcripts) == ((), ()) and len(made.points) == 1

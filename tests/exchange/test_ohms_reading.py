from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive_app.errors import Invalid
from archive_app.exchange.cues import Cue, Parsed, check_times
from archive_app.exchange.ohms_reading import as_parsed, parse, parse_ohms
from archive_app.exchange.ohms_values import Gps, Link, Ohms, OhmsTranscript
from archive_app.exchange.ohms_xml import is_ohms
from tests.factories.ohms import FILE_54, FILE_60, captioned, lettered, ohms
from tests.factories.shared import data_folder


def real(name: str) -> bytes:
    return (Path(data_folder()) / "ohms" / name).read_bytes()


def spoken(data: bytes) -> list[tuple[int | None, str, str]]:
    return [(cue.start_ms, cue.speaker, cue.text) for cue in parse(data).cues]


def words_of(transcript: OhmsTranscript | None) -> OhmsTranscript:
    assert transcript is not None
    return transcript


def about(ohms_file: Ohms) -> list[tuple[str, str, list[str]]]:
    """Each note with the words, or the word behind which, it stands."""
    held = words_of(ohms_file.transcript)
    return [(note.text, note.link, [held.cues[at.cue].text[at.start:at.end] or held.cues[at.cue].text[:at.start].split()[-1]
                                    for at in note.anchors]) for note in held.notes]


def test_an_index_without_a_transcript() -> None:
    read = parse_ohms(real("alyea_OH0010.xml"))
    assert len(read.points) == 15 and read.transcript is None and read.warnings == ()
    assert (read.points[1].start_ms, read.points[1].title) == (302_000, "Family Background and Early Interest in Chemistry")
    assert read.points[0].keywords[:2] == ("American Chemical Society (ACS)", "Chemical warfare") and len(read.points[0].keywords) == 16
    assert read.metadata.accession == "OH0010"
    with pytest.raises(Invalid, match="only an index"):
        as_parsed(read)


def test_a_text_with_a_sync_string() -> None:
    read = parse_ohms(real("duarte_OH0344.xml"))
    held = words_of(read.transcript)
    assert (len(held.sync), len(read.points), held.language) == (28, 7, "en")
    (warning,) = read.warnings
    assert warning.startswith("3 change(s) of speaker stand inside a line")
    assert {cue.speaker for cue in held.cues} == {"BROCK", "DUARTE", ""}
    assert [cue.text for cue in held.cues if not cue.speaker] == ["[END OF INTERVIEW]"]
    assert sorted({cue.start_ms or 0 for cue in held.cues}) == [minute * 60_000 for minute in range(29)]
    first_said = {cue.start_ms: cue.text for cue in reversed(held.cues)}
    assert str(first_said[60_000]).startswith("My grandfather Cardoza--also")
    assert first_said[1_680_000] == "Thanks so very much for your time."
    assert read.metadata.date == "2006-06-13" and read.metadata.duration_ms == 1_686_000
    assert read.points[0].places == (Gps(37.211, -122.273, "Pescadero, California", 11),)
    assert check_times(held.cues, read.metadata.duration_ms).warnings == ()


def test_no_word_of_a_real_text_is_lost_or_doubled() -> None:
    data = real("duarte_OH0344.xml")
    text = data.decode().split("<transcript>")[1].split("</transcript>")[0].replace("&quot;", '"')
    cues = words_of(parse_ohms(data).transcript).cues
    told = " ".join(cue.text for cue in cues).split()
    lines = [re.sub(r"^(?:BROCK|DUARTE):", "", line) for line in text.split("\n")]
    assert told == " ".join(lines).split()


def test_hyperlinks_and_times_without_a_text() -> None:
    read = parse_ohms(real("index_hyperlinks_example.xml"))
    assert len(read.points) == 2 and read.transcript is None
    assert read.points[1].links[2] == Link("https://digital.sciencehistory.org/works/1n79h560c",
                                           "Oral history interview with Malcolm M. Renfrew")
    assert read.warnings == ("There are times (sync) and no text that they belong to.",)


def test_captions_whose_last_end_runs_backward() -> None:
    held = words_of(parse_ohms(real("small-sample-vtt-ohms.xml")).transcript)
    assert len(held.cues) == 6 and [cue.speaker for cue in held.cues[:2]] == ["SCHNEIDER", "NAME OF INTERVIEWEE"]
    assert "childhood in DC" not in held.cues[3].text and "interest in learning. One day" in held.cues[3].text
    checked = check_times(held.cues, None)
    assert len(checked.warnings) == 1 and checked.warnings[0].startswith("Cue 6")


def test_a_file_in_which_there_is_nothing_to_import_is_refused() -> None:
    with pytest.raises(Invalid, match="nothing to import"):
        parse_ohms(real("empty_ohms.xml"))


def test_other_xml_is_told_from_ohms() -> None:
    assert [(path.name, is_ohms(path.read_bytes())) for path in sorted((data_folder() / "ohms").iterdir())] == [
        ("alyea_OH0010.xml", True), ("duarte_OH0344.xml", True), ("empty_ohms.xml", True), ("index_hyperlinks_example.xml", True),
        ("ohms.xsd", False), ("simple.vtt", False), ("small-sample-vtt-ohms.xml", True)]
    with pytest.raises(Invalid, match="no OHMS"):
        parse_ohms(real("ohms.xsd"))


def test_everything_of_an_invented_5_4() -> None:
    read = parse_ohms(FILE_54)
    held, other = words_of(read.transcript), words_of(read.alternate)
    assert read.warnings == ()
    assert [(cue.start_ms, cue.speaker, cue.text) for cue in held.cues] == [
        (0, "CALVORN", "Today is the fourteenth of May. Please begin wherever you like."),
        (0, "VELLAN", "I will"),
        (60_000, "VELLAN", "begin with the bell, because everybody asks about the bell."),
        (120_000, "VELLAN", "It hung at the end of the quay, and it had a rope as thick as my wrist."),
        (120_000, "", "It was rung for three things. Two strokes meant the ferry."),
        (120_000, "CALVORN", "Who looked after it?"),
        (120_000, "VELLAN", "My"),
        (240_000, "VELLAN", "father did. [pause]"),
        (240_000, "", "[END OF INTERVIEW]"),
    ]
    assert about(read) == [("The bell of Low Ombrel is known from two drawings.", "https://bells.example/low-ombrel", ["bell"]),
                           ("The ferry ran until 1954 & not later.", "", ["ferry"])]
    assert (other.language, [cue.start_ms for cue in other.cues]) == ("ru", [0, 0, 30_000, 60_000])
    assert other.cues[2].text == "начну с колокола, о нём все" and other.notes[0].text == "Колокол известен по двум рисункам."
    said = read.metadata
    assert (said.interviewees, said.interviewers, said.languages) == (("Hesta Vellan", "Davin Vellan"), ("Ressa Calvorn",), ("en",))
    assert (said.rights, said.usage, said.use_is_restricted) == ("Ask the family.", "Cite as: Vellan, invented.", True)
    assert (said.media_url, said.file_name, said.duration_ms) == ("https://media.example/bell-rope.mp3", "bell-rope.mp3", 330_000)
    assert {"user_notes": "Loud river.", "mediafile host_clip_id": "clip-3", "record id": "00000412"}.items() <= dict(read.other).items()


def test_points_in_both_languages_with_places_and_links() -> None:
    read = parse_ohms(FILE_54)
    first, second = read.points
    assert (first.title, first.excerpt) == ("The bell", "I will begin with the bell,\nbecause everybody asks")
    assert first.places == (Gps(-48.86, -123.38, "Low Ombrel", 14), Gps(-48.811, -123.302, "Tessen"))
    assert first.links == (Link("https://bells.example/", "Bells & ropes"), Link("https://ferries.example/"))
    assert (second.start_ms, second.title, second.places, second.links) == (240_000, "The father", (), ())
    (other,) = read.alternate_points
    assert (other.language, other.title, other.keywords, other.subjects) == ("ru", "Колокол", ("колокол", "канат"), ("Колокола",))
    assert other.places == (Gps(-48.86, -123.38, "Нижний Омбрель", 14),) and other.links == (Link("https://bells.example/", "Колокола"),)


def test_everything_of_an_invented_6_0() -> None:
    read = parse_ohms(FILE_60)
    held, other = words_of(read.transcript), words_of(read.alternate)
    assert held.cues == (
        Cue(1500, 6000, "Bu gün mayın on dördüdür. Buyurun.", "RESSA CALVORN"),
        Cue(6000, 12_250, "Evimiz iki mərtəbəli idi & anam çıraq yandırırdı.", "SERRA ULVEN", "second"),
        Cue(12_250, 12_250, "Sonra su gəldi."),
    )
    assert about(read) == [("The day before the water & after.", "https://days.example/?a=1&b=2", ["mayın on dördüdür", "yandırırdı"]),
                           ("A lamp. See lamps", "https://lamps.example/", ["çıraq"])]
    assert (held.language, other.language) == ("az", "en")
    assert [(cue.speaker, cue.text) for cue in other.cues] == [
        ("CALVORN", "Today is the fourteenth of May."), ("ULVEN", "Our house had two floors."), ("CALVORN", "And then?")]
    assert ("annotations", "Annotation Set Title: Qeydlər\nAnnotation Set Creator: nobody") in read.other
    assert read.warnings == () and read.metadata.date_words == "1988~"
    assert as_parsed(read) == Parsed(held.cues, (), "az", notes=held.notes) and as_parsed(read, second_language=True).language == "en"


def test_a_text_without_times_and_one_with_time_codes_of_its_own() -> None:
    assert spoken(lettered("MIRA: One.\n\nTwo.\n")) == [(None, "MIRA", "One."), (None, "", "Two.")]
    assert spoken(lettered("[00:00:05] One.\n\n[00:01:00] Two.")) == [(5000, "", "One."), (60_000, "", "Two.")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MIRA:\nOne.\nTwo.", [("MIRA", "One. Two.")]),
        ("MIRA:\n\nOne.", [("MIRA", "One.")]),
        ("One.\nМИРА: Two.\nTHE BOARD'S CLERK: Three.", [("", "One."), ("МИРА", "Two."), ("THE BOARD'S CLERK", "Three.")]),
        ("Q: One?\nA: Two.", [("Q", "One?"), ("A", "Two.")]),
        ("Age: 73\n\nAt 10:30 we left.", [("", "Age: 73"), ("", "At 10:30 we left.")]),
        ("A USA1954: no name.", [("", "A USA1954: no name.")]),
        ("Mira: One?\nAda: Two.\nMira: Three?\nAda: Four.", [("Mira", "One?"), ("Ada", "Two."), ("Mira", "Three?"), ("Ada", "Four.")]),
        ("One {1:00} two {12} three.", [("", "One two {12} three.")]),
    ],
)
def test_who_speaks(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(speaker, words) for _, speaker, words in spoken(lettered(text))] == expected


def test_words_between_two_points_on_one_line() -> None:
    assert spoken(lettered("ADA: one two three four", "1:|1(3)|1(4)|1(5)")) == [
        (0, "ADA", "one"), (60_000, "ADA", "two"), (120_000, "ADA", "three"), (180_000, "ADA", "four")]


def test_a_point_at_the_name_is_a_point_at_its_first_word() -> None:
    assert spoken(lettered("One.\n\nADA: two", "1:|3(1)")) == [(0, "", "One."), (60_000, "ADA", "two")]


def test_line_ends_of_another_system_count_as_one() -> None:
    text = "one\n\ntwo\nthree"
    assert spoken(lettered(text.replace("\n", "\r\n"), "1:|4(1)")) == spoken(lettered(text, "1:|4(1)"))


@pytest.mark.parametrize("text", ["No transcript.", " no  transcript ", "\n \n", ""])
def test_the_words_no_transcript_are_no_transcript(text: str) -> None:
    with pytest.raises(Invalid, match="nothing to import"):
        parse_ohms(lettered(text))


def test_captions_without_signature_and_captions_without_words() -> None:
    assert spoken(captioned("00:01.000 --> 00:02.000\n<v Mira Arden>Body<br/>\nand more")) == [(1000, "Mira Arden", "Body and more")]
    with pytest.raises(Invalid, match="nothing to import"):
        parse_ohms(captioned("WEBVTT\n\nNOTE\nTRANSCRIPTION BEGIN\n\nNOTE\nTRANSCRIPTION END\n"))
    with pytest.raises(Invalid, match="no words with times"):
        parse_ohms(captioned("WEBVTT\n\nthese words have no times"))


def test_where_both_forms_are_there_the_captions_are_taken_with_a_warning() -> None:
    read = parse_ohms(captioned("WEBVTT\n\n00:01.000 --> 00:02.000\ntimed", "<transcript>untimed</transcript>"))
    assert as_parsed(read).cues[0].text == "timed" and "twice" in read.warnings[0]


def test_the_language_of_the_captions_goes_before_the_records() -> None:
    read = parse_ohms(captioned("WEBVTT\nLanguage: hy\n\n00:01.000 --> 00:02.000\nwords",
                                "<language>English; Azerbaijani (Cyrillic) and az-Cyrl; Tavrelian</language>"))
    assert as_parsed(read).language == "hy"
    assert read.metadata.languages == ("en", "az-Cyrl")
    assert [warning.split("'")[1] for warning in read.warnings] == ["Azerbaijani (Cyrillic)", "Tavrelian"]


@pytest.mark.parametrize(("named", "tag"), [("English", "en"), ("spanish", "es"), ("fr", "fr"), ("eng", "en"), ("Haitian Creole", "ht")])
def test_languages_are_known_by_name_and_by_tag(named: str, tag: str) -> None:
    assert parse_ohms(captioned("00:01.000 --> 00:02.000\nwords", f"<language>{named}</language>")).metadata.languages == (tag,)


def point(inside: str) -> bytes:
    return ohms(f"<index><point>{inside}</point></index><description>x</description>")


def test_points_as_older_files_have_them_and_points_that_cannot_be_placed() -> None:
    (old,) = parse_ohms(point("<time>00:01:02</time><title>;T;</title><gps>1.5, -2</gps><gps_zoom>17</gps_zoom><gps_text>here</gps_text>"
                              "<hyperlink>https://a.example</hyperlink><hyperlink_text>there</hyperlink_text>")).points
    assert (old.start_ms, old.title, old.places, old.links) == (
        62_000, "T", (Gps(1.5, -2.0, "here", 17),), (Link("https://a.example", "there"),))
    with pytest.raises(Invalid, match="nothing to import"):
        parse_ohms(point("<title>never</title>"))
    read = parse_ohms(lettered("words", fields="<index><point><title>never</title></point><point><time>4</time></point></index>"))
    assert read.points == () and read.warnings == ("1 index point(s) have no time that can be read and were left out.",)


@pytest.mark.parametrize("gps", ["91, 0", "0, 181", "somewhere", "1", "1e5, 2", "nan, nan"])
def test_coordinates_that_cannot_be_read_are_kept_as_words(gps: str) -> None:
    read = parse_ohms(point(f"<time>1</time><title>T</title><gpspoints><gps>{gps}</gps><gps_text>hill</gps_text></gpspoints>"))
    assert read.points[0].places == (Gps(None, None, f"hill ({gps})"),) and "coordinates" in read.warnings[0]


def test_a_file_with_two_interviews_or_none_is_refused() -> None:
    one = ohms("<transcript>words</transcript>")
    body = one[one.index(b"<record") : one.index(b"</ROOT>")]
    for count, said in ((0, "no interview"), (2, "2 interviews")):
        with pytest.raises(Invalid, match=said):
            parse_ohms(one.replace(body, body * count))


def test_another_namespace_or_none_makes_no_difference() -> None:
    for other in (b' xmlns="http://old.example/ohms"', b""):
        assert spoken(lettered("ADA: words").replace(b' xmlns="https://www.weareavp.com/nunncenter/ohms"', other)) == [(None, "ADA", "words")]

from __future__ import annotations

import json
from dataclasses import astuple, replace
from functools import cache
from typing import Any

import pytest
from lxml import etree

from archive_app.access import readings
from archive_app.exchange.cues import Cue, Note, check_times
from archive_app.exchange.ohms_reading import as_parsed, parse_ohms
from archive_app.exchange.ohms_rows import as_testimony
from archive_app.exchange.ohms_values import Ohms, OhmsPoint, OhmsTranscript
from archive_app.exchange.ohms_writing import write_ohms
from tests.exchange import make
from tests.exchange.testimonies import told
from tests.factories.ohms import FILE_54, FILE_60, captioned, lettered
from tests.factories.shared import data_folder

CITED = "Vellan, Hesta. “The bell rope & the quay.”"


@cache
def schema() -> Any:
    return etree.XMLSchema(etree.parse(data_folder() / "ohms" / "ohms.xsd"))


def checked(data: bytes) -> bytes:
    """The file, valid where the schema is at hand (`test_what_is_written_is_valid` says when it is not)."""
    try:
        rules = schema()
    except pytest.skip.Exception:
        return data
    assert rules.validate(etree.fromstring(data)), rules.error_log
    return data


def reading_of(held: OhmsTranscript, n: int, duration_ms: int | None = None) -> readings.Transcript:
    """What a viewer who may read everything is given of a transcript."""
    cues = check_times(held.cues, duration_ms).cues
    blocks = make.from_cues(cues, held.language).blocks
    notes = tuple(readings.Note(number, note.text, (note.link,) if note.link else (),
                                tuple((at.cue + 1, at.start, at.end) for at in note.anchors)) for number, note in enumerate(held.notes, 1))
    return readings.Transcript(readings.TranscriptHead(n, held.language, "verbatim"), blocks, notes)


def point_of(point: OhmsPoint) -> readings.IndexPoint:
    return readings.IndexPoint(
        point.start_ms, point.title, point.synopsis, point.keywords, point.language, point.excerpt, point.subjects,
        tuple(readings.MapPoint(*astuple(place)) for place in point.places), tuple(readings.Link(*astuple(link)) for link in point.links))


def described(read: Ohms) -> readings.Testimony:
    said = read.metadata
    people = [*((name, "narrator") for name in said.interviewees), *((name, "interviewer") for name in said.interviewers)]
    made = told(*people, title=said.title, date=said.date or said.date_words, collection=said.collection, languages=said.languages)
    kind = dict(read.other)["fmt"]
    return replace(made, card=replace(made.card, id=said.accession), abstract=said.abstract, keywords=said.keywords,
                   recordings=(readings.Recording("r", kind, "", said.duration_ms),))


def written(read: Ohms) -> bytes:
    held = [each for each in (read.transcript, read.alternate) if each is not None]
    transcripts = [reading_of(each, n, read.metadata.duration_ms) for n, each in enumerate(held, 1)]
    points = [point_of(point) for point in (*read.points, *read.alternate_points)]
    return write_ohms(described(read), transcripts, points, make.withheld, read.metadata.usage, archive=read.metadata.repository)


def timed(held: OhmsTranscript | None, duration_ms: int | None = None) -> tuple[Cue, ...]:
    return check_times(held.cues, duration_ms).cues if held else ()


def notes_of(held: OhmsTranscript | None) -> tuple[Note, ...]:
    return held.notes if held else ()


def test_what_is_written_is_valid_and_what_is_not_is_seen() -> None:
    rules = schema()
    for data in (FILE_54, FILE_60, written(parse_ohms(FILE_54)), written(parse_ohms(FILE_60)), write_ohms(BELL, [], [], make.withheld)):
        assert rules.validate(etree.fromstring(data)), rules.error_log
    assert not rules.validate(etree.fromstring(written(parse_ohms(FILE_60)).replace(b"<fmt>video</fmt>", b"<fmt>film</fmt>")))


@pytest.mark.parametrize("data", [FILE_54, FILE_60], ids=["5.4", "6.0"])
def test_read_written_valid_and_read_again_it_says_the_same(data: bytes) -> None:
    first = parse_ohms(data)
    again = parse_ohms(checked(written(first)))
    assert again.warnings == first.warnings == ()
    for one, other in ((first.transcript, again.transcript), (first.alternate, again.alternate)):
        assert one and other
        assert (timed(one, first.metadata.duration_ms), one.notes, one.language) == (other.cues, other.notes, other.language)
    assert (again.points, again.alternate_points) == (first.points, first.alternate_points)
    for field in ("title", "accession", "abstract", "keywords", "interviewees", "interviewers", "languages", "collection", "repository",
                  "usage", "duration_ms"):
        assert getattr(again.metadata, field) == getattr(first.metadata, field), field
    dates = [as_testimony(each, "a.xml").row.date for each in (first, again)]
    assert dates[0] == dates[1] is not None


def test_what_is_written_twice_is_the_same_and_reading_it_changes_nothing_more() -> None:
    for data in (FILE_54, FILE_60):
        once = written(parse_ohms(data))
        assert once == written(parse_ohms(data))
        assert parse_ohms(written(parse_ohms(once))) == parse_ohms(once)


def test_real_files_come_out_valid_and_equal() -> None:
    for name in ("alyea_OH0010.xml", "duarte_OH0344.xml", "index_hyperlinks_example.xml", "small-sample-vtt-ohms.xml"):
        first = parse_ohms((data_folder() / "ohms" / name).read_bytes())
        again = parse_ohms(checked(written(first)))
        assert again.points == first.points, name
        assert [(cue.start_ms, cue.speaker, cue.text) for cue in timed(again.transcript)] == [
            (cue.start_ms, cue.speaker, cue.text) for cue in timed(first.transcript)], name


BELL = told(("Vellan, Hesta", "survivor"), ("", "witness"), ("A net mender", "narrator"), ("Ink; Jo", "interviewer"), ("Else", "mentioned"))


def test_the_fields_are_those_of_the_reading() -> None:
    data = checked(write_ohms(BELL, [], [readings.IndexPoint(2526, "The quay", "Before the water", ("bell", "a;b"))], make.withheld, CITED,
                              archive="Fictional Archive"))
    read = parse_ohms(data)
    assert (read.metadata.interviewees, read.metadata.interviewers) == (("Vellan, Hesta", "A net mender"), ("Ink, Jo",))
    assert (read.metadata.usage, read.metadata.accession, read.metadata.date) == (CITED, "ferry-1", "1992-02-26")
    assert (read.metadata.languages, read.metadata.repository) == (("az",), "Fictional Archive")
    (point,) = read.points
    assert (point.start_ms, point.title, point.synopsis, point.keywords) == (2000, "The quay", "Before the water", ("bell", "a,b"))
    assert b"Else" not in data


def test_several_tapes_are_as_long_as_the_time_line_and_a_film_goes_before_its_sound() -> None:
    tapes = (readings.Recording("a", "audio", "1", 60_000), readings.Recording("b", "video", "2", 90_500, 60_000),
             readings.Recording("c", "document", "", None))
    data = checked(write_ohms(replace(BELL, recordings=tapes), [make.transcript((0, 1, "", "words"))], [], make.withheld))
    assert parse_ohms(data).metadata.duration_ms == 150_000
    assert data.count(b">video<") == 2 and b">audio<" not in data


def test_a_testimony_whose_description_is_closed() -> None:
    card = replace(BELL.card, title="", people=(), languages=(), date="", describes=False)
    read = etree.fromstring(checked(write_ohms(replace(BELL, card=card), [], [], make.withheld)))
    assert [node.text for node in read.iter("{*}title", "{*}language", "{*}interviewee")] == [None, None]


def test_the_day_of_the_record_is_that_of_the_approval_and_never_today() -> None:
    head = readings.TranscriptHead(1, "en", "verbatim", "1988-12-01")
    transcript = replace(make.transcript((0, 1000, "Ana", "words")), head=head)
    assert b' dt="1988-12-01"' in checked(write_ohms(BELL, [transcript], [], make.withheld))
    assert b' dt="1970-01-01"' in checked(write_ohms(BELL, [replace(transcript, head=replace(head, approved_on="1988~"))], [], make.withheld))


def texts(data: bytes) -> list[str]:
    return [cue.text for cue in as_parsed(parse_ohms(checked(data))).cues]


def test_withheld_words_are_one_cue_without_inner_times() -> None:
    transcript = make.transcript((0, 1000, "Ana", "one"), (1000, 61_000), (61_000, 62_000, "Ana", "two"))
    points = [readings.IndexPoint(0, "Shown"), readings.IndexPoint(31_000, "")]
    data = write_ohms(BELL, [transcript], points, make.withheld)
    assert texts(data) == ["one", "60 seconds are withheld here.", "two"]
    assert data.count(b"--&gt;") == 3 and data.count(b"<time>") == 1
    untimed = write_ohms(BELL, [make.transcript((None, None, "ANA", "one"), (None, None), (None, None, "", "two"))], [], make.withheld)
    assert texts(untimed) == ["one", "[Words are withheld here.]", "two"]


def noted(transcript: readings.Transcript, *notes: tuple[str, str, tuple[tuple[int, int, int], ...]]) -> readings.Transcript:
    """The transcript with notes of these (text, link, places)."""
    made = tuple(readings.Note(n, text, (link,) if link else (), places) for n, (text, link, places) in enumerate(notes, 1))
    return replace(transcript, notes=made)


NOTES = [
    ("about one", "https://n.example/?a&b", ((1, 0, 3),)),
    ("about the withheld", "", ((2, 0, 4),)),
    ("about both", "", ((1, 3, 3), (2, 0, 4))),
    ("about nothing said", "", ()),
    ("about the third", "", ((3, 0, 99),)),
]


@pytest.mark.parametrize("step", [1000, None], ids=["timed", "untimed"])
def test_notes_about_withheld_words_are_withheld(step: int | None) -> None:
    def at(n: int) -> int | None:
        return n * step if step else None

    blocks = [(at(0), at(1), "ANA", "one"), (at(1), at(2)), (at(2), at(3), "ANA", "two")]
    closed = checked(write_ohms(BELL, [noted(make.transcript(*blocks), *NOTES)], [], make.withheld))  # type: ignore[arg-type]
    held = parse_ohms(closed).transcript
    assert [(note.mark, note.text, note.link) for note in notes_of(held)] == [
        ("1", "about one", "https://n.example/?a&b"), ("2", "about the third", "")]
    assert [(at.cue, at.start, at.end) for note in notes_of(held) for at in note.anchors] == (
        [(0, 0, 3), (2, 0, 3)] if step else [(0, 3, 3), (2, 3, 3)])
    blocks[1] = (at(1), at(2), "ANA", "secret")
    opened = parse_ohms(write_ohms(BELL, [noted(make.transcript(*blocks), *NOTES)], [], make.withheld)).transcript  # type: ignore[arg-type]
    assert [note.text for note in notes_of(opened)] == [text for text, _, _ in NOTES]


def test_places_of_notes_that_meet_and_lie_in_each_other() -> None:
    spans = [(0, 7), (0, 3), (3, 3), (3, 7), (7, 7), (4, 5)]
    transcript = noted(make.transcript((0, 1000, "", "abcdefg")), *((f"note {at}", "", ((1, *at),)) for at in spans))
    held = parse_ohms(checked(write_ohms(BELL, [transcript], [], make.withheld))).transcript
    assert held and held.cues[0].text == "abcdefg"
    assert [(note.text, note.anchors[0].start, note.anchors[0].end) for note in held.notes] == [(f"note {at}", *at) for at in spans]


def test_two_languages_and_no_third() -> None:
    made = [make.transcript((0, 1000, "", words), language=tag) for words, tag in (("bir", "az"), ("iki", "az"), ("один", "ru"), ("mek", "hy"))]
    read = parse_ohms(checked(write_ohms(BELL, made, [], make.withheld)))
    assert [each.cues[0].text for each in (read.transcript, read.alternate) if each] == ["bir", "один"]
    assert read.alternate and read.alternate.language == "ru"


def test_words_of_the_second_language_without_times() -> None:
    made = [make.transcript((0, 1000, "", "bir"), language="az"), make.transcript((None, None, "", "один"), language="ru")]
    read = parse_ohms(checked(write_ohms(BELL, made, [], make.withheld)))
    assert read.alternate and (read.alternate.language, read.alternate.cues) == ("ru", (Cue(None, None, "один"),))


@pytest.mark.parametrize("tag", ["az", "az-Cyrl", "prs", "hy", "en-GB", "zh-Hant", "und", "ka", "x-own", "tly"])
def test_languages_come_back_by_name_or_as_their_tag(tag: str) -> None:
    data = checked(write_ohms(told(languages=(tag,)), [make.transcript((0, 1000, "", "words"), language=tag)], [], make.withheld))
    assert as_parsed(parse_ohms(data)).language == tag
    assert parse_ohms(data).metadata.languages == (tag,)


def test_naughty_strings_survive() -> None:
    strings = json.loads((data_folder() / "strings" / "naughty.json").read_text())
    said = [" ".join(text.replace("\0", "").split()) for text in strings if isinstance(text, str)]
    said = [text for text in said if text and all(letter in "\t\n" or letter >= " " and letter not in "\ufffe\uffff" for letter in text)]
    assert len(said) > 90
    transcript = make.transcript(*((n * 1000, n * 1000 + 900, "", text) for n, text in enumerate(said)))
    points = [readings.IndexPoint(n * 1000, text) for n, text in enumerate(said)]
    data = checked(write_ohms(told(title=said[0]), [transcript], points, make.withheld, said[1]))
    assert texts(data) == said
    assert [point.title for point in parse_ohms(data).points] == [text.strip(";").strip() for text in said if text.strip(";").strip()]


def test_letters_that_xml_cannot_hold_are_shown_as_lost() -> None:
    transcript = make.transcript((0, 1000, "A\x01na", "w\0o\x0br\ufffed\ud800s\r\rmore"))
    cue = as_parsed(parse_ohms(checked(write_ohms(told(title="\x02T"), [transcript], [], make.withheld)))).cues[0]
    assert (cue.speaker, cue.text) == ("A\ufffdna", "w\ufffdo\ufffdr\ufffdd\ufffds more".replace("s more", "s  more"))


def test_neither_held_places_nor_markup_can_be_spoken() -> None:
    said = "a\ufdd07\ufdd1b\ufdd2 <c.1>c</c> [[footnote]] ]]> NOTE\n\nANNOTATIONS"
    (cue,) = as_parsed(parse_ohms(checked(write_ohms(BELL, [make.transcript((0, 1000, "\ufdd0x", said))], [], make.withheld)))).cues
    assert cue.text == "a\ufffd7\ufffdb\ufffd <c.1>c</c> [[footnote]] ]]> NOTE  ANNOTATIONS" and cue.speaker == "\ufffdx"


def test_words_that_look_like_notes_stay_words_without_times_too() -> None:
    said = "a [[note]]b[[/note]] [[footnotes]] c[[footnote]]1[[/footnote]]"
    data = write_ohms(BELL, [noted(make.transcript((None, None, "", said)), ("N", "", ((1, 0, 1),)))], [], make.withheld)
    held = parse_ohms(checked(data)).transcript
    assert held and [cue.text for cue in held.cues] == ["a [note]b[/note] [footnotes] c[footnote]1[/footnote]"]
    assert [(note.text, note.anchors[0].end) for note in held.notes] == [("N", 1)]


def test_an_untimed_text_keeps_its_speakers() -> None:
    for data in (lettered("MIRA: One.\n\nADA: Two[[footnote]]1[[/footnote]].\n\n[[note]]N[[/note]]"),
                 captioned("00:01.000 --> 00:02.000\n<v Mira>One.</v>")):
        first = parse_ohms(data)
        held = first.transcript
        assert held is not None
        again = parse_ohms(checked(write_ohms(BELL, [reading_of(held, 1)], [], make.withheld))).transcript
        assert again is not None and (timed(again), again.notes) == (timed(held), held.notes)

"""Files that mean harm, or are broken: one sentence, and nothing else happens."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

import pytest
from lxml import etree

from archive_app.access import readings
from archive_app.errors import Invalid
from archive_app.exchange import xml
from archive_app.exchange.cues import check_times
from archive_app.exchange.encoding import UTF_16_MARKS
from archive_app.exchange.ohms_reading import as_parsed, parse_ohms
from archive_app.exchange.ohms_rows import as_testimony
from archive_app.exchange.ohms_writing import write_ohms
from archive_app.exchange.ohms_xml import is_ohms
from archive_app.exchange.xml import MOST_BYTES
from tests.exchange import make
from tests.exchange.mutate import mutations
from tests.exchange.testimonies import told
from tests.factories.ohms import CAPTIONS, FILE_54, FILE_60, SYNC, TEXT, captioned, lettered, ohms
from tests.factories.shared import data_folder

PLAIN = lettered("ADA: words")
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def refused(data: bytes) -> str:
    with pytest.raises(Invalid) as problem:
        parse_ohms(data)
    assert problem.value.field == "transcripts" and problem.value.reason.endswith(".") and "\n" not in problem.value.reason
    return problem.value.reason


def with_type(declared: str, words: str = "ADA: &x;") -> bytes:
    text = lettered("WORDS").decode().replace("WORDS", words)
    return text.replace(DECLARATION.decode(), DECLARATION.decode() + declared).encode()


def secret(folder: Path) -> str:
    (folder / "secret.txt").write_text("nobody may read this")
    return (folder / "secret.txt").as_uri()


def types(folder: Path) -> dict[str, bytes]:
    """What each of them tries, and the file that tries it."""
    uri = secret(folder)
    return {
        "laughs": with_type(f'<!DOCTYPE ROOT [<!ENTITY l0 "ha">{LAUGHS}]>', "&l9;"),
        "a long word often": with_type(f'<!DOCTYPE ROOT [<!ENTITY x "{"ha" * 50_000}">]>', "&x;" * 50_000),
        "a file": with_type(f'<!DOCTYPE ROOT [<!ENTITY x SYSTEM "{uri}">]>'),
        "passwords": with_type('<!DOCTYPE ROOT [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "the network": with_type('<!DOCTYPE ROOT [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>'),
        "a parameter": with_type(f'<!DOCTYPE ROOT [<!ENTITY % p SYSTEM "{uri}"> %p;]>', "ADA: words"),
        "another DTD": with_type(f'<!DOCTYPE ROOT SYSTEM "{uri}">', "ADA: words"),
        "a default": with_type('<!DOCTYPE ROOT [<!ATTLIST date value CDATA "1991-01-01">]>', "ADA: words"),
        "behind comments": with_type('<!-- > --> <?a <!-- ?><!---->\n<!DOCTYPE ROOT [<!ENTITY x "y">]>'),
        "in UTF-16": with_type('<!DOCTYPE ROOT [<!ENTITY x "y">]>').decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    }


def test_document_types_are_refused_unopened(tmp_path: Path) -> None:
    for name, data in types(tmp_path).items():
        assert "document type" in refused(data), name
        assert is_ohms(data), name


def test_behind_the_first_lock_there_is_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "_DOCTYPE", re.compile("(?!)"))
    for data in types(tmp_path).values():
        refused(data)


def test_were_they_opened_nothing_would_be_read_and_nothing_would_grow(tmp_path: Path) -> None:
    for name, data in types(tmp_path).items():
        text = data.decode("utf-16" if data.startswith(UTF_16_MARKS) else "utf-8").replace("UTF-16", "UTF-8")
        try:
            root = etree.fromstring(text.encode(), xml._parser())
        except etree.XMLSyntaxError:
            continue
        told = "".join(root.itertext())
        assert len(told) < 200_000 and "nobody may read" not in told and "root:" not in told, name
        assert root.find("{*}record/{*}date").get("value") == "", name


def test_words_that_look_like_a_document_type_are_words() -> None:
    read = as_parsed(parse_ohms(lettered("ADA: <!DOCTYPE x [ &amp; <!ENTITY")))
    assert read.cues[0].text == "<!DOCTYPE x [ &amp; <!ENTITY"


def test_entities_that_nobody_declared() -> None:
    assert "not well-formed" in refused(PLAIN.replace(b"words", b"w&ouml;rds"))


def test_nesting() -> None:
    deep = b"<a>" * (50 * 1024 * 1024 // 3)
    assert "bytes" in refused(deep)
    for data in (deep[: MOST_BYTES - 2], PLAIN.replace(b"words", b"<b>" * 400_000 + b"</b>" * 400_000), b"<ROOT>" * 100_000):
        assert "not well-formed" in refused(data)
    assert as_parsed(parse_ohms(PLAIN.replace(b"words", b"<b>" * 200 + b"words" + b"</b>" * 200))).cues[0].text == "words"


def test_size() -> None:
    filled = PLAIN.replace(b"words", b"w" * (MOST_BYTES - len(PLAIN) + 5))
    assert len(filled) == MOST_BYTES and as_parsed(parse_ohms(filled)).cues
    assert "8,388,609 bytes" in refused(filled.replace(b"ww", b"www", 1))


def test_utf_16_with_its_mark_is_xml_too() -> None:
    text = lettered("ADA: çıraq 𐓏 лампа\n\nrest", "1:|3(1)").decode()
    expected = as_parsed(parse_ohms(text.encode()))
    for encoding in ("utf-16", "utf-16-be"):
        mark = b"" if encoding == "utf-16" else b"\xfe\xff"
        for declared in ("UTF-16", "UTF-8"):
            data = mark + text.replace("UTF-8", declared).replace("\n", "\r\n").encode(encoding)
            assert as_parsed(parse_ohms(data)) == expected and is_ohms(data)


def test_marks_blanks_and_no_declaration() -> None:
    expected = parse_ohms(PLAIN)
    for data in (b"\xef\xbb\xbf" + PLAIN, b"\n  " + PLAIN, PLAIN.removeprefix(DECLARATION), b"<!-- c --><?p i?>" + PLAIN.removeprefix(DECLARATION)):
        assert parse_ohms(data) == expected and is_ohms(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not well-formed"),
        (b"\0" * 9, "zero byte"),
        (b"\xff\xfe" + b"\0\xd8" * 9, "UTF-16"),
        (b"\xff\xfea", "UTF-16"),
        (b"\xff\xfe\0\0" + PLAIN.decode().encode("utf-32-le"), "not well-formed"),
        (PLAIN.decode().encode("utf-16-le"), "zero byte"),
        (PLAIN.replace(b"words", "çıraq".encode("cp1254")), "not UTF-8"),
        (PLAIN.replace(b"UTF-8", b"windows-1254"), "calls itself"),
        (PLAIN.replace(b"UTF-8", b"nonsense"), "calls itself"),
        (PLAIN.replace(b"words", b"w\x0brds"), "not well-formed"),
        (PLAIN.replace(b"words", b"w\xef\xbf\xberds"), "not well-formed"),
        (PLAIN.replace(b"words", b"w&#0;rds"), "not well-formed"),
        (PLAIN[:-9], "not well-formed"),
        (PLAIN + b"<more/>", "not well-formed"),
        (b"%PDF-1.7", "not well-formed"),
        (b"<html><body/></html>", "no OHMS"),
        (b'<ROOT xmlns="https://www.weareavp.com/nunncenter/ohms"/>', "no interview"),
    ],
)
def test_broken_files_get_one_sentence(data: bytes, reason: str) -> None:
    assert reason in refused(data)


def test_damaged_ohms_is_ohms_and_other_things_are_not() -> None:
    assert is_ohms(PLAIN[:-30]) and is_ohms(PLAIN.replace(b"words", b"\xff")) and is_ohms(b"<o:ROOT xmlns:o='x'>")
    for data in (b"", b"WEBVTT", b"<ROOTS>", b"<!-- <ROOT> -->", b"ROOT", b"<a><ROOT>", b"\xff\xfe<", b"<?x " * 20_000, b"<!--" * 20_000):
        assert not is_ohms(data)


def seeds() -> list[bytes]:
    return [FILE_54, FILE_60, FILE_54.replace(b"\n", b"\r\n"), captioned(CAPTIONS)]


def never_anything_but_invalid(files: list[bytes], count: int) -> int:
    """Reads damaged files, and what is readable: makes a row of it, checks its times, writes it and reads that again. Returns how many
    were readable."""
    read = 0
    for data in files:
        is_ohms(data)
        try:
            parsed = parse_ohms(data)
            row = as_testimony(parsed, "a.xml")
            checked = [check_times(each.cues, None) for each in row.transcripts]
        except Invalid as problem:
            assert problem.field == "transcripts" and problem.reason
            continue
        read += 1
        transcripts = [make.from_cues(each.cues, f"x-{n}") for n, each in enumerate(checked)]
        points = [readings.IndexPoint(point.start_ms, point.title, point.synopsis, point.keywords) for point in parsed.points]
        if any(each.blocks for each in transcripts) or any(point.title for point in points):
            again = parse_ohms(write_ohms(told(), transcripts, points, make.withheld))
            assert [point.title for point in again.points] == [point.title for point in points if point.title or point.synopsis or point.keywords]
            if transcripts and transcripts[0].blocks and checked[0].cues[0].start_ms is not None:
                assert [cue.text for cue in as_parsed(again).cues] == [cue.text for cue in checked[0].cues]
    assert len(files) == count
    return read


def damaged(count: int, whole: list[bytes], seed: int) -> list[bytes]:
    """A third with damage anywhere, a third each with damage in the text and in the captions behind sound XML."""
    inner = count // 3
    files = list(mutations(whole, count - 2 * inner, seed))
    clean = [re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", data.decode("utf-8", "replace"))
             for data in mutations([f"{SYNC}\n{TEXT}".encode(), CAPTIONS.encode()], 2 * inner, seed + 1)]
    for number, text in enumerate(clean):
        sync, _, words = text.partition("\n")
        files.append(lettered(words, escape(sync)) if number % 2 == 0 else ohms(f"<vtt_transcript>{escape(text)}</vtt_transcript>"))
    return files


def test_five_hundred_damaged_files_never_raise_anything_but_invalid() -> None:
    assert never_anything_but_invalid(damaged(500, seeds(), 54), 500) > 250


@pytest.mark.slow
def test_five_thousand_damaged_files_never_raise_anything_but_invalid() -> None:
    real = [path.read_bytes() for path in sorted((data_folder() / "ohms").iterdir())]
    assert never_anything_but_invalid(damaged(5000, [*seeds(), *real], 60), 5000) > 2500

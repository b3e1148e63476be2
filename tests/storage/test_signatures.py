"""What the first bytes say, and what the end of a name says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.storage.signatures import HEAD, ending, family_of_name, is_called, signature
from tests.factories.plain_files import plain_files

READERS = {"wav": "wav", "flac": "flac", "mp3": "mp3", "m4a": "mov", "ogg": "ogg", "mp4": "mov", "webm": "matroska", "mkv": "matroska",
           "jpg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "tiff": "TIFF", "heic": "HEIF", "bmp": "BMP", "pdf": "pdf"}
MEDIA_TYPES = {"wav": "audio/wav", "mp4": "video/mp4", "webm": "video/webm", "mkv": "video/x-matroska", "jpg": "image/jpeg", "pdf": "application/pdf"}


@pytest.mark.parametrize("ending", READERS)
def test_every_kind_is_given_to_its_own_reader(ending: str) -> None:
    found = signature(plain_files()[ending][:HEAD])
    assert found is not None and found.reader == READERS[ending]
    assert found.media_type == MEDIA_TYPES.get(ending, found.media_type)
    assert family_of_name(f"talk.{ending.upper()}") == found.family


@pytest.mark.parametrize(("head", "reader"), [
    (b"\x00\x00\x00\x14ftypXAVC" + bytes(20), "mov"), (b"\x00\x00\x00\x08wide" + bytes(20), "mov"), (b"RF64" + bytes(8) + b"ds64", "wav"),
    (b"riff\x2e\x91\xcf\x11" + bytes(20), "w64"), (b"\xff\xfa\x90\x64" + bytes(20), "mp3"), (b"\xff\xf1\x50\x80" + bytes(20), "aac"),
    (b"ID3\x04\0\0\0\0\0\x02ab\xff\xf1\x50\x80", "aac"), (b"ID3\x04\0\0\0\0\0\x02abfLaC", "flac"), (b"ID3\x04\0\0\0\0\0\x02ab", "mp3"),
    ((b"G" + bytes(187)) * 3, "mpegts"), (b"#!AMR\n" + bytes(20), "amr"), (b"OggS" + bytes(60), "ogg"), (b"\x1f\x07\x00" + bytes(20), "dv"),
    (b"\x06\x0e\x2b\x34" + bytes(20), "mxf"), (b"FORM\0\0\0\0AIFF", "aiff"), (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG2000"),
], ids=lambda value: value if isinstance(value, str) else None)
def test_what_archives_have_besides_is_known_too(head: bytes, reader: str) -> None:
    found = signature(head)
    assert found is not None and found.reader == reader


@pytest.mark.parametrize("head", [
    b"", b"#EXTM3U\n", b"ffconcat version 1.0\n", b"<svg xmlns=", b"WEBVTT\n", b"1\n00:00:00,000 --> ", b"[Script Info]\n", b"PK\x03\x04" + bytes(40),
    b"%!PS-Adobe-3.0", b"MZ" + bytes(60), b"\x7fELF" + bytes(60), b"v=0\r\no=-", b"P6 9 9 255\n", b"8BPS" + bytes(30), b"MThd" + bytes(20), b"\0" * 600,
    b"\xff\xff\xff\xff", b"\xff\xe8\x00\x00", b"FWS\x09" + bytes(20)], ids=range(19))
def test_nothing_else_has_a_reader(head: bytes) -> None:
    assert signature(head) is None


def test_a_name_speaks_by_its_ending_alone() -> None:
    assert [family_of_name(name) for name in ("a.mp3", "a.tar.TIFF", "a.PDF", "a.docx", "a.m3u8", "a", ".wav", "a.part", "mp3", "a.")] == [
        "media", "image", "document", "other", "other", None, "media", None, None, None]


@pytest.mark.parametrize("kind", READERS)
def test_what_is_saved_is_called_by_what_it_is(kind: str) -> None:
    head = plain_files()[kind][:HEAD]
    assert ending(head) == {"tiff": "tif", "m4a": "mp4"}.get(kind, kind)
    assert is_called(head, f"form.{kind}") and is_called(head, "form") and not is_called(head, "form.txt")
    assert is_called(head, "form.jpg") == (kind in ("jpg", "png", "gif", "webp", "tiff", "heic", "bmp"))


@pytest.mark.parametrize(("head", "expected"), [
    (b"signed", "txt"), ("Подписано\r\n".encode() * 9000, "txt"), (("x" + "я" * HEAD).encode()[:HEAD], "txt"), (b"", "bin"), (b"MZ\0", "bin"),
    (b"PK\x03\x04" + bytes(40), "bin"), (b"\xff\xfe\x41", "bin"), ("я".encode()[:1], "bin")])
def test_words_are_a_text_and_the_rest_is_bytes(head: bytes, expected: str) -> None:
    assert ending(head) == expected
    assert is_called(head, "form.txt") and is_called(head, "form.docx") and not is_called(head, "form.jpg") and not is_called(head, "form.pdf")


MARKS = st.sampled_from([b"", *(data[:40] for data in plain_files().values()), b"ID3\x04\0\0", b"\xff\xfb", b"OggS", b"RIFF", b"\0\0\0\x18ftyp", b"PK\x03\x04"])


@given(MARKS, st.binary(max_size=300), st.integers(0, 60))
def test_no_bytes_make_it_fail(mark: bytes, rest: bytes, kept: int) -> None:
    """It runs outside of the fence too."""
    found = signature(mark[:kept] + rest)
    assert found is None or found.family in ("media", "image", "document")

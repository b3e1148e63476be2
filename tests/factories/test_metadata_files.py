"""The marked files are what they say: valid, each with its canary in its field and nowhere else, seen and heard like the plain file."""

from __future__ import annotations

import base64
import io
import re
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import av
import docx
import numpy
import pytest
from PIL import ExifTags, Image
from pillow_heif import HeifImagePlugin  # noqa: F401  (imported so that Pillow opens HEIC)
from pypdfium2 import PdfDocument

from tests.factories.metadata_files import Marked, found, metadata_files, unfolded
from tests.factories.metadata_pictures import place
from tests.factories.plain_files import plain_files
from tests.factories.sounds import heard, seen

UNREAD = {"jfif-thumbnail.jpg", "own-segment.jpg", "behind.jpg", "own-chunk.png", "behind.png", "xmp.gif", "behind.bmp",
          "object.mp3", "ape.mp3", "application.flac", "padding.flac", "ixml.wav", "axml.wav", "xmp.wav", "labels.wav", "behind.wav",
          "xmp.mp4", "free.mp4", "attachment.mkv", "void.webm", "xmp.pdf", "annotation.pdf", "outside.pdf", "revised.pdf", "picture.pdf",
          "form.pdf", "behind.pdf", "company.docx", "custom.docx", "variable.docx", "thumbnail.docx", "data.docx"}
"""What the libraries do not tell of by themselves; that it stands there is seen in the bytes."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Marked]:
    return metadata_files(tmp_path_factory.mktemp("marked"))


def told(marked: Marked) -> list[Any]:
    """All that the ordinary library of its type says of a file, in one heap."""
    data = marked.path.read_bytes()
    if marked.kind == "image":
        return _told_of_picture(data)
    if marked.path.suffix == ".pdf":
        with closing(PdfDocument(data)) as opened:
            attached = [opened.get_attachment(number).get_data() for number in range(opened.count_attachments())]
            words = opened[0].get_textpage().get_text_bounded()
            return [*opened.get_metadata_dict().values(), words, *(entry.get_title() for entry in opened.get_toc()), *map(bytes, attached)]
    if marked.path.suffix == ".docx":
        opened = docx.Document(io.BytesIO(data))
        return [opened.element.xml, opened.core_properties.author, *(comment.text for comment in opened.comments)]
    with av.open(str(marked.path)) as film:
        streams = [value for stream in film.streams for value in stream.metadata.values()]
        tags = [*film.metadata.values(), *streams, *map(str, film.chapters())]
        return [*tags, *(bytes(packet) for packet in film.demux())]


def _told_of_picture(data: bytes) -> list[Any]:
    with Image.open(io.BytesIO(data)) as opened:
        opened.load()
        facts = opened.getexif()
        directories = [facts.get_ifd(number) for number in ExifTags.IFD if number != ExifTags.IFD.Interop]
        return [*opened.info.values(), *facts.values(), *(value for directory in directories for value in directory.values()),
                *getattr(opened, "tag_v2", {}).values()]


def test_there_are_many_and_each_has_a_name_of_its_own(made: list[Marked]) -> None:
    assert len(made) >= 100
    assert not [name for name, count in Counter(each.name for each in made).items() if count > 1]
    assert not [pair for pair, count in Counter((each.path.suffix, each.field) for each in made).items() if count > 1]
    counts = Counter(each.kind for each in made)
    assert set(counts) == {"image", "audio", "video", "document"} and min(counts.values()) >= 20
    assert sum(each.path.stat().st_size for each in made) < 4_000_000


def test_each_holds_its_canary_and_no_other(made: list[Marked]) -> None:
    plain = b"".join(map(unfolded, plain_files().values()))
    for each in made:
        data = unfolded(each.path.read_bytes())
        assert any(spelling in data for spelling in each.canary), each.name
        texts = {text for form in (data, data.replace(b"\0", b"")) for text in re.findall(rb"canary-[0-9a-f]{12}", form)}
        assert texts <= {each.canary[0]}, each.name
        assert not any(spelling in plain for spelling in each.canary), each.name
    assert not [text for text, count in Counter(spelling for each in made for spelling in each.canary).items() if count > 1]


def test_the_libraries_find_the_fields_they_know(made: list[Marked]) -> None:
    for each in made:
        values = [value if isinstance(value, bytes) else str(value).encode() for value in told(each)]
        assert any(spelling in value for value in values for spelling in each.canary) != (each.name in UNREAD), each.name


def test_each_is_seen_and_heard_as_the_plain_file_is(made: list[Marked]) -> None:
    for each in made:
        data, plain = each.path.read_bytes(), plain_files()[each.path.suffix[1:]]
        if each.kind == "image":
            assert (_pixels(data) == _pixels(plain)).all(), each.name
        elif each.path.suffix == ".pdf" and each.name not in ("covered.pdf", "picture.pdf"):
            assert (_page(data) == _page(plain)).all(), each.name
        elif each.path.suffix == ".docx":
            assert docx.Document(io.BytesIO(data)).paragraphs[0].text == "A line of plain text.", each.name


@pytest.mark.slow
def test_each_sounds_as_the_plain_file_does(made: list[Marked], tmp_path: Path) -> None:
    for each in [each for each in made if each.kind in ("audio", "video")]:
        plain = tmp_path / f"plain{each.path.suffix}"
        plain.write_bytes(plain_files()[each.path.suffix[1:]])
        assert numpy.array_equal(heard(each.path), heard(plain)), each.name
        if each.kind == "video":
            assert [(at, grey.tobytes()) for at, grey in seen(each.path)] == [(at, grey.tobytes()) for at, grey in seen(plain)], each.name


def test_the_place_is_where_it_says(made: list[Marked]) -> None:
    marked = next(each for each in made if each.name == "exif-gps.jpg")
    with Image.open(io.BytesIO(marked.path.read_bytes())) as opened:
        latitude = opened.getexif().get_ifd(0x8825)[2]
    assert [float(part) for part in latitude] == [one / other for one, other in place(marked.canary[0])]


def test_the_thumbnail_shows_other_pixels(made: list[Marked]) -> None:
    data = next(each for each in made if each.name == "exif-thumbnail.jpg").path.read_bytes()
    with Image.open(io.BytesIO(data)) as opened:
        facts = opened.info["exif"]
        where = opened.getexif().get_ifd(ExifTags.IFD.IFD1)
        large = numpy.asarray(opened.resize((16, 16)).convert("L")).astype(int)
    with Image.open(io.BytesIO(facts[6 + where[513]:6 + where[513] + where[514]])) as thumbnail:
        assert thumbnail.size == (16, 16)
        assert numpy.abs(numpy.asarray(thumbnail.convert("L")).astype(int) - large).mean() > 30


def test_a_canary_is_found_however_it_is_spelled(made: list[Marked]) -> None:
    marked = made[0]
    text = marked.canary[0].decode()
    png = next(each for each in made if each.name == "folded-text.png")
    assert found(png, png.path.read_bytes()) and png.canary[0] not in png.path.read_bytes()
    for spelled in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode().hex().encode()):
        assert found(marked, b"before" + spelled + b"behind")

    for before in ("", "a", "ab", "abc"):
        assert found(marked, base64.b64encode(f"{before}{text}behind".encode()))
    assert not found(marked, b"canary-000000000000")
    assert not found(marked, png.path.read_bytes())


def test_they_are_the_same_each_time(made: list[Marked], tmp_path: Path) -> None:
    again = metadata_files(tmp_path)
    assert [(each.name, each.canary) for each in again] == [(each.name, each.canary) for each in made]
    for one, other in zip(made, again, strict=True):
        assert one.path.read_bytes() == other.path.read_bytes(), one.name


def _pixels(data: bytes) -> Any:
    with Image.open(io.BytesIO(data)) as opened:
        return numpy.asarray(opened.convert("RGB"))


def _page(data: bytes) -> Any:
    with closing(PdfDocument(data)) as opened:
        return opened[0].render().to_numpy().copy()

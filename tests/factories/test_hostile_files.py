"""The hostile files are what they say: all of them there, each once, small, the same each time; and the libraries find what they should."""

from __future__ import annotations

import io
import stat
import warnings
import zipfile
import zlib
from collections import Counter
from contextlib import closing
from pathlib import Path

import av
import docx
import pytest
from av.error import FFmpegError
from PIL import Image
from pillow_heif import HeifImagePlugin  # noqa: F401  (imported so that Pillow opens HEIC)
from pypdfium2 import PdfDocument

from tests.factories.container_bytes import ogg_pages, ogg_signed
from tests.factories.hostile_files import GROUPS, UNDECODABLE, Hostile, hostile_files

PICTURES = ("jpg", "png", "gif", "webp", "tiff", "heic", "bmp")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Hostile]:
    return hostile_files(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def by_name(made: list[Hostile]) -> dict[str, Hostile]:
    return {each.name: each for each in made}


def decoded(path: Path) -> list[str]:
    """What the ordinary libraries find in a file: frames of sound, of pictures, pixels, pages, paragraphs."""
    found = []
    data = path.read_bytes()
    try:
        with av.open(str(path)) as opened:
            streams = [stream for stream in opened.streams if stream.type in ("audio", "video")]
            found += [type(frame).__name__ for frame, _ in zip(opened.decode(streams) if streams else (), range(50), strict=False)]
    except (FFmpegError, ValueError):
        pass
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data)) as picture:
            picture.load()
            found.append("pixels")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, RuntimeError):
        pass
    if data.startswith(b"%PDF"):
        found += _pages(data)
    if data.startswith(b"PK\x03\x04"):
        try:
            found += ["paragraph" for paragraph in docx.Document(io.BytesIO(data)).paragraphs if paragraph.text]
        except (KeyError, ValueError, zipfile.BadZipFile):
            pass
    return found


def _pages(data: bytes) -> list[str]:
    try:
        with closing(PdfDocument(data)) as opened:
            return ["page"] * len(opened)
    except RuntimeError:
        return []


def test_there_are_many_and_each_has_a_name_of_its_own(made: list[Hostile]) -> None:
    assert not [name for name, count in Counter(each.name for each in made).items() if count > 1]
    assert not [path for path, count in Counter(each.path for each in made).items() if count > 1]
    by_expectation = Counter(each.expect for each in made)
    assert by_expectation["refused"] >= 240 and by_expectation["pixels only"] >= 20 and by_expectation["name unused"] >= 20
    assert {each.kind for each in made} == {*GROUPS, "not a file", "polyglot", "name"}
    assert all(each.why for each in made)


def test_they_are_small(made: list[Hostile]) -> None:
    sizes = {each.name: each.path.lstat().st_size for each in made if each.kind != "not a file"}
    assert sizes.pop("large-cover.mp3") > 30_000_000
    assert max(sizes.values()) < 2_000_000 and sum(sizes.values()) < 16_000_000


def test_they_are_the_same_each_time(made: list[Hostile], tmp_path: Path) -> None:
    again = hostile_files(tmp_path)
    assert [(each.name, each.expect, each.stated_name, each.payload) for each in again] == \
        [(each.name, each.expect, each.stated_name, each.payload) for each in made]
    for one, other in zip(made, again, strict=True):
        if one.kind != "not a file":
            assert one.path.read_bytes() == other.path.read_bytes(), one.name


@pytest.mark.parametrize("kind", UNDECODABLE)
def test_nothing_decodes_in_what_holds_nothing(kind: str, made: list[Hostile]) -> None:
    files = [each for each in made if each.kind == kind]
    assert files
    assert {each.name: found for each in files if (found := decoded(each.path))} == {}


def test_every_type_is_there_without_its_head_and_cut(made: list[Hostile]) -> None:
    types = {"wav", "flac", "mp3", "m4a", "ogg", "mp4", "webm", "mkv", *PICTURES, "pdf", "docx"}
    for kind in ("only a head", "cut"):
        assert {each.path.suffix[1:] for each in made if each.kind == kind} == types


def test_polyglots_are_valid_and_hold_their_payloads(made: list[Hostile]) -> None:
    polyglots = [each for each in made if each.expect == "pixels only"]
    for each in polyglots:
        assert decoded(each.path), f"{each.name} holds nothing to take"
        data = each.path.read_bytes()
        if each.path.suffix == ".docx":
            data = b"".join(zipfile.ZipFile(io.BytesIO(data)).read(name) for name in zipfile.ZipFile(io.BytesIO(data)).namelist())
        assert each.payload in data or each.payload.hex().encode() in data, each.name
    assert not [payload for payload, count in Counter(each.payload for each in polyglots).items() if count > 1]
    assert not [each.name for each in made if each.payload and each.expect != "pixels only"]


@pytest.mark.parametrize("name", ["neighbour.m3u8", "script.wav", "script.ffconcat", "neighbour-%03d.png", "synthesised.wav", "notes.nfo",
                                  "drawn.ans"])
def test_some_decode_though_nothing_was_recorded(name: str, by_name: dict[str, Hostile]) -> None:
    """Why it is not enough that a library finds a frame."""
    assert decoded(by_name[name].path)


@pytest.mark.parametrize("name", ["cover.flac", "cover.m4a"])
def test_covers_decode_without_sound(name: str, by_name: dict[str, Hostile]) -> None:
    with av.open(str(by_name[name].path)) as opened:
        assert [type(frame).__name__ for frame in opened.decode()] == ["VideoFrame"]


@pytest.mark.parametrize("ending", ["mp4", "mkv", "webm", "flac", "ogg", "mp3"])
def test_durations_lie_and_sound_is_there(ending: str, by_name: dict[str, Hostile]) -> None:
    path = by_name[f"hours.{ending}"].path
    with av.open(str(path)) as opened:
        assert (opened.duration or 0) > 390 * 3600 * av.time_base
    assert "AudioFrame" in decoded(path)


@pytest.mark.parametrize("name", ["sides.png", "unfolds.png", "most.png", "frames.gif", "sides.gif", "unfolds.tiff", "sides.webp",
                                  "canvas.webp", "sides.jpg", "sides.bmp", "runs.bmp", "sides.ppm"])
def test_pictures_declare_what_nobody_should_unfold(name: str, by_name: dict[str, Hostile]) -> None:
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(by_name[name].path.read_bytes()))


def test_the_picture_drawn_many_times_is_under_the_usual_limit(by_name: dict[str, Hostile]) -> None:
    data = by_name["scans.jpg"].path.read_bytes()
    with Image.open(io.BytesIO(data)) as opened:
        assert opened.size == (9_000, 9_000) and opened.size[0] * opened.size[1] < (Image.MAX_IMAGE_PIXELS or 0)
    assert data.count(b"\xff\xda") == 3_000


def test_streams_unfold_to_what_they_say(by_name: dict[str, Hostile]) -> None:
    picture = by_name["unfolds.png"].path.read_bytes()
    start = picture.index(b"IDAT")
    opened, count = zlib.decompressobj(), 0
    rest = picture[start + 4:start + 4 + int.from_bytes(picture[start - 4:start], "big")]
    while rest and not opened.eof:
        count += len(opened.decompress(rest, 1 << 24))
        rest = opened.unconsumed_tail
    assert opened.eof and count == 256 << 20, "the checksum is right and so is the length"


def test_archives_are_what_they_say(by_name: dict[str, Hostile]) -> None:
    with zipfile.ZipFile(by_name["ratio.zip"].path) as opened:
        member = opened.getinfo("zeros.wav")
        assert member.file_size == 1 << 30 and member.file_size > 900 * member.compress_size
    with zipfile.ZipFile(by_name["unfolds.docx"].path) as opened:
        assert opened.testzip() is None, "its checksums are right"
        assert opened.getinfo("word/document.xml").file_size > 512 << 20
    with zipfile.ZipFile(by_name["up.zip"].path) as opened:
        assert "../../outside.wav" in opened.namelist()
    with zipfile.ZipFile(by_name["overlap.zip"].path) as opened:
        assert len({member.header_offset for member in opened.infolist()}) == 1 and len(opened.infolist()) == 20_000


def test_documents_are_what_they_say(by_name: dict[str, Hostile]) -> None:
    def pages(name: str) -> int:
        with closing(PdfDocument(by_name[name].path.read_bytes())) as opened:
            return len(opened)
    assert (pages("pages.pdf"), pages("sides.pdf"), pages("forms.pdf"), pages("stream.pdf")) == (100_000, 1, 1, 1)
    with pytest.raises(RuntimeError, match="password"):
        PdfDocument(by_name["password.pdf"].path.read_bytes())
    with closing(PdfDocument(by_name["password.pdf"].path.read_bytes(), password="never told")) as opened:
        assert opened[0].get_textpage().get_text_bounded() == "A locked page"


def test_sound_that_lies_is_well_signed(by_name: dict[str, Hostile]) -> None:
    for name in ("hours.ogg", "poly-php.ogg", "comments.ogg"):
        pages = ogg_pages(by_name[name].path.read_bytes())
        assert all(ogg_signed(page) == page for page in pages), name


def test_names_are_stated_and_lie_safely(made: list[Hostile]) -> None:
    named = [each for each in made if each.kind == "name"]
    assert len({each.stated_name for each in named}) == len(named)
    assert all("AudioFrame" in decoded(each.path) for each in named[:1])
    assert len({each.path.read_bytes() for each in named}) == 1, "only the names are wrong"
    assert max(len(each.stated_name) for each in named) == 300
    for mark in ("..", "\0", "\n", "\u202e", "\\", "<", "CON", "file:", "%03d"):
        assert any(mark in each.stated_name for each in named), repr(mark)
    assert all(each.stated_name == each.path.name for each in made if each.kind != "name")


def test_what_is_not_a_file_is_none(made: list[Hostile]) -> None:
    odd = [each for each in made if each.kind == "not a file"]
    assert len(odd) >= 9
    assert not [each.name for each in odd if stat.S_ISREG(each.path.lstat().st_mode)]
    link = next(each for each in odd if each.name == "link.wav")
    assert link.path.parent not in link.path.resolve().parents and link.path.resolve().is_file()

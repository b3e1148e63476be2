"""A ZIP from outside is unpacked whole or not at all, and never beside its folder."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from archive_app.errors import Invalid
from archive_app.exchange.file_names import alike, file_name
from archive_app.storage.bundles import Most, unpack
from tests.factories.hostile_bundles import MANIFEST, bundle, hostile, sound

MOST = Most(files=50, file=4 << 20, whole=6 << 20, free=0, ratio=200, unjudged=1 << 20)
TABLE = list(hostile())


def unpacked(tmp_path: Path, data: bytes, most: Most = MOST) -> Path:
    file, into = tmp_path / "sent.zip", tmp_path / "into" / "deeper"
    file.write_bytes(data)
    into.mkdir(parents=True)
    unpack(file, into, file_name, alike, most)
    return into


@pytest.mark.parametrize(("data", "word"), [pytest.param(data, word, id=name) for name, data, word in TABLE])
def test_a_hostile_one_is_refused_with_a_sentence(tmp_path: Path, data: bytes, word: str) -> None:
    with pytest.raises(Invalid) as refused:
        unpacked(tmp_path, data)
    assert refused.value.field == "file" and word in refused.value.reason
    assert refused.value.reason.isprintable(), "nothing that turns round or hides the sentence itself"
    beside = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")} - {"sent.zip", "into", "into/deeper"}
    assert all(path.startswith("into/deeper/") for path in beside)
    assert not any(path.is_symlink() for path in tmp_path.rglob("*"))


def test_there_are_many_of_them() -> None:
    assert len(TABLE) >= 45


def test_what_is_well_made_is_unpacked_byte_for_byte(tmp_path: Path) -> None:
    words = "Слова свидетеля. ".encode() * 4000
    into = unpacked(tmp_path, bundle(
        ("tapes/", b""), ("manifest.csv", MANIFEST), ("tapes/кассета-1.mp3", bytes(range(256)) * 4), ("letters\\one.txt", words),
        ("__MACOSX/._manifest.csv", b"x"), (".DS_Store", b"x"), ("tapes/Thumbs.db", b"x")))
    found = {path.relative_to(into).as_posix(): path.read_bytes() for path in into.rglob("*") if path.is_file()}
    assert found == {"manifest.csv": MANIFEST, "tapes/кассета-1.mp3": bytes(range(256)) * 4, "letters/one.txt": words}
    assert all(path.stat().st_mode & 0o077 == 0 for path in into.rglob("*"))


def test_a_word_document_is_no_archive_in_an_archive(tmp_path: Path) -> None:
    docx = bundle(("[Content_Types].xml", b"<x/>"))
    assert (unpacked(tmp_path, sound(("told.DOCX", docx))) / "told.DOCX").read_bytes() == docx


def test_a_disk_that_is_too_full_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="room"):
        unpacked(tmp_path, sound(), Most(free=1 << 60))
    assert list((tmp_path / "into" / "deeper").iterdir()) == []


def test_large_ones_are_read_too(tmp_path: Path) -> None:
    """ZIP64, as it is written where a size is not known beforehand."""
    file = tmp_path / "made.zip"
    with zipfile.ZipFile(file, "w") as made, made.open("a.txt", "w", force_zip64=True) as entry:
        entry.write(b"words")
    assert (unpacked(tmp_path, file.read_bytes()) / "a.txt").read_bytes() == b"words"

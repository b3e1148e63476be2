"""The scanner of what is left sees what it is for, however it is written, and cries at nothing."""

from __future__ import annotations

import gzip
import html
import json
import random
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories.archives import Archive
from tests.factories.residue import residue

TEXT = "Çayın yanında yaşayırdıq, and every spring the lower street of Ombrel stood under water."
FILE = random.Random(7).randbytes(5000)
WAYS: dict[str, Callable[[], bytes]] = {
    "plain": lambda: b"\0\xff" * 99 + TEXT.encode() + b"\xff",
    "capitals": lambda: TEXT.upper().replace("İ", "I").encode(),
    "wrapped": lambda: TEXT.replace(" ", "\r\n   ").encode(),
    "utf-16": lambda: b"!" + TEXT.encode("utf-16-be"),
    "json": lambda: json.dumps([TEXT]).encode(),
    "html": lambda: "".join(f"&#{ord(letter)};" if ord(letter) > 127 else letter for letter in html.escape(TEXT)).encode(),
    "zlib in the midst": lambda: b"before" + zlib.compress(TEXT.encode() * 9) + b"behind",
    "gzip": lambda: gzip.compress(TEXT.encode() * 9),
}


@pytest.mark.parametrize("way", WAYS)
def test_words_are_seen_however_they_are_written(tmp_path: Path, way: str) -> None:
    (tmp_path / "file").write_bytes(WAYS[way]())
    assert residue(tmp_path, [TEXT])
    assert not residue(tmp_path, ["Something else was said here, of which not eight words in a row are there."])


@pytest.mark.parametrize("start", [0, 1, 700])
def test_a_kilobyte_of_a_file_is_seen_wherever_it_lies(tmp_path: Path, start: int) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"x" * 333 + FILE[start + 1000:start + 2024] + b"y" * 77)
    assert residue(tmp_path, files=[FILE]) == ["deep/file: a block"]
    assert not residue(tmp_path, files=[random.Random(8).randbytes(5000), bytes(5000)])


def test_a_member_of_a_zip_and_a_deleted_row_are_seen(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("told.txt", TEXT)
    base = sqlite3.connect(tmp_path / "base")
    base.execute("PRAGMA secure_delete=OFF")
    base.execute("CREATE TABLE told (words TEXT)")
    base.execute("INSERT INTO told VALUES (?)", (TEXT,))
    base.commit()
    base.execute("DELETE FROM told")
    base.commit()
    base.close()
    assert {each.split(":")[0] for each in residue(tmp_path, [TEXT], canaries=["Ombrel"])} == {"a.zip", "base"}


def test_words_are_put_together_from_the_index(archive: Archive) -> None:
    if archive.engine.dialect.name != "sqlite":
        pytest.skip("the index is the same")
    archive.write("told.txt", f"{TEXT}\n")
    archive.bring({"identifier": "the-street", "title": "The street", "transcripts": "told.txt|en|verbatim"})
    assert any("as indexed" in each for each in residue(archive.folder / "search_index", [TEXT]))

"""OHMS files in a run: which files of a folder they are, and what each says of its testimony, before any transaction.

A file that lies by itself is a testimony, known by its collection and its name; in a folder with a manifest, the manifest says what is
taken in. What may not live here: XML (exchange), the database.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from archive_app.actions.intake import OhmsFile
from archive_app.errors import Invalid
from archive_app.exchange.formats import FORMATS
from archive_app.exchange.manifest import IDENTIFIER, ManifestRow
from archive_app.exchange.ohms_reading import parse_ohms
from archive_app.exchange.ohms_rows import OhmsTestimony, as_testimony
from archive_app.exchange.ohms_xml import is_ohms
from archive_app.exchange.table import COLUMNS
from archive_app.exchange.xml import MOST_BYTES
from archive_app.storage.vault import Kept

ENDING = ".xml"
HEAD_BYTES = 1_000_000
"""By so many an OHMS file is told from other XML."""
LONGEST_ACCESSION = 200
TABLES = frozenset(f"{kind}.csv" for kind in COLUMNS)


@dataclass(frozen=True)
class Described:
    """An OHMS file as read: the bytes, the testimony they describe, and that as the archive keeps it."""

    made: OhmsTestimony
    file: OhmsFile


def folders(path: Path) -> list[Path]:
    """The folder and those in it; none where the path is a file."""
    return [path, *sorted(each for each in path.iterdir() if each.is_dir())] if path.is_dir() else []


def found(path: Path) -> tuple[list[Path], list[tuple[Path, str]]]:
    """The OHMS files to take in from a file, or a folder and those in it; and what lies beside them and is left out, with the reason.
    Raises OSError."""
    if path.is_file():
        return ([path] if path.suffix.lower() == ENDING else []), []
    interviews: list[Path] = []
    left_out: list[tuple[Path, str]] = []
    for folder in folders(path):
        files = sorted(file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))
        here = [file for file in files if _begins_like_ohms(file)]
        if (folder / "manifest.csv").is_file():
            left_out += _without_row(folder / "manifest.csv", here)
        elif here:
            interviews += here
            left_out += [(file, _reason(file)) for file in files if file not in here and file.name not in TABLES]
    return interviews, left_out


def _begins_like_ohms(file: Path) -> bool:
    if file.suffix.lower() != ENDING:
        return False
    with file.open("rb") as stream:
        return is_ohms(stream.read(HEAD_BYTES))


def _without_row(manifest: Path, files: list[Path]) -> list[tuple[Path, str]]:
    rows = manifest.read_bytes() if files else b""
    return [(file, "no row of manifest.csv names it: left alone") for file in files if os.fsencode(file.name) not in rows]


def _reason(file: Path) -> str:
    if file.suffix.lower().removeprefix(".") in FORMATS and file.suffix.lower() != ENDING:
        return "a transcript by itself says nothing of who told it: name it in a manifest.csv"
    return "neither OHMS nor a table: left alone"


def describe(file: Path, name: str = "") -> Described:
    """What an OHMS file says; `name`: as a row calls it, '' = its own. Raises Invalid("transcripts") for one that cannot be read or
    holds nothing to import."""
    name = name or file.name
    try:
        name.encode()
    except UnicodeEncodeError:
        raise Invalid("transcripts", "the name of this file is not UTF-8: rename it") from None
    with file.open("rb") as stream:
        data = stream.read(MOST_BYTES + 1)
    beside = {each.name for each in file.parent.iterdir() if each.is_file()}
    made = as_testimony(parse_ohms(data), name, beside)
    if len(made.accession) > LONGEST_ACCESSION:
        raise Invalid("transcripts", f"the accession number is longer than {LONGEST_ACCESSION} letters")
    kept = Kept(hashlib.sha256(data).hexdigest(), len(data))
    return Described(made, OhmsFile(name, kept, made.accession, made.told, made.points))


def row_of(described: Described, folder: Path, collection: str) -> ManifestRow:
    """The row of a manifest that would say the same; without a collection, that of the folder's name."""
    return replace(described.made.row, collection=collection or _slug(folder))


def _slug(folder: Path) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:64].strip("-")
    return name if IDENTIFIER.fullmatch(name) else ""

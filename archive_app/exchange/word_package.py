"""A Word document (.docx) as a package: a zip of XML parts (ISO/IEC 29500-2), opened with distrust.

Only the parts that hold words and their styles are ever unpacked; macros, pictures, embedded files, comments, notes, headers and
links to the outside are not looked at. What may not live here: what the words are (word_body.py).
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

from archive_app.errors import Invalid
from archive_app.exchange.cues import FIELD

MEGABYTE = 1024 * 1024
MOST_BYTES = 64 * MEGABYTE
"""How much all parts of a document may hold, unpacked."""
MOST_XML = 16 * MEGABYTE
"""How much one part with words may hold, unpacked: thirty hours of talk hold this much, with all that a word processor writes around
them; a tree of it takes thirty times as much memory."""
MOST_MARKUP = 400_000
"""How many elements one part may hold, four attributes counting as one: what 16 MB of a real document come to. A tree of more takes half a
gigabyte and a quarter of a minute, and is sent in a file of 200 kB."""
MOST_PARTS = 4096
MOST_RATIO = 100
"""How many times its own size a package above FREE_BYTES may unpack to; what people write unpacks to ten or thirty times."""
FREE_BYTES = MEGABYTE

WORDS = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
"""The namespaces of words: as word processors write them (transitional), and strict."""

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNREADABLE = (zipfile.BadZipFile, zlib.error, etree.LxmlError, EOFError, OSError, ValueError, RuntimeError, LookupError, ArithmeticError)
"""What the libraries raise for damaged packages (zipfile lets errors of what it is built on through)."""

NO_DOCUMENT = "This is no Word document (.docx)."
DOCTYPE = "This Word document holds a document type, as no Word document does: it was not read."
DAMAGED = "This Word document is damaged: a part of it cannot be read."


@dataclass(frozen=True)
class Package:
    """The roots of the part with the words and of the part with its styles (None = it has none); `w` is the namespace of both as
    it stands before names of elements, `{...}`."""

    document: etree._Element
    styles: etree._Element | None
    w: str


def open_package(data: bytes) -> Package:
    """The parts of a .docx that hold words. Raises Invalid("transcripts", one sentence) for what is no such package, is damaged or
    locked, or would unpack to more than it may."""
    if data.startswith(_OLD):
        raise Invalid(FIELD, "This file is in the old .doc format or locked with a password: save it as .docx without one.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _members(archive, len(data))
            return _opened(archive, members)
    except zipfile.BadZipFile as problem:
        raise Invalid(FIELD, DAMAGED if "CRC" in str(problem) else NO_DOCUMENT) from None
    except _UNREADABLE:
        raise Invalid(FIELD, DAMAGED) from None


def _members(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """The members of the zip by their names in small letters (names of parts do not differ by case)."""
    listed = archive.infolist()
    whole = sum(member.file_size for member in listed)
    if len(listed) > MOST_PARTS:
        raise Invalid(FIELD, f"This Word document has more than {MOST_PARTS} parts.")
    if whole > MOST_BYTES:
        raise Invalid(FIELD, f"This Word document unpacks to more than {MOST_BYTES // MEGABYTE} MB: save it without pictures.")
    if whole > FREE_BYTES and whole > MOST_RATIO * size:
        raise Invalid(FIELD, f"This Word document unpacks to more than {MOST_RATIO} times its own size, as no document does.")
    if any(member.flag_bits & 1 for member in listed):
        raise Invalid(FIELD, "This Word document is locked with a password: save it without one.")
    return {member.filename.lower(): member for member in listed}


def _opened(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> Package:
    main = next(_related(archive, members, "", "officeDocument"), None)
    if main is None:
        raise Invalid(FIELD, NO_DOCUMENT)
    document = _part(archive, members[main])
    space = next((space for space in WORDS if document.tag == f"{{{space}}}document"), None)
    if space is None:
        raise Invalid(FIELD, NO_DOCUMENT)
    styles = next(_related(archive, members, main, "styles"), None)
    return Package(document, None if styles is None else _part(archive, members[styles]), f"{{{space}}}")


def _related(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], source: str, kind: str) -> Iterator[str]:
    """The members that the part `source` ('' = the package) names as being of a kind (ISO/IEC 29500-2, 9.3)."""
    folder, name = posixpath.split(source)
    relations = members.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    if relations is None:
        return
    for relation in _part(archive, relations):
        if str(relation.get("Type", "")).endswith(f"/{kind}") and relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/").lower()
            if target in members:
                yield target


def _part(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> etree._Element:
    """The root of an XML part. Entities are not resolved and nothing is fetched; a part with a document type is refused, as the
    standard says (ISO/IEC 29500-2, 8.1.4)."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Invalid(FIELD, DAMAGED)
    if member.file_size > MOST_XML:
        raise Invalid(FIELD, f"This Word document has more than {MOST_XML // MEGABYTE} MB of words in it: split it.")
    with archive.open(member) as stream:
        data = stream.read(MOST_XML)
    etree.fromstring(data, etree.XMLParser(target=_Weighed(), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise Invalid(FIELD, DOCTYPE)
    return root


class _Weighed:
    """A part is read once without making anything of it: raises Invalid for what would make a tree too large, or has a document type."""

    def __init__(self) -> None:
        self._markup = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._markup += 4 + len(attributes)
        if self._markup > 4 * MOST_MARKUP:
            raise Invalid(FIELD, f"This Word document has more than {MOST_MARKUP} pieces in it: split it.")

    def doctype(self, *said: object) -> None:
        """There is a document type: entities may be declared in it."""
        raise Invalid(FIELD, DOCTYPE)

    def close(self) -> None:
        """It was read to its end."""

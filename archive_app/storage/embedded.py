"""What a file says of itself: when, where and with what it was made. For archivists alone; no copy for readers carries any of it.

Runs in the child only. What may not live here: what the file is (examining), copies (sound, film, pictures, pages).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from archive_app.storage.signatures import claimed

MOST_ENTRIES, MOST_LETTERS = 200, 500
Entry = tuple[str, object]


def embedded(source: Path) -> dict[str, str]:
    """Name -> value of at most 200 entries, each at most 500 letters: EXIF, XMP and comments of pictures, tags of sound and film, the
    information of a PDF. Raises Invalid for what no reader of ours is for."""
    claim = claimed(source)
    if claim.family == "media":
        entries = _of_media(source, claim.reader)
    elif claim.family == "image":
        entries = _of_picture(source)
    else:
        entries = _of_document(source)
    found: dict[str, str] = {}
    for name, value in entries:
        if len(found) >= MOST_ENTRIES:
            break
        if text := _text(value):
            found[name[:MOST_LETTERS]] = text
    return found


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-16-le" if value[1:2] == b"\0" else "utf-8", errors="replace")  # XPAuthor and its like are UTF-16
    return "".join(letter if letter.isprintable() else " " for letter in str(value))[:MOST_LETTERS].strip()


def _of_media(source: Path, reader: str) -> Iterator[Entry]:
    from archive_app.storage.streams import opened

    with opened(source, reader) as container:
        yield from _named("file", container.metadata)
        for number, stream in enumerate(container.streams, 1):
            yield from _named(f"stream {number}", stream.metadata)


def _named(where: str, tags: Mapping[str, Any]) -> Iterator[Entry]:
    return ((f"{where}: {name}", value) for name, value in sorted(tags.items()))


def _of_picture(source: Path) -> Iterator[Entry]:
    from PIL import ExifTags, IptcImagePlugin

    from archive_app.storage.pictures import picture

    with picture(source) as found:
        exif = found.getexif()
        for name, tags in (("EXIF", exif), ("EXIF", exif.get_ifd(ExifTags.IFD.Exif)), ("GPS", exif.get_ifd(ExifTags.IFD.GPSInfo))):
            known: Mapping[int, str] = ExifTags.GPSTAGS if name == "GPS" else ExifTags.TAGS
            for tag, value in sorted(tags.items()):
                yield f"{name}: {known.get(tag, tag)}", value
        for (record, number), value in sorted((IptcImagePlugin.getiptcinfo(found) or {}).items()):
            yield f"IPTC: {record}:{number}", b"; ".join(value) if isinstance(value, list) else value
        for key, value in sorted(found.info.items(), key=lambda entry: str(entry[0])):
            if key not in ("exif", "icc_profile") and isinstance(value, (str, bytes, int, float)):
                yield f"picture: {key}", value


def _of_document(source: Path) -> Iterator[Entry]:
    from archive_app.storage.pages import document

    with document(source) as found:
        yield from ((f"PDF: {name}", value) for name, value in sorted(found.get_metadata_dict().items()))

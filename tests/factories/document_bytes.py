"""How zips and PDF documents are written byte by byte, and streams that pack much into little.

Every number given is written as given, also a wrong one. What may not live here: sound and pictures (`container_bytes`), and what is
hostile or marked about a file.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping

_DAY = (1990, 1, 1, 0, 0, 0)


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of the members, always the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(zipfile.ZipInfo(name, _DAY), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The members of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zip_rows(rows: Iterable[tuple[str, int, bytes, int]]) -> bytes:
    """A zip of (name, CRC-32, deflated bytes, size unfolded), each believed."""
    out, central, count = b"", b"", 0
    for name, total, packed, size in rows:
        facts = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x1421, total, len(packed), size, len(name), 0)
        central += b"PK\x01\x02" + struct.pack("<H", 20) + facts + struct.pack("<HHHII", 0, 0, 0, 0, len(out)) + name.encode()
        out += b"PK\x03\x04" + facts + name.encode() + packed
        count += 1
    return out + central + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(central), len(out), 0)


def deflated(data: bytes) -> bytes:
    """A zlib stream, as chunks of a PNG and streams of a PDF hold."""
    return zlib.compress(data, 9)


def deflated_zeros(mebibytes: int, byte: bytes = b"\0", head: bytes = b"", tail: bytes = b"") -> bytes:
    """A raw deflate stream of `head`, so many MiB of one byte, `tail`, made without packing them all."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(byte * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + block * mebibytes + packer.compress(tail) + packer.flush()


def zlib_zeros(mebibytes: int) -> bytes:
    """The same for zeros as a zlib stream (a PNG's, a PDF's) with its right checksum."""
    return b"\x78\xda" + deflated_zeros(mebibytes) + struct.pack(">I", (mebibytes << 20) % 65521 << 16 | 1)


def pdf(objects: Mapping[int, bytes], trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A file of the objects, with a right table of where they lie."""
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places: dict[int, int] = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    size = max(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n" for number in range(size))
    return out + b"xref\n0 %d\n%btrailer\n<< /Size %d %b >>\nstartxref\n%d\n%%%%EOF\n" % (size, table, size, trailer, len(out))


def pdf_stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(data), entries, data)


def pdf_page(text: bytes = b"A page of plain text", page: bytes = b"", catalog: bytes = b"", content: bytes = b"") -> dict[int, bytes]:
    """The objects of a document of one page that shows `text`; more entries for the page and the catalog, more of what is drawn."""
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalog,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> %b >>" % page,
        4: pdf_stream(b"BT /F1 12 Tf 10 50 Td (" + text + b") Tj ET\n" + content),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }

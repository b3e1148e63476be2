"""Documents and archives that unfold, loop, lie or run. Rows of (file name, bytes, why); each is small on disk."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from tests.factories import container_bytes as make
from tests.factories import document_bytes as paper
from tests.factories.plain_files import plain_files

Row = tuple[str, bytes, str]
PASSWORD = b"never told"
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
_WORD = "word/document.xml"
_BODY = (b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>%b</w:t></w:r></w:p>'
         b"</w:body></w:document>")


def pdfs() -> Iterator[Row]:
    """PDF."""
    catalog = {1: b"<< /Type /Catalog /Pages 2 0 R >>"}
    yield "no-pages.pdf", paper.pdf({**catalog, 2: b"<< /Type /Pages /Kids [] /Count 0 >>"}), "has no page"
    yield "count.pdf", paper.pdf({**catalog, 2: b"<< /Type /Pages /Kids [] /Count 2147483647 >>"}), \
        "says it has 2 thousand million pages, and has none"
    yield "kids.pdf", paper.pdf({**catalog, 2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>"}), \
        "has pages that are their own pages"
    deep = {number: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R >>" % (number + 1, number - 1) for number in range(2, 5_000)}
    yield "deep.pdf", paper.pdf({**catalog, **deep, 5_000: b"<< /Type /Page /Parent 4999 0 R /MediaBox [0 0 9 9] >>"}), \
        "has its one page 5,000 levels deep"
    wide = {**catalog, 2: b"<< /Type /Pages /Count 100000 /Kids [%b] >>" % (b"3 0 R " * 100_000)}
    yield "pages.pdf", paper.pdf({**wide, 3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"}), "has 100,000 pages that are one"
    page = paper.pdf_page()
    page[3] = page[3].replace(b"0 0 200 100", b"0 0 1000000000 1000000000")
    yield "sides.pdf", paper.pdf(page), "has a page of 350 kilometres"
    once = paper.zlib_zeros(1024)
    stream = paper.pdf_stream(zlib.compress(once, 9), b"/Filter [/FlateDecode /FlateDecode]")
    yield "stream.pdf", paper.pdf({**paper.pdf_page(), 4: stream}), "has a page that unfolds to a gigabyte, packed twice"
    tenfold = {number: _form(number + 1, 10) for number in range(6, 18)}
    yield "forms.pdf", paper.pdf(_drawing({**tenfold, 18: paper.pdf_stream(b"0 0 1 1 re f", _FORM)}, b"/X6 Do")), \
        "draws a form that draws a form ten times, twelve levels deep"
    yield "password.pdf", _locked(), "cannot be opened without a password"
    yield "previous.pdf", b"%PDF-1.7\nxref\n0 0\ntrailer\n<< /Root 1 0 R /Prev 9 /Size 1 >>\nstartxref\n9\n%%EOF\n", \
        "has a table that says to go on reading at itself"
    yield "no-catalog.pdf", paper.pdf({1: b"<< /Type /Pages >>"}), "has no catalog"


def docxs() -> Iterator[Row]:
    """Documents of a word processor."""
    plain = paper.unzipped(plain_files()["docx"])
    yield "zip.docx", paper.zipped({"a.txt": b"not a document"}), "is a zip called .docx"
    yield "no-text.docx", paper.zipped({name: data for name, data in plain.items() if name != _WORD}), "is a document without its text"
    yield "broken.docx", paper.zipped({**plain, _WORD: b"<w:document><w:body>"}), "is a document whose text is not XML"
    yield "sheet.docx", paper.zipped({"[Content_Types].xml": plain["[Content_Types].xml"], "xl/workbook.xml": b"<workbook/>"}), \
        "is a table of numbers called .docx"
    yield "entity.docx", paper.zipped({**plain, _WORD: b'<!DOCTYPE a [<!ENTITY i SYSTEM "file:///etc/passwd">]>' + _BODY % b"&i;"}), \
        "is a document that reads a file of the server"
    laughs = b'<!DOCTYPE a [<!ENTITY a "ha ha ha ha ha">' + b"".join(
        b'<!ENTITY %c "%b">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(9)) + b"]>"
    yield "laughs.docx", paper.zipped({**plain, _WORD: laughs + _BODY % b"&j;"}), "is a document whose entities unfold to gigabytes"
    head, tail = (_BODY % b"\0").split(b"\0")
    yield "unfolds.docx", _zip_of({name: data for name, data in plain.items() if name != _WORD}, _WORD, 512, b" ", head, tail), \
        "is a document whose text unfolds to half a gigabyte"
    macro = plain["[Content_Types].xml"].replace(b"wordprocessingml.document.main+xml", b"wordprocessingml.document.macroEnabled.main+xml")
    macro = macro.replace(b"openxmlformats-officedocument.wordprocessingml.document.macroEnabled", b"ms-word.document.macroEnabled")
    yield "macro.docx", paper.zipped({**plain, "[Content_Types].xml": macro, "word/vbaProject.bin": _OLE}), \
        "is a document with a program in it, called .docx"
    yield "old.docx", _OLE, "is a document of an old word processor, or a locked one, called .docx"
    yield "old.doc", _OLE, "is a document of an old word processor, which may hold programs"


def archives() -> Iterator[Row]:
    """Archives: none is a medium, whatever it holds."""
    plain = plain_files()
    inner = paper.zipped({"zeros": bytes(1 << 20)})
    for level in range(6):
        inner = paper.zipped({f"{level}-{number}.zip": inner for number in range(10)})
    yield "nested.zip", inner, "is ten zips in each of ten zips, six levels deep"
    yield "ratio.zip", _zip_of({}, "zeros.wav", 1024), "is a gigabyte in one megabyte"
    yield "overlap.zip", _overlapping(20_000), "is 20,000 members that are the same bytes"
    yield "up.zip", paper.zipped({"../../outside.wav": plain["wav"], "..\\..\\outside.wav": plain["wav"]}), "has members that lie above it"
    yield "absolute.zip", paper.zipped({"/tmp/outside.wav": plain["wav"], "C:\\outside.wav": plain["wav"]}), \
        "has members with places of their own"
    yield "link.zip", _with_link(), "has a link to a file of the server"
    yield "locked.zip", make.patched(paper.zipped({"a.wav": plain["wav"]}), b"PK\x03\x04", 6, b"\x01\0"), "says its member is locked"
    yield "zip.jpg", paper.zipped({"a.jpg": plain["jpg"]}), "is a zip called .jpg"
    yield "zip.mp3", paper.zipped({"a.mp3": plain["mp3"]}), "is a zip called .mp3"
    yield "zeros.wav.gz", gzip.compress(bytes(64 << 20), 6, mtime=0), "is 64 MB of zeros in 64 KB"
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as out:
        member = tarfile.TarInfo("../../outside.wav")
        member.size = len(plain["wav"])
        out.addfile(member, io.BytesIO(plain["wav"]))
    yield "up.tar", tar.getvalue(), "has a member that lies above it"
    yield "tar.wav", tar.getvalue(), "is an archive called .wav"
    yield "packed.7z", b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(24), "is a packed archive"
    yield "packed.rar", b"Rar!\x1a\x07\x01\0" + bytes(24), "is a packed archive"


_FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 200 100]"


def _form(next_number: int, times: int) -> bytes:
    content = b"/X%d Do " % next_number * times
    return paper.pdf_stream(content, _FORM + b" /Resources << /XObject << /X%d %d 0 R >> >>" % (next_number, next_number))


def _drawing(objects: dict[int, bytes], content: bytes) -> dict[int, bytes]:
    """A page that draws the object 6."""
    page = paper.pdf_page(content=content)
    page[3] = page[3].replace(b"/Resources <<", b"/Resources << /XObject << /X6 6 0 R >>")
    return {**page, **objects}


def _locked() -> bytes:
    """A page under RC4 of 40 bits, ISO 32000-1, 7.6.3, algorithms 2 to 4, with a password for whoever reads it."""
    def padded(word: bytes) -> bytes:
        return (word + _PADDING)[:32]
    owner = _rc4(_md5(padded(b"owner"))[:5], padded(PASSWORD))
    may, number = -4, b"0123456789abcdef"
    key = _md5(padded(PASSWORD) + owner + struct.pack("<i", may) + number)[:5]
    objects = paper.pdf_page()
    words = b"BT /F1 12 Tf 10 50 Td (A locked page) Tj ET\n"
    objects[4] = paper.pdf_stream(_rc4(_md5(key + b"\x04\0\0\0\0")[:10], words))
    user = _rc4(key, _PADDING)
    objects[6] = b"<< /Filter /Standard /V 1 /R 2 /O <%b> /U <%b> /P %d >>" % (owner.hex().encode(), user.hex().encode(), may)
    return paper.pdf(objects, b"/Root 1 0 R /Encrypt 6 0 R /ID [<%b> <%b>]" % (number.hex().encode(), number.hex().encode()))


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i, j = (i + 1) % 256, (j + state[(i + 1) % 256]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def _zip_of(members: dict[str, bytes], large: str, mebibytes: int, byte: bytes = b"\0", head: bytes = b"", tail: bytes = b"") -> bytes:
    """A zip in which one member unfolds to so many MiB of a byte between `head` and `tail`, with right sizes and checksums."""
    total = zlib.crc32(head)
    for _ in range(mebibytes):
        total = zlib.crc32(byte * (1 << 20), total)
    rows = [(name, zlib.crc32(data), paper.deflated_zeros(0, head=data), len(data)) for name, data in members.items()]
    size = (mebibytes << 20) + len(head) + len(tail)
    return paper.zip_rows([*rows, (large, zlib.crc32(tail, total), paper.deflated_zeros(mebibytes, byte, head, tail), size)])


def _overlapping(count: int) -> bytes:
    """Every row of the list of members says that its bytes are those of the first."""
    one = paper.zipped({"zeros": bytes(4 << 20)})
    start, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    rows = b"".join(one[start:end - 5] + b"%05d" % number for number in range(count))
    return one[:start] + rows + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(rows), start, 0)


def _with_link() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        link = zipfile.ZipInfo("link.wav", (1990, 1, 1, 0, 0, 0))
        link.create_system, link.external_attr = 3, 0o120777 << 16
        out.writestr(link, "/etc/passwd")
    return made.getvalue()

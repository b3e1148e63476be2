"""Files that are one thing to a reader of media and another to a browser, a server or a shell: rows of (file name, bytes, why, payload).

Each is a valid picture, sound, film or document. They are harmless as long as only what is seen or heard goes on, so an archive may take
them; the payload may stand in the sealed original and in nothing that is served or made from it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from tests.factories import container_bytes as make
from tests.factories import document_bytes as paper
from tests.factories.plain_files import plain_files

Row = tuple[str, bytes, str, bytes]
_ADDRESS = b"http://relay-%02d.example.invalid/"


def polyglots() -> Iterator[Row]:
    """Each with a payload of its own."""
    for number, (name, why, kind, build) in enumerate(_ALL):
        payload = _PAYLOADS[kind](number)
        yield name, build(plain_files()[name.rpartition(".")[2]], payload), why, payload


def _php(number: int) -> bytes:
    return b"<?php echo 'polyglot %02d'; __halt_compiler(); ?>" % number


def _page(number: int) -> bytes:
    return b"<html><script>alert('polyglot %02d')</script></html>" % number


def _script(number: int) -> bytes:
    return b"=1;alert('polyglot %02d');//" % number


def _zip(number: int) -> bytes:
    return paper.zipped({"run.class": b"\xca\xfe\xba\xbe polyglot %02d" % number})


def _program(number: int) -> bytes:
    return b"\x7fELF\x02\x01\x01 polyglot %02d" % number


_PAYLOADS: dict[str, Callable[[int], bytes]] = {"php": _php, "page": _page, "script": _script, "zip": _zip, "program": _program,
                                                "address": lambda number: _ADDRESS % number}


def _behind(data: bytes, payload: bytes) -> bytes:
    return data + payload


def _gif_script(data: bytes, payload: bytes) -> bytes:
    """`GIF89a/*` is the start of a script: the width of the canvas is the first two bytes of a comment."""
    place = 13 + 3 * (2 << (data[10] & 7))
    return data[:6] + b"/*" + data[8:place] + b"\x21\xfe\x02*/\0" + data[place:-1] + b";*/" + payload


def _jpeg_comment(data: bytes, payload: bytes) -> bytes:
    return make.jpeg_with(data, make.jpeg_segment(0xFE, payload))


def _jpeg_exif(data: bytes, payload: bytes) -> bytes:
    return make.jpeg_with(data, make.jpeg_segment(0xE1, b"Exif\0\0" + make.tiff([(270, 2, len(payload) + 1, payload + b"\0")])))


def _png_text(data: bytes, payload: bytes) -> bytes:
    return make.png_with(data, make.png_chunk(b"tEXt", b"Comment\0" + payload))


def _webp_exif(data: bytes, payload: bytes) -> bytes:
    extended = make.riff_chunk(b"VP8X", struct.pack("<I", 0x08) + (47).to_bytes(3, "little") * 2)
    return make.riff(b"WEBP", extended + data[12:] + make.riff_chunk(b"EXIF", b"II*\0\x08\0\0\0\0\0\0\0\0\0" + payload))


def _riff_chunk(data: bytes, payload: bytes) -> bytes:
    return make.riff_with(data, make.riff_chunk(b"note", payload))


def _id3_comment(data: bytes, payload: bytes) -> bytes:
    return make.id3(make.id3_frame(b"COMM", b"\0eng\0" + payload)) + data


def _flac_padding(data: bytes, payload: bytes) -> bytes:
    return make.flac_with(data, 1, payload + bytes(64))


def _mp4_free(data: bytes, payload: bytes) -> bytes:
    return make.mp4_with(data, [], make.box(b"free", payload))


def _void(data: bytes, payload: bytes) -> bytes:
    return data + make.ebml(0xEC, payload)


def _ogg_comment(data: bytes, payload: bytes) -> bytes:
    return make.ogg_with_comments(data, b"COMMENT=" + payload)


def _pdf_action(data: bytes, payload: bytes) -> bytes:
    action = b"/OpenAction << /S /JavaScript /JS <%b> >>" % payload.hex().encode()
    return paper.pdf(paper.pdf_page(catalog=action))


def _pdf_launch(data: bytes, payload: bytes) -> bytes:
    return paper.pdf(paper.pdf_page(catalog=b"/OpenAction << /S /URI /URI (%b) >>" % payload))


def _docx_member(data: bytes, payload: bytes) -> bytes:
    return paper.zipped({**paper.unzipped(data), "word/media/run.bin": payload})


def _docx_template(data: bytes, payload: bytes) -> bytes:
    """A template that a word processor would fetch when the document is opened."""
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = (b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
             b'<Relationship Id="rId1" Type="%b/attachedTemplate" Target="%b" TargetMode="External"/></Relationships>') % (kind, payload)
    members = paper.unzipped(data)
    settings = members["word/settings.xml"]
    at = settings.index(b">", settings.index(b"<w:settings")) + 1
    named = b'<w:attachedTemplate xmlns:r="%b" r:id="rId1"/>' % kind
    return paper.zipped({**members, "word/settings.xml": settings[:at] + named + settings[at:], "word/_rels/settings.xml.rels": links})


_ALL: list[tuple[str, str, str, Callable[[bytes, bytes], bytes]]] = [
    ("poly-script.gif", "is a picture and a script", "script", _gif_script),
    ("poly-zip.gif", "is a picture with an archive of programs behind it", "zip", _behind),
    ("poly-php.jpg", "is a picture with a server's program in its comment", "php", _jpeg_comment),
    ("poly-exif.jpg", "is a picture with a page of the web in its description", "page", _jpeg_exif),
    ("poly-page.jpg", "is a picture with a page of the web behind it", "page", _behind),
    ("poly-zip.jpg", "is a picture with an archive behind it", "zip", _behind),
    ("poly-zip.png", "is a picture with an archive behind it", "zip", _behind),
    ("poly-text.png", "is a picture with a page of the web in its text", "page", _png_text),
    ("poly-exif.webp", "is a picture with a server's program in its facts", "php", _webp_exif),
    ("poly-page.bmp", "is a picture with a page of the web behind it", "page", _behind),
    ("poly-php.tiff", "is a picture with a server's program behind it", "php", _behind),
    ("poly-php.heic", "is a picture with a server's program behind it", "php", lambda data, payload: data + make.box(b"free", payload)),
    ("poly-zip.wav", "is sound with an archive in a chunk of its own", "zip", _riff_chunk),
    ("poly-page.mp3", "is sound with a page of the web in its comment", "page", _id3_comment),
    ("poly-program.flac", "is sound with a program in its padding", "program", _flac_padding),
    ("poly-php.ogg", "is sound with a server's program in its comments", "php", _ogg_comment),
    ("poly-page.m4a", "is sound with a page of the web in its free space", "page", _mp4_free),
    ("poly-page.mp4", "is a film with a page of the web in its free space", "page", _mp4_free),
    ("poly-page.webm", "is a film with a page of the web in its empty space", "page", _void),
    ("poly-zip.pdf", "is a page with an archive behind it", "zip", _behind),
    ("poly-script.pdf", "is a page with a script that runs when it is opened", "script", _pdf_action),
    ("poly-address.pdf", "is a page that sends its reader elsewhere", "address", _pdf_launch),
    ("poly-program.docx", "is a document with a program among its pictures", "program", _docx_member),
    ("poly-template.docx", "is a document that fetches its template from an address", "address", _docx_template),
]

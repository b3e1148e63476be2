"""Where pictures carry what nobody sees: rows of (file name, field, how to plant a text there, further bytes that give it away)."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

from PIL import Image, ImageCms
from pillow_heif import from_pillow

from tests.factories import container_bytes as make
from tests.factories import document_bytes as paper
from tests.factories.plain_files import picture

Plant = Callable[[bytes, bytes], bytes]
Row = tuple[str, str, Plant, Callable[[bytes], tuple[bytes, ...]]]
_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1}


def none(text: bytes) -> tuple[bytes, ...]:
    """No further bytes: the text itself is what gives it away."""
    return ()


def xmp(text: bytes) -> bytes:
    """An XMP packet (ISO 16684-1) whose creator is the text."""
    return (b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf='
            b'"http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            b"<dc:creator><rdf:Seq><rdf:li>" + text + b"</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
            b'<?xpacket end="w"?>')


def commented(text: bytes) -> bytes:
    """A small jpeg of other pixels, which no other text has, with the text in its comment: what tags carry as a cover or a thumbnail."""
    made = io.BytesIO()
    Image.frombytes("RGB", (16, 16), make.noise(768, int.from_bytes(text, "big"))).save(made, "JPEG")
    return make.jpeg_with(made.getvalue(), make.jpeg_segment(0xFE, text))


def exif(tag: int, kind: int, value: bytes) -> bytes:
    """Exif (CIPA DC-008) with one field in its first directory."""
    return make.tiff([(tag, kind, len(value) // _WIDTHS[kind], value)])


def _deep_exif(directory: int, rows: list[tuple[int, int, int, bytes]]) -> bytes:
    """Exif whose first directory points to another one, which stands behind it at byte 26."""
    table, behind = b"", b""
    for tag, kind, count, value in rows:
        where = struct.pack("<I", 26 + 2 + 12 * len(rows) + 4 + len(behind)) if len(value) > 4 else value.ljust(4, b"\0")
        behind += value + b"\0" * (len(value) % 2) if len(value) > 4 else b""
        table += struct.pack("<HHI", tag, kind, count) + where
    return make.tiff([(directory, 4, 1, struct.pack("<I", 26))], after=struct.pack("<H", len(rows)) + table + bytes(4) + behind)


def _in_jpeg(facts: Callable[[bytes], bytes]) -> Plant:
    return lambda data, text: make.jpeg_with(data, make.jpeg_segment(0xE1, b"Exif\0\0" + facts(text)))


def _noted(tag: int, head: bytes, kind: int = 7) -> Callable[[bytes], bytes]:
    """A field of the directory of the camera: a head and the text, in UTF-16 where the head says so."""
    def facts(text: bytes) -> bytes:
        value = head + (text.decode().encode("utf-16-le") if head.startswith(b"UNICODE") else text) + b"\0" * (kind == 2)
        return _deep_exif(0x8769, [(tag, kind, len(value), value)])
    return facts


def place(text: bytes) -> tuple[tuple[int, int], ...]:
    """Degrees, minutes, seconds that no other file has: their numbers follow from the text."""
    seed = int.from_bytes(text[-4:], "big") % 900_000
    return ((40_000_007 + seed, 1_000_000), (23_000_003 + seed, 1_000_000), (11_000_001 + seed, 1_000_000))


def _place_bytes(text: bytes) -> tuple[bytes, ...]:
    numbers = [number for pair in place(text) for number in pair]
    return struct.pack("<6I", *numbers), struct.pack(">6I", *numbers)


def _gps(text: bytes) -> bytes:
    latitude = struct.pack("<6I", *(number for pair in place(text) for number in pair))
    area = b"ASCII\0\0\0" + text
    return _deep_exif(0x8825, [(1, 2, 2, b"N\0"), (2, 5, 3, latitude), (28, 7, len(area), area)])


def _thumbnail(text: bytes) -> bytes:
    """The second directory, at byte 26, holds a small jpeg of other pixels."""
    small = commented(text)
    second = make.tiff([(513, 4, 1, struct.pack("<I", 26 + 30)), (514, 4, 1, struct.pack("<I", len(small)))])[8:]
    return make.tiff([(274, 3, 1, b"\x01\0")], next_directory=26, after=second + small)


def _thumbnail_bytes(text: bytes) -> tuple[bytes, ...]:
    small = commented(text)
    return (small[small.index(b"\xff\xda"):],)


def _iptc(text: bytes) -> bytes:
    record = b"\x1c\x02\x50" + struct.pack(">H", len(text)) + text
    return b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record + b"\0" * (len(record) % 2)


def _profile(text: bytes) -> bytes:
    """An ICC profile with the text for its copyright."""
    plain: bytes = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    words = "No copyright, use freely"
    if words.encode("utf-16-be") not in plain:
        raise ValueError("the profile does not say what it used to say")
    plain = plain[:24] + struct.pack(">6H", 1990, 1, 1, 0, 0, 0) + plain[36:84] + bytes(16) + plain[100:]  # made on a day, always the same
    return plain.replace(words.encode("utf-16-be"), text.decode().ljust(len(words)).encode("utf-16-be"))


def _segment(marker: int, head: bytes, body: Callable[[bytes], bytes] = lambda text: text) -> Plant:
    return lambda data, text: make.jpeg_with(data, make.jpeg_segment(marker, head + body(text)))


def _chunk(name: bytes, head: bytes = b"", body: Callable[[bytes], bytes] = lambda text: text) -> Plant:
    return lambda data, text: make.png_with(data, make.png_chunk(name, head + body(text)))


def _gif(extension: Callable[[bytes], bytes]) -> Plant:
    """An extension block before the first picture."""
    def plant(data: bytes, text: bytes) -> bytes:
        at = 13 + 3 * (2 << (data[10] & 7))
        return b"GIF89a" + data[6:at] + extension(text) + data[at:]
    return plant


def _webp(name: bytes, flag: int, body: Callable[[bytes], bytes]) -> Plant:
    def plant(data: bytes, text: bytes) -> bytes:
        extended = make.riff_chunk(b"VP8X", struct.pack("<I", flag) + (47).to_bytes(3, "little") * 2)
        chunk = make.riff_chunk(name, body(text))
        return make.riff(b"WEBP", extended + (chunk + data[12:] if name == b"ICCP" else data[12:] + chunk))
    return plant


def _tiff(tag: int, body: Callable[[bytes], bytes] = lambda text: text) -> Plant:
    def plant(data: bytes, text: bytes) -> bytes:
        with Image.open(io.BytesIO(data)) as opened:
            made = io.BytesIO()
            opened.save(made, "TIFF", tiffinfo={tag: body(text).decode() if tag < 300 or tag in (305, 315) else body(text)})
        return made.getvalue()
    return plant


def _heic(**facts: Callable[[bytes], bytes]) -> Plant:
    def plant(data: bytes, text: bytes) -> bytes:
        with Image.open(io.BytesIO(picture("png"))) as opened:
            made = io.BytesIO()
            from_pillow(opened).save(made, quality=80, **{name: body(text) for name, body in facts.items()})
        return made.getvalue()
    return plant


def _artist(text: bytes) -> bytes:
    return exif(0x013B, 2, text + b"\0")


def _behind(data: bytes, text: bytes) -> bytes:
    return data + text


PICTURES: list[Row] = [
    ("exif-artist.jpg", "Exif Artist", _in_jpeg(_artist), none),
    ("exif-gps.jpg", "Exif GPSLatitude and GPSAreaInformation", _in_jpeg(_gps), _place_bytes),
    ("exif-comment.jpg", "Exif UserComment", _in_jpeg(_noted(0x9286, b"ASCII\0\0\0")), none),
    ("exif-comment-utf-16.jpg", "Exif UserComment in UTF-16", _in_jpeg(_noted(0x9286, b"UNICODE\0")), none),
    ("exif-maker-note.jpg", "Exif MakerNote", _in_jpeg(_noted(0x927C, b"MAKER\0")), none),
    ("exif-serial.jpg", "Exif BodySerialNumber", _in_jpeg(_noted(0xA431, b"", 2)), none),
    ("exif-xp-author.jpg", "Exif XPAuthor", _in_jpeg(lambda text: exif(0x9C9D, 1, text.decode().encode("utf-16-le") + b"\0\0")), none),
    ("exif-thumbnail.jpg", "Exif thumbnail of other pixels", _in_jpeg(_thumbnail), _thumbnail_bytes),
    ("comment.jpg", "COM", _segment(0xFE, b""), none),
    ("xmp.jpg", "XMP", _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0", xmp), none),
    ("iptc.jpg", "IPTC by-line in APP13", _segment(0xED, b"", _iptc), none),
    ("profile.jpg", "ICC copyright", _segment(0xE2, b"ICC_PROFILE\0\x01\x01", _profile), none),
    ("jfif-thumbnail.jpg", "JFIF thumbnail of other pixels", _segment(0xE0, b"JFXX\0\x10", commented), _thumbnail_bytes),
    ("own-segment.jpg", "APP15", _segment(0xEF, b"OWN\0"), none),
    ("behind.jpg", "bytes behind the picture", _behind, none),
    ("text.png", "tEXt", _chunk(b"tEXt", b"Author\0"), none),
    ("folded-text.png", "zTXt", _chunk(b"zTXt", b"Author\0\0", paper.deflated), none),
    ("international-text.png", "iTXt, deflated", _chunk(b"iTXt", b"Author\0\x01\0\0\0", paper.deflated), none),
    ("xmp.png", "XMP in iTXt", _chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0", xmp), none),
    ("exif.png", "eXIf", _chunk(b"eXIf", b"", _artist), none),
    ("profile.png", "ICC copyright in iCCP", _chunk(b"iCCP", b"icc\0\0", lambda text: paper.deflated(_profile(text))), none),
    ("own-chunk.png", "a private chunk", _chunk(b"prVt"), none),
    ("behind.png", "bytes behind IEND", _behind, none),
    ("comment.gif", "comment extension", _gif(lambda text: b"\x21\xfe" + bytes([len(text)]) + text + b"\0"), none),
    ("xmp.gif", "XMP in an application extension",
     _gif(lambda text: b"\x21\xff\x0bXMP DataXMP" + xmp(text) + b"\x01" + bytes(range(255, -1, -1)) + b"\0"), none),
    ("exif.webp", "EXIF", _webp(b"EXIF", 0x08, _artist), none),
    ("xmp.webp", "XMP", _webp(b"XMP ", 0x04, xmp), none),
    ("profile.webp", "ICC copyright", _webp(b"ICCP", 0x20, _profile), none),
    ("artist.tiff", "Artist", _tiff(315), none),
    ("description.tiff", "ImageDescription", _tiff(270), none),
    ("xmp.tiff", "XMP", _tiff(700, xmp), none),
    ("own-tag.tiff", "a private tag", _tiff(65_000), none),
    ("exif.heic", "Exif", _heic(exif=lambda text: b"Exif\0\0" + _artist(text)), none),
    ("xmp.heic", "XMP", _heic(xmp=xmp), none),
    ("behind.bmp", "bytes behind the pixels", _behind, none),
]

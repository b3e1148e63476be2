"""Where documents carry what is not on the page: rows of (file name, field, how to plant a text there, further bytes of it)."""

from __future__ import annotations

from collections.abc import Callable

from tests.factories import document_bytes as paper
from tests.factories.metadata_pictures import Plant, Row, commented, none, xmp

_DOCUMENT, _RELS, _TYPES = "word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_MAIN = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _pdf(more: Callable[[bytes], dict[int, bytes]], catalog: bytes = b"", page: bytes = b"", trailer: bytes = b"") -> Plant:
    """A page, further objects from 6 on, and what refers to them."""
    return lambda data, text: paper.pdf({**paper.pdf_page(catalog=catalog, page=page), **more(text)}, b"/Root 1 0 R " + trailer)


def _attached(text: bytes) -> dict[int, bytes]:
    return {6: b"<< /Type /Filespec /F (note.txt) /EF << /F 7 0 R >> >>",
            7: paper.pdf_stream(paper.deflated(text), b"/Type /EmbeddedFile /Filter /FlateDecode")}


def _layer(data: bytes, text: bytes) -> bytes:
    """Text on a layer that is off."""
    hidden = b"/OC /hidden BDC BT /F1 12 Tf 10 20 Td (" + text + b") Tj ET EMC"
    objects = paper.pdf_page(content=hidden, catalog=b"/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] /Order [6 0 R] >> >>")
    objects[3] = objects[3].replace(b"/Resources <<", b"/Resources << /Properties << /hidden 6 0 R >>")
    return paper.pdf({**objects, 6: b"<< /Type /OCG /Name (hidden) >>"})


def _covered(data: bytes, text: bytes) -> bytes:
    """Text under a black bar, as a name is blacked out by hand."""
    return paper.pdf(paper.pdf_page(content=b"BT /F1 8 Tf 10 20 Td (" + text + b") Tj ET 0 g 0 10 200 25 re f"))


def _outside(data: bytes, text: bytes) -> bytes:
    """Text beside the page."""
    return paper.pdf(paper.pdf_page(content=b"BT /F1 8 Tf 10 -60 Td (" + text + b") Tj ET"))


def _revised(data: bytes, text: bytes) -> bytes:
    """A page that said the text, and a later revision behind it that does not (ISO 32000-1, 7.5.6)."""
    first = paper.pdf(paper.pdf_page(text=text))
    before = int(first.rsplit(b"startxref\n", 1)[1].split()[0])
    new = b"4 0 obj\n%b\nendobj\n" % paper.pdf_page()[4]
    table = b"xref\n4 1\n%010d 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\n" % (len(first), before)
    return first + new + table + b"startxref\n%d\n%%%%EOF\n" % (len(first) + len(new))


def _scanned(data: bytes, text: bytes) -> bytes:
    """A picture on the page, with a comment of its own."""
    facts = b"/Type /XObject /Subtype /Image /Width 16 /Height 16 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode"
    objects = paper.pdf_page(content=b"q 40 0 0 40 10 5 cm /X6 Do Q")
    objects[3] = objects[3].replace(b"/Resources <<", b"/Resources << /XObject << /X6 6 0 R >>")
    return paper.pdf({**objects, 6: paper.pdf_stream(commented(text), facts)})


def _docx(change: Callable[[dict[str, bytes], bytes], dict[str, bytes]]) -> Plant:
    """Members that are added or replaced."""
    def plant(data: bytes, text: bytes) -> bytes:
        members = paper.unzipped(data)
        return paper.zipped({**members, **change(members, text)})
    return plant


def _linked(members: dict[str, bytes], target: str, kind: str, content: str) -> dict[str, bytes]:
    """What makes a new member known: its relation to the text, and its type."""
    relation = f'<Relationship Id="rIdNew" Type="{_OFFICE}{kind}" Target="{target}"/></Relationships>'.encode()
    type_ = f'<Override PartName="/word/{target}" ContentType="{content}"/></Types>'.encode()
    return {_RELS: members[_RELS].replace(b"</Relationships>", relation), _TYPES: members[_TYPES].replace(b"</Types>", type_)}


def _comments(members: dict[str, bytes], text: bytes) -> dict[str, bytes]:
    known = _linked(members, "comments.xml", "comments", "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml")
    body = b'<w:comments %b><w:comment w:id="0" w:author="A"><w:p><w:r><w:t>%b</w:t></w:r></w:p></w:comment></w:comments>' % (_MAIN, text)
    return {**known, "word/comments.xml": body}


def _text(new: bytes) -> Plant:
    """A further paragraph; `$` stands for the text."""
    def change(members: dict[str, bytes], text: bytes) -> dict[str, bytes]:
        paragraph = b"<w:p>" + new.replace(b"$", text) + b"</w:p>"
        return {_DOCUMENT: members[_DOCUMENT].replace(b"<w:sectPr", paragraph + b"<w:sectPr", 1)}
    return _docx(change)


def _core(members: dict[str, bytes], text: bytes) -> dict[str, bytes]:
    core = members["docProps/core.xml"]
    start = core.index(b"<dc:creator>") + 12
    return {"docProps/core.xml": core[:start] + text + core[core.index(b"</dc:creator>"):]}


def _company(members: dict[str, bytes], text: bytes) -> dict[str, bytes]:
    application = members["docProps/app.xml"]
    start = application.index(b"<Company>") + 9 if b"<Company>" in application else application.index(b"</Properties>")
    new = text if b"<Company>" in application else b"<Company>" + text + b"</Company>"
    return {"docProps/app.xml": application[:start] + new + application[start:]}


def _custom(members: dict[str, bytes], text: bytes) -> dict[str, bytes]:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
    relation = f'<Relationship Id="rIdOwn" Type="{kind}" Target="docProps/custom.xml"/></Relationships>'.encode()
    content = b"application/vnd.openxmlformats-officedocument.custom-properties+xml"
    office = b"http://schemas.openxmlformats.org/officeDocument/2006/"
    body = (b'<Properties xmlns="%bcustom-properties" xmlns:vt="%bdocPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" '
            b'pid="2" name="Note"><vt:lpwstr>%b</vt:lpwstr></property></Properties>') % (office, office, text)
    return {"_rels/.rels": members["_rels/.rels"].replace(b"</Relationships>", relation), "docProps/custom.xml": body,
            _TYPES: members[_TYPES].replace(b"</Types>", b'<Override PartName="/docProps/custom.xml" ContentType="%b"/></Types>' % content)}


def _variables(members: dict[str, bytes], text: bytes) -> dict[str, bytes]:
    settings = members["word/settings.xml"]
    new = b'<w:docVars><w:docVar w:name="note" w:val="' + text + b'"/></w:docVars>'
    return {"word/settings.xml": settings.replace(b"</w:settings>", new + b"</w:settings>")}


DOCUMENTS: list[Row] = [
    ("info.pdf", "Info Author", _pdf(lambda text: {6: b"<< /Author (" + text + b") >>"}, trailer=b"/Info 6 0 R"), none),
    ("info-utf-16.pdf", "Info Title in UTF-16",
     _pdf(lambda text: {6: b"<< /Title <feff" + text.decode().encode("utf-16-be").hex().encode() + b"> >>"}, trailer=b"/Info 6 0 R"), none),
    ("xmp.pdf", "XMP",
     _pdf(lambda text: {6: paper.pdf_stream(xmp(text), b"/Type /Metadata /Subtype /XML")}, catalog=b"/Metadata 6 0 R"), none),
    ("annotation.pdf", "annotation",
     _pdf(lambda text: {6: b"<< /Type /Annot /Subtype /Text /Rect [0 0 1 1] /F 2 /Contents (" + text + b") >>"},
          page=b"/Annots [6 0 R]"), none),
    ("attached.pdf", "attached file", _pdf(_attached, catalog=b"/Names << /EmbeddedFiles << /Names [(note.txt) 6 0 R] >> >>"), none),
    ("layer.pdf", "text on a layer that is off", _layer, none),
    ("covered.pdf", "text under a black bar", _covered, none),
    ("outside.pdf", "text beside the page", _outside, none),
    ("revised.pdf", "what the page said in an earlier revision", _revised, none),
    ("picture.pdf", "comment of a picture on the page", _scanned, none),
    ("outline.pdf", "entry of the outline",
     _pdf(lambda text: {6: b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>",
                        7: b"<< /Title (" + text + b") /Parent 6 0 R /Dest [3 0 R /Fit] >>"},
          catalog=b"/Outlines 6 0 R"), none),
    ("form.pdf", "value of a hidden field of a form",
     _pdf(lambda text: {6: b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (note) /V (" + text + b") /F 2 /Rect [0 0 1 1] >>"},
          catalog=b"/AcroForm << /Fields [6 0 R] >>", page=b"/Annots [6 0 R]"), none),
    ("behind.pdf", "bytes behind the end", lambda data, text: data + b"% " + text + b"\n", none),
    ("core.docx", "creator in the core properties", _docx(_core), none),
    ("company.docx", "company in the application's properties", _docx(_company), none),
    ("custom.docx", "a property of its own", _docx(_custom), none),
    ("comments.docx", "comment", _docx(_comments), none),
    ("change-author.docx", "author of a tracked change",
     _text(b'<w:ins w:id="1" w:author="$" w:date="1990-01-01T00:00:00Z"><w:r><w:t>A new word.</w:t></w:r></w:ins>'), none),
    ("deleted.docx", "text that a tracked change deleted",
     _text(b'<w:del w:id="1" w:author="A" w:date="1990-01-01T00:00:00Z"><w:r><w:delText>$</w:delText></w:r></w:del>'), none),
    ("hidden.docx", "text marked as hidden", _text(b"<w:r><w:rPr><w:vanish/></w:rPr><w:t>$</w:t></w:r>"), none),
    ("field.docx", "instruction of a field",
     _text(b'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> COMMENTS $ </w:instrText></w:r>'
           b'<w:r><w:fldChar w:fldCharType="end"/></w:r>'), none),
    ("bookmark.docx", "name of a bookmark", _text(b'<w:bookmarkStart w:id="7" w:name="$"/><w:bookmarkEnd w:id="7"/>'), none),
    ("variable.docx", "variable of the document", _docx(_variables), none),
    ("thumbnail.docx", "comment of the thumbnail", _docx(lambda members, text: {"docProps/thumbnail.jpeg": commented(text)}), none),
    ("data.docx", "data of a program in customXml",
     _docx(lambda members, text: {"customXml/item1.xml": b"<note>" + text + b"</note>"}), none),
]

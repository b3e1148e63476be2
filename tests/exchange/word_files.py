"""Word documents put together by hand, part by part, so that a test can hold what no word processor would write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def run(text: str, properties: str = "") -> str:
    """A run; a tab or line end in `text` becomes the element Word has for it."""
    shown = text.replace("&", "&amp;").replace("<", "&lt;")
    shown = shown.replace("\t", "</w:t><w:tab/><w:t xml:space='preserve'>").replace("\n", "</w:t><w:br/><w:t xml:space='preserve'>")
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{shown}</w:t></w:r>"


def bold(text: str) -> str:
    return run(text, "<w:b/>")


def paragraph(*runs: str, style: str = "", mark: str = "") -> str:
    """Runs as XML; what begins with no `<` is a plain run. `mark` = properties of the paragraph's own mark."""
    named = f"<w:pStyle w:val='{style}'/>" if style else ""
    inner = "".join(each if each.startswith("<") else run(each) for each in runs)
    return f"<w:p><w:pPr>{named}<w:rPr>{mark}</w:rPr></w:pPr>{inner}</w:p>"


def table(*rows: tuple[str, ...], row_properties: str = "") -> str:
    """Rows of cells; a cell that begins with `<` is XML, another is one paragraph."""
    def cell(content: str) -> str:
        return f"<w:tc><w:tcPr/>{content if content.startswith('<') else paragraph(content)}</w:tc>"
    return "<w:tbl><w:tblPr/>" + "".join(
        f"<w:tr><w:trPr>{row_properties}</w:trPr>{''.join(cell(each) for each in row)}</w:tr>" for row in rows) + "</w:tbl>"


def document(*blocks: str, head: str = "", namespace: str = W) -> str:
    return (f"<?xml version='1.0' encoding='UTF-8'?>{head}<w:document xmlns:w='{namespace}' xmlns:mc='{MC}'><w:body>"
            f"{''.join(blocks)}<w:sectPr/></w:body></w:document>")


def styles(*entries: str, defaults: str = "", namespace: str = W) -> str:
    return (f"<w:styles xmlns:w='{namespace}'><w:docDefaults><w:rPrDefault><w:rPr>{defaults}</w:rPr></w:rPrDefault></w:docDefaults>"
            f"{''.join(entries)}</w:styles>")


def style(id: str, name: str = "", kind: str = "paragraph", properties: str = "", based_on: str = "", default: bool = False) -> str:
    based = f"<w:basedOn w:val='{based_on}'/>" if based_on else ""
    first = " w:default='1'" if default else ""
    return (f"<w:style w:type='{kind}' w:styleId='{id}'{first}><w:name w:val='{name or id}'/>{based}"
            f"<w:rPr>{properties}</w:rPr></w:style>")


def parts(main: str, styled: str = "") -> dict[str, bytes]:
    """The members of a document's package."""
    made = {
        "[Content_Types].xml": "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
        "<Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
        f"<Override PartName='/word/document.xml' ContentType='{MAIN}'/></Types>",
        "_rels/.rels": f"<Relationships xmlns='{PACKAGE}'><Relationship Id='rId1' Type='{RELATIONS}/officeDocument' "
        "Target='word/document.xml'/></Relationships>",
        "word/_rels/document.xml.rels": f"<Relationships xmlns='{PACKAGE}'><Relationship Id='rId1' Type='{RELATIONS}/styles' "
        "Target='styles.xml'/></Relationships>",
        "word/document.xml": main,
        "word/styles.xml": styled or styles(),
    }
    return {name: text.encode() for name, text in made.items()}


def packed(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def word(*blocks: str, styled: str = "", more: Mapping[str, bytes] | None = None) -> bytes:
    """A whole document of these blocks."""
    return packed({**parts(document(*blocks), styled), **(more or {})})

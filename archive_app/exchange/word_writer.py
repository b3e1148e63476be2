"""Transcripts as Word documents (.docx; ISO/IEC 29500-1): a title, then paragraphs with their time-codes in the margin.

Equal readings are equal bytes, on every machine: parts are written by hand in one order, stored and not packed (packing differs
between versions of zlib), with one date for everything, no author and no program. What may not live here: reading.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from html import escape

from archive_app.access import readings
from archive_app.exchange.blocks import length
from archive_app.exchange.cue_text import tidy
from archive_app.exchange.times import clock_seconds
from archive_app.language.tags import direction

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PART_TYPE = "application/vnd.openxmlformats"
_WORD_TYPE = f"{_PART_TYPE}-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can name."""
_MARGIN = 1304
"""Where words begin, in twentieths of a point: 23 mm, room for a time-code of ten thousand hours."""
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(transcript: readings.Transcript, withheld: Callable[[int | None], str], citation: str = "") -> bytes:
    """A document of what this viewer may read: `citation` as its title; a paragraph for each segment, with `[hh:mm:ss]` where its
    time is known and the speaker where it changes; for a run of withheld words one paragraph with the sentence `withheld(length in
    ms, or None)` in square brackets."""
    language = transcript.head.language
    title = tidy(citation)
    paragraphs = [_paragraph("Title", [_run(title)], language)] if title else []
    speaking = ""
    for block in transcript.blocks:
        code = [] if block.start_ms is None else [_run(f"[{clock_seconds(block.start_ms)}]", "TimeCode"), "<w:r><w:tab/></w:r>"]
        if isinstance(block, readings.Withheld):
            paragraphs.append(_paragraph("Withheld", [*code, _run(f"[{tidy(withheld(length(block)))}]")], language))
            speaking = ""
            continue
        turn = [_run(f"{tidy(block.speaker)}:", "Speaker"), _run(" ")] if block.speaker and block.speaker != speaking else []
        spoken = block.language or language
        paragraphs.append(_paragraph("Words", [*code, *turn, _words(tidy(block.text), spoken, language)], language))
        speaking = block.speaker
    return _packed({
        "[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS, "docProps/core.xml": _properties(title, language),
        "word/_rels/document.xml.rels": _WORD_RELATIONS, "word/settings.xml": _SETTINGS, "word/styles.xml": _styles(language),
        "word/document.xml": f'{_HEAD}<w:document xmlns:w="{_W}"><w:body>{"".join(paragraphs)}{_PAGE}</w:body></w:document>'})


def legal(text: str) -> str:
    """The text with U+FFFD for what XML cannot hold (XML 1.0, 2.2)."""
    return _ILLEGAL.sub("\ufffd", text)


def _xml(text: str) -> str:
    return escape(legal(text))


def _paragraph(style: str, runs: list[str], language: str) -> str:
    bidirectional = "<w:bidi/>" if direction(language) == "rtl" else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{bidirectional}</w:pPr>{"".join(runs)}</w:p>'


def _run(text: str, style: str = "", more: str = "") -> str:
    styled = f'<w:rStyle w:val="{style}"/>' if style else ""
    properties = f"<w:rPr>{styled}{more}</w:rPr>" if styled or more else ""
    parts = _xml(text).split("\t")
    return f'<w:r>{properties}{"<w:tab/>".join(f"""<w:t xml:space="preserve">{part}</w:t>""" for part in parts)}</w:r>'


def _words(text: str, spoken: str, language: str) -> str:
    """What was said, in the language it was said in where that is another, and in the direction of its script."""
    right_to_left = direction(spoken) == "rtl"
    said = "" if spoken == language else _language(spoken)
    return _run(text, more=("<w:rtl/>" if right_to_left else "") + said)


def _language(tag: str) -> str:
    if not tag:
        return ""
    return f'<w:lang w:bidi="{_xml(tag)}"/>' if direction(tag) == "rtl" else f'<w:lang w:val="{_xml(tag)}"/>'


def _packed(parts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(parts):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.create_system = 0  # no telling on which system
            archive.writestr(member, parts[name].encode(), zipfile.ZIP_STORED)
            member.external_attr = 0  # writestr puts rights there; the directory at the end is written when all is closed
    return out.getvalue()


def _properties(title: str, language: str) -> str:
    date = "1980-01-01T00:00:00Z"
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<dc:title>{_xml(title)}</dc:title><dc:language>{_xml(language)}</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">{date}'
        f'</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">{date}</dcterms:modified></cp:coreProperties>')


def _styles(language: str) -> str:
    """What the parts of a transcript look like; sizes in half points."""
    def style(kind: str, id: str, name: str, more: str) -> str:
        default = ' w:default="1"' if id in ("Normal", "Plain") else ""
        based = "" if default or kind == "character" else '<w:basedOn w:val="Normal"/>'
        return f'<w:style w:type="{kind}"{default} w:styleId="{id}"><w:name w:val="{name}"/>{based}<w:qFormat/>{more}</w:style>'

    margin = f'<w:tabs><w:tab w:val="left" w:pos="{_MARGIN}"/></w:tabs><w:ind w:left="{_MARGIN}" w:hanging="{_MARGIN}"/>'
    usual = f'<w:sz w:val="22"/><w:szCs w:val="22"/>{_language(language)}'
    return (
        f'{_HEAD}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>{usual}</w:rPr></w:rPrDefault></w:docDefaults>'
        + style("paragraph", "Normal", "Normal", '<w:pPr><w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr>')
        + style("paragraph", "Title", "Title", '<w:pPr><w:keepNext/><w:spacing w:after="360"/><w:outlineLvl w:val="0"/></w:pPr>'
                                               '<w:rPr><w:b/><w:bCs/><w:sz w:val="26"/><w:szCs w:val="26"/></w:rPr>')
        + style("paragraph", "Words", "Words", f"<w:pPr>{margin}</w:pPr>")
        + style("paragraph", "Withheld", "Withheld", f"<w:pPr>{margin}</w:pPr><w:rPr><w:i/><w:iCs/></w:rPr>")
        + style("character", "Plain", "Default Paragraph Font", "")
        + style("character", "Speaker", "Speaker", "<w:rPr><w:b/><w:bCs/></w:rPr>")
        + style("character", "TimeCode", "Time-code", '<w:rPr><w:color w:val="595959"/><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>')
        + "</w:styles>")


def _relations(*related: tuple[str, str]) -> str:
    listed = (f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(related, 1))
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(listed)}</Relationships>'


def _types(*typed: tuple[str, str]) -> str:
    listed = (f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in typed)
    rels = f'<Default Extension="rels" ContentType="{_PART_TYPE}-package.relationships+xml"/>'
    return (f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{rels}<Default Extension="xml" ContentType="application/xml"/>'
            f'{"".join(listed)}</Types>')


_TYPES = _types(("/word/document.xml", f"{_WORD_TYPE}.document.main+xml"), ("/word/styles.xml", f"{_WORD_TYPE}.styles+xml"),
                ("/word/settings.xml", f"{_WORD_TYPE}.settings+xml"), ("/docProps/core.xml", f"{_PART_TYPE}-package.core-properties+xml"))
_RELATIONS = _relations((f"{_OFFICE}/officeDocument", "word/document.xml"),
                        (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"))
_WORD_RELATIONS = _relations((f"{_OFFICE}/styles", "styles.xml"), (f"{_OFFICE}/settings", "settings.xml"))
_SETTINGS = (
    f'{_HEAD}<w:settings xmlns:w="{_W}"><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>')
_PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="709" '
    'w:footer="709" w:gutter="0"/></w:sectPr>')
"""A4, margins of 25 mm."""

"""What a Word document must not do to whoever opens it."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from archive_app.errors import Invalid
from archive_app.exchange import word, word_package, word_styles
from archive_app.exchange.cues import check_times
from tests.exchange.mutate import mutations
from tests.exchange.word_files import bold, document, packed, paragraph, parts, run, style, styles, table

WORDS = document(paragraph("We left."))


def _no_tree(read: Any, of: bytes) -> Any:
    """The parser, which fails where a tree is made of the words."""
    def only_weighed(data: bytes, parser: Any) -> Any:
        assert parser.target is not None or not data.startswith(of), "a tree was made of it"
        return read(data, parser)
    return only_weighed


def refused(data: bytes) -> str:
    with pytest.raises(Invalid) as seen:
        word.parse(data)
    assert seen.value.field == "transcripts"
    assert seen.value.reason.count("\n") == 0 and len(seen.value.reason) < 300
    return seen.value.reason


def test_what_is_no_word_document_is_refused_in_one_sentence() -> None:
    assert "no Word document" in refused(b"We left.")
    assert "no Word document" in refused(b"")
    assert "no Word document" in refused(packed({"a.txt": b"We left."}))
    assert "no Word document" in refused(packed({**parts(WORDS), "_rels/.rels": b"<Relationships xmlns='x'/>"}))
    assert "no Word document" in refused(packed({**parts(WORDS), "word/document.xml": b"<html><body>We left.</body></html>"}))
    assert "old .doc" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def test_a_damaged_package_is_refused() -> None:
    whole = packed(parts(WORDS), zipfile.ZIP_STORED)
    assert "damaged" in refused(whole.replace(b"We left.", b"We slept"))  # the checksum says so
    assert "damaged" in refused(packed({**parts(WORDS), "word/document.xml": b"<w:document"}))
    assert refused(whole[: len(whole) // 2])
    missing = parts(WORDS)
    del missing["word/document.xml"]
    assert "no Word document" in refused(packed(missing))


def test_a_locked_package_is_refused() -> None:
    data = bytearray(packed(parts(WORDS)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    assert "password" in refused(bytes(data))


def test_a_package_that_unpacks_too_far_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "64 MB" in refused(packed({**parts(WORDS), "word/media/a.bin": bytes(word_package.MOST_BYTES + 1)}))
    assert "times its own size" in refused(packed({**parts(WORDS), "word/media/a.bin": bytes(20_000_000)}))
    many = document("".join(paragraph(f"We left {n * n * 7919 % 1_000_003}.") for n in range(170_000)))
    assert "16 MB of words" in refused(packed(parts(many)))
    assert "parts" in refused(packed({**parts(WORDS), **{f"word/{n}": b"" for n in range(word_package.MOST_PARTS)}}))
    monkeypatch.setattr(word_package, "MOST_BYTES", 2_000)
    assert "MB" in refused(packed(parts(document(*[paragraph("We left.")] * 100))))


def test_a_size_that_lies_is_refused() -> None:
    body = zlib.compress(b"x" * 3_000_000, 9)
    data = bytearray(packed({**parts(WORDS), "word/styles.xml": b"x" * 3_000_000}))
    assert len(body) < len(data)
    honest = (3_000_000).to_bytes(4, "little")
    assert data.count(honest) == 2
    assert "damaged" in refused(bytes(data).replace(honest, (900).to_bytes(4, "little")))


def test_entities_and_document_types_are_refused() -> None:
    local = "<!DOCTYPE w:document [<!ENTITY a 'We left.'>]>"
    outer = "<!DOCTYPE w:document [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
    bomb = "<!DOCTYPE w:document [<!ENTITY a 'xxxxxxxxxx'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)) + "]>"
    for head, words in ((local, "&a;"), (outer, "&a;"), (bomb, "&j;"), ("<!DOCTYPE w:document SYSTEM 'file:///etc/hostname'>", "We left.")):
        main = document(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>", head=head)
        assert "document type" in refused(packed(parts(main))) or "damaged" in refused(packed(parts(main)))
    assert "document type" in refused(packed(parts(document(paragraph("We left."), head=local))))
    assert "document type" in refused(packed({**parts(WORDS), "word/styles.xml": (local + styles()).encode()}))
    wide = document(paragraph("We left."), head=local).replace("UTF-8", "UTF-16").encode("utf-16")
    assert "document type" in refused(packed({**parts(WORDS), "word/document.xml": wide}))


def test_more_markup_than_a_transcript_has_is_refused_before_a_tree_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """200 kB of empty paragraphs took 770 MB and a quarter of a minute."""
    monkeypatch.setattr(word_package, "MOST_MARKUP", 40)
    assert word.parse(packed(parts(WORDS))).cues[0].text == "We left."
    many_styles = styles(*(style(f"A{n}") for n in range(41)))
    assert "40 pieces" in refused(packed(parts(WORDS, many_styles)))
    attributes = " ".join(f"a{n}=''" for n in range(170))
    head = parts(WORDS)["word/document.xml"][:60]
    monkeypatch.setattr(etree, "fromstring", _no_tree(etree.fromstring, head))
    for many in ("<w:p/>" * 41, f"<w:p {attributes}/>", "<w:t/>" * 41):
        wide = document(many).replace("UTF-8", "UTF-16").encode("utf-16")
        for members in (parts(document(many)), {**parts(WORDS), "word/document.xml": wide}):
            assert "40 pieces" in refused(packed(members))


def test_styles_are_asked_once() -> None:
    """Of a chain of a thousand styles each run asked each: a file of 200 kB took hours."""
    chain = styles(*(style(f"A{n}", based_on=f"A{n + 1}", properties="<w:b/>" * (n == 999)) for n in range(1000)))
    lines = "".join(paragraph(run(f"Was it far, {n}?", "<w:rStyle w:val='A0'/>"), style=f"A{n}") for n in range(1000))
    real = word_styles.Styles._says
    asked: list[str] = []

    def counted(*said: Any) -> bool | None:
        asked.append("")
        return real(*said)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_styles.Styles, "_says", counted)
        assert len(word.parse(packed(parts(document(lines), chain))).cues) == 1000
    assert len(asked) < 10_000


def test_no_file_beside_the_document_is_read(tmp_path: Path) -> None:
    beside = tmp_path / "beside.xml"
    beside.write_text("<unclosed")  # whoever reads it says "damaged"
    outer = f"<!DOCTYPE w:document [<!ENTITY a SYSTEM '{beside.as_uri()}'>]>"
    assert "document type" in refused(packed(parts(document("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>", head=outer))))


def test_macros_and_what_else_lies_in_the_package_is_never_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    original = zipfile.ZipFile.open

    def watched(self: zipfile.ZipFile, name: zipfile.ZipInfo | str, *rest: object, **more: object) -> object:
        opened.append(name if isinstance(name, str) else name.filename)
        return original(self, name, *rest, **more)  # type: ignore[arg-type]

    more = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 macro", "word/embeddings/a.bin": b"x", "word/comments.xml": b"<", "customXml/item1.xml": b"<"}
    data = packed({**parts(WORDS), **more})
    monkeypatch.setattr(zipfile.ZipFile, "open", watched)
    assert word.parse(data).cues[0].text == "We left."
    assert set(opened) == {"_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml"}


def test_parts_are_found_as_packages_name_them() -> None:
    members = parts(WORDS)
    members["_rels/.rels"] = members["_rels/.rels"].replace(b"word/document.xml", b"/Word/Document.xml")
    assert word.parse(packed(members)).cues[0].text == "We left."
    outside = {**parts(WORDS), "_rels/.rels": parts(WORDS)["_rels/.rels"].replace(b"Target=", b"TargetMode='External' Target=")}
    assert "no Word document" in refused(packed(outside))
    above = {**parts(WORDS), "_rels/.rels": parts(WORDS)["_rels/.rels"].replace(b"word/document.xml", b"../../etc/hostname")}
    assert "no Word document" in refused(packed(above))
    without = parts(WORDS)
    del without["word/styles.xml"], without["word/_rels/document.xml.rels"]
    assert word.parse(packed(without)).cues[0].text == "We left."


def test_tags_nested_without_end_are_refused_or_read() -> None:
    deep = "<w:sdt><w:sdtContent>" * 400 + paragraph("We left.") + "</w:sdtContent></w:sdt>" * 400
    assert "damaged" in refused(packed(parts(document(deep))))
    round_and_round = styles(style("A", based_on="B"), style("B", based_on="A"))
    assert word.parse(packed(parts(document(paragraph("We left.", style="A")), round_and_round))).cues[0].text == "We left."


RICH = parts(
    document(
        paragraph(bold("ANA:"), " Was it far?"), paragraph("[00:00:05] ", bold("BEL:"), " No.\nNot far.", mark="<w:del/>"),
        "<w:del>" + run("gone") + "</w:del><w:ins>" + run("come") + "</w:ins>", paragraph("[00:00:09] ANA: So?", style="S"),
        table(("00:00:11", "Ana", "one"), ("00:00:12", "Bel", "two"), ("00:00:13", "Ana", table(("x",)) + paragraph("three"))),
        table(("Speaker", "Text"), ("Ana", "one")), paragraph(run("hidden", "<w:vanish/>")), paragraph("[END OF TAPE 1]"), paragraph("00:00:00:01 körpü")),
    styles(style("S", "Plain Text", properties="<w:b/>", based_on="T"), style("T", default=True), defaults="<w:b w:val='0'/>"),
)


def _mutants() -> list[bytes]:
    """1,000 documents: packages damaged as files, and whole packages around damaged parts, of which most are mended into XML again,
    so that the damage reaches what is behind the parser."""
    stored = packed(RICH, zipfile.ZIP_STORED)
    made = list(mutations([packed(RICH), stored], 300, seed=31))
    for number, name in enumerate(("word/document.xml", "word/styles.xml", "_rels/.rels", "word/_rels/document.xml.rels")):
        for place, data in enumerate(mutations([RICH[name]], 490 if number == 0 else 70, seed=32 + number)):
            made.append(packed({**RICH, name: _mended(data) if place % 4 else data}))
    return made


def _mended(data: bytes) -> bytes:
    try:
        root = etree.fromstring(data, etree.XMLParser(recover=True))
    except etree.XMLSyntaxError:
        return data
    return data if root is None else bytes(etree.tostring(root, encoding="utf-8"))


def test_a_thousand_mutated_documents_never_raise_anything_but_invalid() -> None:
    assert len(check_times(word.parse(packed(RICH)).cues, 60_000).cues) == 9
    mutants = _mutants()
    assert len(mutants) == 1000
    read = 0
    for data in mutants:
        try:
            check_times(word.parse(data).cues, 60_000)
            read += 1
        except Invalid as seen:
            assert seen.field == "transcripts"
    assert 100 < read < 900  # some damage is none, most is


def test_shuffled_elements_never_raise_anything_but_invalid() -> None:
    chance = random.Random(36)
    names = ["p", "r", "t", "tbl", "tr", "tc", "del", "rPr", "pPr", "sdt", "sdtContent", "rStyle", "vanish", "br", "ruby", "rt", "body", "b"]
    for _ in range(300):
        opened: list[str] = []
        pieces = []
        for _ in range(chance.randint(1, 60)):
            if opened and chance.random() < 0.4:
                pieces.append(f"</w:{opened.pop()}>")
            else:
                opened.append(chance.choice(names))
                pieces.append(f"<w:{opened[-1]} w:val='{chance.choice(('0', 'S', 'T', ''))}'>{chance.choice(('', 'words', '[00:00:01]', 'ANA: '))}")
        pieces += [f"</w:{name}>" for name in reversed(opened)]
        try:
            word.parse(packed({**RICH, "word/document.xml": document("".join(pieces)).encode()}))
        except Invalid:
            pass


def test_reading_leaves_the_bytes_alone() -> None:
    data = packed(RICH)
    before = bytes(data)
    word.parse(data)
    assert data == before and io.BytesIO(data).read() == before

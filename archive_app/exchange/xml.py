"""XML, read without trusting it: no DTD, no entities, no network, no huge files. Every format that is XML is read through this.

XML 1.0 in UTF-8, or UTF-16 with its mark (4.3.3); every other encoding is refused, so that no letter is guessed. Elements are found by
local name: older files have another namespace, or none. What may not live here: any format, and the parts of a package (word_package).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from archive_app.errors import Invalid
from archive_app.exchange.cues import FIELD
from archive_app.exchange.encoding import UTF_16_MARKS, decode

MOST_BYTES = 8 * 1024 * 1024
"""A day of talk is a tenth of this."""
PROLOG = r"\A(?>\s+|<\?(?>.*?\?>)|<!--(?>.*?-->))*+"
"""A pattern (with DOTALL) of what may stand before the first tag or document type."""

_DOCTYPE = re.compile(PROLOG + r"<!DOCTYPE", re.DOTALL | re.IGNORECASE)
_DECLARED = re.compile(r"<\?xml\s[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([^\"'<>]{1,40})[\"']")
_ENCODINGS = frozenset(("utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf-16le", "utf-16be"))


@dataclass(frozen=True)
class Element:
    """An element of the file. Nothing here recurses: a hostile file may nest deeper than Python's stack."""

    node: Any

    @property
    def name(self) -> str:
        return str(etree.QName(self.node).localname)

    @property
    def raw(self) -> str:
        """All text inside, blanks and line ends as they are: lines are counted in it."""
        return "".join(self.node.itertext())

    def attribute(self, name: str) -> str:
        return str(self.node.get(name, "")).strip()

    def children(self, name: str = "*") -> Iterator[Element]:
        return (Element(child) for child in self.node.iterchildren("{*}" + name))

    def child(self, name: str) -> Element | None:
        return next(self.children(name), None)

    def text(self, name: str) -> str:
        """The trimmed text of the first child of that name; '' where there is none."""
        found = self.child(name)
        return "" if found is None else found.raw.strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """Every child of that name, `;` parting items inside one, without empty and repeated items."""
        items = (item.strip() for child in self.children(name) for item in child.raw.split(";"))
        return tuple(dict.fromkeys(item for item in items if item))


def read_xml(data: bytes) -> Element:
    """The root of a file. Raises Invalid("transcripts", ...) for broken XML, a DTD, too many bytes, another encoding."""
    return Element(_parse(_text(data)))


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise Invalid(FIELD, f"This file has {len(data):,} bytes; XML is read up to {MOST_BYTES:,}.")
    if data.startswith(UTF_16_MARKS):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as problem:
            raise Invalid(FIELD, f"This file is not the UTF-16 it says it is (byte offset {problem.start}).") from None
    else:
        text = decode(data, FIELD)
    declared = _DECLARED.match(text.lstrip())
    if declared is not None and declared.group(1).lower() not in _ENCODINGS:
        raise Invalid(FIELD, f"This file calls itself {declared.group(1)!r}. Save it as UTF-8 and try again.")
    if _DOCTYPE.match(text):
        raise Invalid(FIELD, "This file declares a document type, which no transcript needs: it was not opened further.")
    return text.lstrip()


def _parser() -> Any:
    return etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, recover=False, remove_comments=True, remove_pis=True, collect_ids=False)


def _parse(text: str) -> Any:
    try:
        root = etree.fromstring(text.encode("utf-8"), _parser())
    except etree.XMLSyntaxError as problem:
        raise Invalid(FIELD, f"This is not well-formed XML: it cannot be read from line {problem.lineno or 1} on.") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Invalid(FIELD, "This file declares a document type, which no transcript needs.")
    return root

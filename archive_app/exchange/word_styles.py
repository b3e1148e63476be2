"""What styles of a Word document say of its runs: bold, hidden (ISO/IEC 29500-1, 17.7.2 and 17.7.3).

What may not live here: words.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree  # type: ignore[import-untyped]

BOLD = ("b", "bCs")
HIDDEN = ("vanish", "specVanish")
"""Properties that are on or off; a style in which one is on turns over what the paragraph's style says."""
_DEFAULTS = "\0"
"""Stands where a style's id does, which this cannot be."""


@dataclass(frozen=True)
class Styles:
    """The styles of a document by id; `w` as in Package."""

    w: str
    by_id: dict[str, etree._Element] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    defaults: etree._Element | None = None
    usual: str = ""
    """The id of the style of paragraphs that name none."""
    known: dict[tuple[str, tuple[str, ...]], bool] = field(default_factory=dict)
    """What was found out of a style: nobody asks it again for every run, nor a chain of thousands."""

    def name(self, id: str) -> str:
        """What a style is called in every language of the word processor, '' where it is not there."""
        return self.names.get(id, "")

    def on(self, properties: etree._Element | None, paragraph: str, names: tuple[str, ...]) -> bool:
        """Whether one of the properties is on for a run with these `rPr` in a paragraph of a style: what the run says itself
        counts; else its style and the paragraph's, of which two that are on turn each other off; else the document's defaults."""
        own = self._says(properties, names)
        if own is not None:
            return own
        named = None if properties is None else properties.find(f"{self.w}rStyle")
        character = _value(named, self.w)
        styled = self._in_style(character, names) != self._in_style(paragraph or self.usual, names)
        return styled or self._by_default(names)

    def _by_default(self, names: tuple[str, ...]) -> bool:
        if (_DEFAULTS, names) not in self.known:
            self.known[_DEFAULTS, names] = bool(self._says(self.defaults, names))
        return self.known[_DEFAULTS, names]

    def _in_style(self, id: str, names: tuple[str, ...]) -> bool:
        """What a style says, or the one it is based on."""
        seen: set[str] = set()
        said: bool | None = None
        while said is None and id in self.by_id and id not in seen:
            seen.add(id)
            style, said = self.by_id[id], self.known.get((id, names))
            if said is None:
                said = self._says(style.find(f"{self.w}rPr"), names)
                id = _value(style.find(f"{self.w}basedOn"), self.w)
        self.known.update(dict.fromkeys(((each, names) for each in seen), bool(said)))
        return bool(said)

    def _says(self, properties: etree._Element | None, names: tuple[str, ...]) -> bool | None:
        """What these properties say themselves: on where one of them is on, None where none is there."""
        found = [] if properties is None else [each for name in names if (each := properties.find(f"{self.w}{name}")) is not None]
        return any(is_on(each, self.w) for each in found) if found else None


def _value(element: etree._Element | None, w: str) -> str:
    return "" if element is None else str(element.get(f"{w}val", ""))


def is_on(element: etree._Element, w: str) -> bool:
    """Whether a property that is there is on (ISO/IEC 29500-1, 17.17.4)."""
    return element.get(f"{w}val", "true") not in ("0", "false", "off", "none")


def read_styles(root: etree._Element | None, w: str) -> Styles:
    """The styles of a part, none of a part that is not there."""
    if root is None:
        return Styles(w)
    by_id = {str(style.get(f"{w}styleId")): style for style in root.iterfind(f"{w}style")}
    paragraphs = (id for id, style in by_id.items() if style.get(f"{w}type") == "paragraph")
    usual = next((id for id in paragraphs if by_id[id].get(f"{w}default") in ("1", "true", "on")), "")
    names = {id: _value(style.find(f"{w}name"), w) for id, style in by_id.items()}
    return Styles(w, by_id, names, root.find(f"{w}docDefaults/{w}rPrDefault/{w}rPr"), usual)

"""Footnotes of OHMS: taken out of the words, kept beside them with the place they belong to.

5.4: `word[[footnote]]1[[/footnote]]`, and behind the text `[[footnotes]] [[note]]words[[link]]address[[/link]][[/note]] ...
[[/footnotes]]`; notes are numbered by their order. 6.0: `<c.1>words</c>` in a cue, and behind the cues a comment block ANNOTATIONS BEGIN
with `<annotation ref="1">...</annotation>`. While a text is cut up, a place is held by noncharacters (Unicode 23.7: U+FDD0 to U+FDD2),
which no text may hold. What may not live here: cues, times. Nothing here scans a text twice: a hostile file may repeat an opening mark a
million times.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from archive_app.exchange.cues import Anchor, Cue, Note

OPEN, NAMED, CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
_HOLDERS = str.maketrans(dict.fromkeys((OPEN, NAMED, CLOSE), "\ufffd"))

_REFERENCE = re.compile(r"\[\[footnote\]\][ \t]{0,9}([0-9]{1,6})[ \t]{0,9}\[\[/footnote\]\]")
_CLASS_TAG = re.compile(r"<(/?)c((?:\.[^<>.\s]{0,40})*)(?:[ \t][^<>]*)?>")
_BLANK_AHEAD = re.compile(rf"(?<=\S)[ \t]{{1,9}}(?={OPEN}[0-9]{{1,6}}{NAMED}{CLOSE}(?:[\s.,;:!?)\]»”]|\Z))")
_HOLDER = re.compile(rf"{OPEN}([0-9]{{1,6}}){NAMED}|[{OPEN}{NAMED}{CLOSE}]")
_REF = re.compile(r"\bref\s{0,9}=\s{0,9}[\"']([^\"'<>]{1,20})[\"']")
_HREF = re.compile(r"\bhref\s{0,9}=\s{0,9}[\"']([^\"'<>]{1,2000})[\"']", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def without_holders(text: str) -> str:
    """The text with nothing in it that could be taken for a held place."""
    return text.translate(_HOLDERS)


def cut_footnotes(text: str) -> tuple[str, tuple[Note, ...]]:
    """A 5.4 text with a held place for each reference, and its notes. Lines keep their numbers: where notes stood, only their line ends
    remain."""
    first, *parts = text.split("[[footnotes]]")
    kept, sections = [first], list[str]()
    for part in parts:
        section, _, behind = part.partition("[[/footnotes]]")
        sections.append(section)
        kept.append("\n" * section.count("\n") + behind)
    words, _, stray = "".join(kept).partition("[[note]]")  # the viewer takes all behind a note that stands outside for notes, too
    told = [*(note for section in sections for note in section.split("[[note]]")[1:]), *(stray.split("[[note]]") if stray else ())]
    notes = [_note(str(number), note.partition("[[/note]]")[0]) for number, note in enumerate(told, 1)]
    return _REFERENCE.sub(rf"{OPEN}\1{NAMED}{CLOSE}", words), tuple(notes)


def cut_annotations(text: str) -> tuple[str, tuple[Note, ...], str]:
    """A 6.0 text without its annotations and with held places around the words they are about; the notes; what the file says of them
    as a set (title, creator, date)."""
    at = text.find("ANNOTATIONS BEGIN")
    if at < 0:
        return _held(text), (), ""
    begin = text.rfind("NOTE", 0, at)
    begin = begin if begin >= 0 and not text[begin + len("NOTE") : at].strip() else at
    end = text.find("ANNOTATIONS END", at)
    section, behind = (text[at:], "") if end < 0 else (text[at:end], text[end + len("ANNOTATIONS END") :])
    about, *parts = section.removeprefix("ANNOTATIONS BEGIN").split("<annotation")
    notes = []
    for number, part in enumerate(parts, 1):
        head, _, body = part.partition(">")
        found = _REF.search(head)
        notes.append(_note(found.group(1).strip() if found else str(number), body.partition("</annotation>")[0]))
    lines = [line.strip() for line in about.split("\n")]
    return _held(text[:begin] + behind), tuple(notes), "\n".join(line for line in lines if line not in ("", "NOTE"))


def _held(text: str) -> str:
    """Each numbered class of a WebVTT text with a held place inside its tags; other classes stay as they are."""
    opened: list[bool] = []

    def hold(tag: re.Match[str]) -> str:
        closes, classes = tag.groups()
        if closes:
            return f"{CLOSE}{tag.group()}" if opened and opened.pop() else tag.group()
        mark = next((each for each in classes.split(".") if each.isascii() and each.isdigit() and len(each) < 7), "")
        opened.append(bool(mark))
        return f"{tag.group()}{OPEN}{mark}{NAMED}" if mark else tag.group()

    return _CLASS_TAG.sub(hold, text)


def _note(mark: str, text: str) -> Note:
    words, _, rest = text.partition("[[link]]")
    link, _, more = rest.partition("[[/link]]")
    if not rest and (found := _HREF.search(text)):
        link = found.group(1)
    plain = html.unescape(_TAG.sub("", f"{words} {more}")) if "<" in text or "&" in text else f"{words} {more}"
    return Note(mark, " ".join(plain.split()), html.unescape(" ".join(link.split())))


def anchored(cues: Iterable[Cue], notes: Sequence[Note]) -> tuple[tuple[Cue, ...], tuple[Note, ...], tuple[str, ...]]:
    """The cues in plain words, the notes with their anchors, and a warning for references to notes that are not there. A cue that holds
    nothing but a place leaves it to the cue ahead."""
    kept: list[Cue] = []
    anchors: dict[str, list[Anchor]] = {}
    for cue in cues:
        words, spans = _released(cue.text)
        if words:
            kept.append(replace(cue, text=words))
        for mark, start, end in spans if kept else ():
            last = len(kept[-1].text)
            anchors.setdefault(str(int(mark)), []).append(Anchor(len(kept) - 1, *((start, end) if words else (last, last))))
    placed = tuple(replace(note, anchors=tuple(anchors.pop(note.mark, ()))) for note in notes)
    warning = f"The words refer to {len(anchors)} note(s) that the file does not hold; the first is {next(iter(anchors), '')}."
    return tuple(kept), placed, (warning,) if anchors else ()


def _released(text: str) -> tuple[str, list[tuple[str, int, int]]]:
    """The words, and the places that were held in them as (mark, start, end)."""
    text = _BLANK_AHEAD.sub("", text)
    parts: list[str] = []
    length = last = 0
    spans: list[tuple[str, int, int]] = []
    open_spans: list[int] = []
    for found in _HOLDER.finditer(text):
        parts.append(text[last : found.start()])
        length, last = length + found.start() - last, found.end()
        if found.group(1):
            open_spans.append(len(spans))
            spans.append((found.group(1), length, -1))
        elif found.group() == CLOSE and open_spans:
            at = open_spans.pop()
            spans[at] = (*spans[at][:2], length)
    words = "".join([*parts, text[last:]])
    trimmed = words.strip()
    ahead = len(words) - len(words.lstrip())
    return trimmed, [(mark, _within(start - ahead, trimmed), _within(end - ahead if end >= 0 else len(trimmed), trimmed))
                     for mark, start, end in spans]


def _within(at: int, text: str) -> int:
    return max(0, min(at, len(text)))

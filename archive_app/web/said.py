"""What the rooms below say of what cannot be taken: they know no catalogues, so it is named here for them, and found again when it is said.

`%(number)s` and the like stand for what a room puts into its sentence; the sentences of FILES come after the name of a file. Reports that
are taken away as files, and the shell, keep the English of the rooms. What may not live here: what pages say of themselves, and when
something is refused (the rooms).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive_app.web.said_of_imports import QUESTIONS, ROWS, ZIPS
from archive_app.web.said_of_texts import TEXTS
from archive_app.web.translate import N_, gettext

FAMILIES = (
    N_("it is paused or withdrawn: nothing of it can be changed now"),
    N_("it is part of the testimony: write to the archivists, or withdraw"),
    N_("it was sent already"),
    N_("it was not sent: it can be deleted"),
    N_("it was sent: it can be withdrawn"),
    N_("it is not paused"),
    N_("only what was sent, and is not withdrawn, can be paused"),
    N_("archivists can answer what was sent to them: nothing was, or it is withdrawn"),
    N_("it was decided in the meantime: open it again"),
    N_("it was accepted in the meantime: open it again"),
    N_("there is no such question"),
    N_("there is no such field here"),
    N_("give fields and values"),
    N_("give a list of uses"),
    N_("this is not text"),
    N_("this file"),
    N_("this file is empty"),
    N_("what is said of this file is too long"),
    N_("too many files are on their way at once: finish some of them first"),
    N_("the upload goes on elsewhere"),
    N_("the pieces of this upload are too small: begin it again"))
"""To somebody who brings a testimony."""
DESK = (
    N_("your role does not do this"),
    N_("this is not done here"),
    N_("what families send is read by those who tend every collection"),
    N_("the family has withdrawn it"),
    N_("the family has paused it: they alone end that, with their receipt"),
    N_("the family changed it in the meantime: read it again"),
    N_("only what waits can be declined"),
    N_("only a concern that waits can be settled"),
    N_("only an account that waits can be accepted, and only one that was accepted be added to"),
    N_("this belongs to more than the collections that you tend"))
"""To an archivist, of what may not be done, or not any more; the rest is in desk.said."""
SERVER = (
    N_("Files cannot be taken for the moment. Everything you have written is kept. Please try again later."),
    N_("The archive has no place for a file of this size at the moment. Nothing is lost: please tell the archivists."))
"""Whole sentences, where nothing is wrong with what was sent."""
ACCOUNTS = (
    N_("write an e-mail address, such as name@example.org"),
    N_("the archive would have no administrator: make another one first"),
    N_("this account has a second factor already"))
FILES = (
    N_("is empty: it has no bytes"),
    N_("is of no kind this archive takes: sound, film, picture or PDF"),
    N_("is of no kind this archive takes: sound, film, picture, PDF, or a text such as .txt and .docx"),
    N_("is in truth %(kind)s: name it by what it is"),
    N_("is not what its name says: name it by what it is"),
    N_("is a text: bring it in under Transcripts"),
    N_("is locked with a password"),
    N_("is larger than this archive takes"),
    N_("is larger than %(number)s MB, which no text is"),
    N_("is larger than the scanner looks at: ask the archivists how to send it"),
    N_("holds something harmful, and was not taken"),
    N_("cannot be decoded: it is broken"),
    N_("could not be decoded within %(number)s seconds"),
    N_("could not be decoded within the time it may take"),
    N_("needs more than %(number)s MB of memory to be decoded"),
    N_("holds no sound"),
    N_("holds no sound that can be decoded"),
    N_("holds no sound or picture that can be decoded"),
    N_("holds no picture that can be decoded"),
    N_("holds no picture that can be decoded: it is broken, or it breaks off"),
    N_("holds no moving picture"),
    N_("holds no image"),
    N_("holds no document"),
    N_("holds no page that can be shown: it is broken"),
    N_("holds sound without a rate or a channel"),
    N_("breaks off at %(time)s: it says it is longer"),
    N_("says it lasts more than a day"),
    N_("says it lasts %(told)s and breaks off at %(time)s"),
    N_("has no page"),
    N_("has %(number)s pages; %(most)s is the most that is taken: split it"),
    N_("has a page that is too small or too large to be shown (page %(number)s)"),
    N_("has more than %(number)s million pixels: too many to be decoded here"),
    N_("has %(number)s channels of sound; %(most)s is the most that is taken"),
    N_("has a picture of %(wide)s x %(high)s pixels: too large to be decoded here"),
    N_("holds sound in a form that cannot be decoded here (%(name)s)"),
    N_("holds picture in a form that cannot be decoded here (%(name)s)"),
    N_("lies in a folder: pack folders into one ZIP"))
"""Of a file, whose name stands before it."""
SHAPES = (
    N_("choose one of %(choices)s"),
    N_("choose who says it: %(choices)s"),
    N_("at most %(number)s letters"),
    N_("at most %(number)s files"),
    N_("at most %(number)s testimonies at once"),
    N_("at most %(number)s"),
    N_("give a list of at most %(number)s people"),
    N_("write between one and %(number)s letters"),
    N_("this is longer than %(number)s letters"),
    N_("more than %(number)s files at once: pack them into one ZIP"),
    N_("%(number)s imports of yours wait already: bring them in, or throw them away"),
    N_("a piece has 1 to %(number)s bytes, and ends where the file ends"),
    N_("a transcript has between 1 and %(number)s segments"),
    N_("segment %(number)s begins more than a second before the one ahead of it: mend its time"),
    N_("there is no place “%(name)s”"),
    N_("there is no source “%(name)s”"),
    N_("there is no event “%(name)s”"),
    N_("“%(name)s” is none of %(choices)s"),
    N_("“%(name)s” is no number of degrees"),
    N_("degrees lie between %(low)s and %(high)s"))
"""Into which a room puts something of its own."""


PUT = re.compile(r"%\((\w+)\)s")
ENDS = (". ", "? ")
"""Between two sentences of which each is named by itself."""
AFTER = ": "
"""Between what something is about, such as the name of a file, and what is said of it."""
MOST_CUTS = 12
"""So many places are tried at which a reason may be cut: names of files can hold any number of them."""


@dataclass(frozen=True)
class Shape:
    """A sentence into which something is put. `holds`: the longest words in it, so that most need not be tried."""

    sentence: str
    pattern: re.Pattern[str]
    holds: str

    def found(self, reason: str) -> dict[str, str] | None:
        """What was put into it, where a reason is of this shape."""
        met = self.pattern.fullmatch(reason) if self.holds in reason else None
        return met.groupdict() if met else None


def _shape(sentence: str, before: str = "") -> Shape:
    words = PUT.split(sentence)[::2]
    groups = [f"(?P<{name}>{'[0-9][0-9,.]*' if name == 'number' else '.+?'})" for name in PUT.findall(sentence)]
    pattern = "".join(each for pair in zip(map(re.escape, words), [*groups, ""], strict=True) for each in pair)
    return Shape(sentence, re.compile(before + pattern, re.DOTALL), max(words, key=len))


def _letters(sentence: str) -> int:
    return len(PUT.sub("", sentence))


OF_FILES = tuple(_shape(sentence, "(?P<file>.+?) ") for sentence in FILES)
SHAPED = tuple(_shape(sentence) for sentence in sorted((*SHAPES, *TEXTS, *ROWS, *ZIPS, *QUESTIONS), key=_letters, reverse=True))
"""The one with the most words first: what another would take for a name may be a sentence."""


OURS = frozenset({"asked for by the family, with its receipt", "somebody whom the family asked to hide"})
"""The reasons that the archive itself writes down where people write theirs."""


def as_written(reason: str) -> str:
    """A reason that somebody gave, as it was typed, though it may read like a sentence of ours; one of ours in the language of the
    interface."""
    return gettext(reason) if reason in OURS else reason


def say(reason: str) -> str:
    """A reason in the language of the interface; what nobody has named stays as it is."""
    if not reason.strip():
        return reason  # a catalogue keeps what it says of itself under the empty message
    if found := _known(reason):
        return found
    for about, told in _cut(reason, AFTER):
        if found := _known(told):
            return f"{say(about)}{AFTER}{found}"
    return reason


def _known(reason: str) -> str:
    """A reason that is named, or two sentences of which each is; '' for another."""
    if (translated := gettext(reason)) != reason:
        return translated
    for end in ENDS:
        for one, other in _cut(reason, end):
            if (first := _shaped(one + end.strip())) and (second := _shaped(other)):
                return f"{first} {second}"
    return _shaped(reason)


def _shaped(reason: str) -> str:
    """A reason that is named word for word, by its shape, or after the name of a file; '' for another."""
    if (translated := gettext(reason)) != reason:
        return translated
    for shape in SHAPED:
        if put := shape.found(reason):
            return gettext(shape.sentence, **{name: _value(name, value) for name, value in put.items()})
    for shape in OF_FILES:
        if put := shape.found(reason):
            file = gettext(put.pop("file"))
            return f"{file} {gettext(shape.sentence, **put) if put else gettext(shape.sentence)}"
    return ""


def _value(name: str, value: str) -> str:
    if name == "many":
        return ", ".join(map(say, value.split(", ")))
    return say(value) if name == "what" else value


def _cut(reason: str, mark: str) -> list[tuple[str, str]]:
    """A reason before and behind each place where a mark stands in it."""
    places = [found.start() for found in re.finditer(re.escape(mark), reason)][-MOST_CUTS:]
    return [(reason[:at], reason[at + len(mark):]) for at in places if reason[at + len(mark):]]

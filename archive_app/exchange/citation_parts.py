"""What every citation of a testimony is made of, once: names as shown, the date as given, the medium, the time-code, the address.

No access date: a page carries no text made from the current time. What may not live here: any style's order and punctuation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from archive_app.access import readings
from archive_app.exchange.manifest import ROLES
from archive_app.exchange.times import SECOND_MS, clock_seconds

NARRATOR_ROLES = frozenset(("narrator", *ROLES))

MEDIA = {
    "audio": "Audio recording",
    "video": "Video recording",
    "image": "Photograph",
    "document": "Document",
    "transcript": "Transcript",
    "verbatim": "Transcript",
    "corrected": "Transcript",
    "translation": "Translation",
    "summary": "Summary",
    "machine": "Machine transcript",
}
"""What the kinds of recordings and transcripts are called in a citation; another kind is left out."""

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
MONTHS_SHORT = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")

Order = Literal["month first", "day first", "year first"]


@dataclass(frozen=True)
class PersonName:
    """`Family, Given`, or one name in `family`."""

    family: str
    given: str = ""

    @property
    def inverted(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def natural(self) -> str:
        return f"{self.given} {self.family}" if self.given else self.family

    @property
    def initials(self) -> str:
        """The given names as APA has them: `Mira Anna` is `M. A.`, `Jean-Luc` is `J.-L.`"""
        return " ".join("-".join(f"{part[0]}." for part in word.split("-") if part) for word in self.given.split())


@dataclass(frozen=True)
class Parts:
    """`date` is EDTF as the reading has it; `address` leads to the cited second; whatever is not known is empty."""

    key: str
    narrators: tuple[PersonName, ...]
    interviewers: tuple[PersonName, ...]
    title: str
    date: str
    collection: str
    archive: str
    medium: str
    time_code: str
    language: str
    address: str


def parts_of(testimony: readings.Testimony, address: str, at_ms: int | None, kind: str, archive: str) -> Parts:
    """The parts of a citation of `testimony` at `address`; with `at_ms` the time-code is named and the address gets
    `t=SECONDS`."""
    card = testimony.card
    if at_ms is not None:
        address += f"{'&' if '?' in address else '?'}t={at_ms // SECOND_MS}"
    return Parts(
        key=card.id + ("" if at_ms is None else f"-t{at_ms // SECOND_MS}"),
        narrators=tuple(_name(person.shown) for person in card.people if person.role in NARRATOR_ROLES),
        interviewers=tuple(_name(person.shown) for person in card.people if person.role == "interviewer"),
        title=_line(card.title),
        date=_line(card.date),
        collection=_line(card.collection.names[0].text) if card.collection.names else "",
        archive=_line(archive),
        medium=MEDIA.get(kind, ""),
        time_code="" if at_ms is None else clock_seconds(at_ms),
        language=card.languages[0] if len(card.languages) == 1 else "",
        address=_line(address),
    )


def _line(text: str) -> str:
    """Words on one line, without control characters: a line end in a title must not become a field of its own."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _name(shown: str) -> PersonName:
    family, comma, given = _line(shown).partition(",")
    if comma and family.strip() and given.strip() and "," not in given:
        return PersonName(family.strip(), given.strip())
    return PersonName(_line(shown))


_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


def exact_date(edtf: str) -> tuple[int, ...]:
    """(year), (year, month) or (year, month, day) of a plain date; () for anything approximate, open or unknown in part."""
    found = _DAY.fullmatch(edtf)
    numbers = tuple(int(part) for part in found.groups() if part) if found else ()
    return numbers if len(numbers) < 2 or 1 <= numbers[1] <= 12 else ()


def said_date(edtf: str, order: Order, months: tuple[str, ...] = MONTHS) -> str:
    """An EDTF date in English words; what has no plain wording stays as it was given."""
    if edtf.count("/") == 1:
        first, last = edtf.split("/")
        if exact_date(first) and exact_date(last):
            between = "\u2013" if len(exact_date(first)) == len(exact_date(last)) == 1 else " \u2013 "
            return f"{said_date(first, order, months)}{between}{said_date(last, order, months)}"
        return edtf
    if re.fullmatch(r"[0-9]{3}X", edtf, re.ASCII):
        return f"{edtf[:3]}0s"
    bare, mark = (edtf[:-1], edtf[-1]) if edtf.endswith(("~", "?", "%")) else (edtf, "")
    numbers = exact_date(bare)
    if not numbers:
        return edtf
    about, doubt = ("ca. " if mark in ("~", "%") else ""), ("?" if mark in ("?", "%") else "")
    return f"{about}{_words(numbers, order, months)}{doubt}"


def _words(numbers: tuple[int, ...], order: Order, months: tuple[str, ...]) -> str:
    year = f"{numbers[0]:04}"
    if len(numbers) == 1:
        return year
    month, day = months[numbers[1] - 1], f"{numbers[2]}" if len(numbers) > 2 else ""
    if order == "year first":
        return f"{year}, {month} {day}".rstrip()
    if order == "day first":
        return f"{day} {month} {year}".lstrip()
    return f"{month} {day}, {year}" if day else f"{month} {year}"

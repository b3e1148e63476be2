"""What was typed into the forms of the desk, as verbs take it.

What may not live here: whether it is right beyond its own spelling (actions).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO, cast

from flask import request

from archive_app.access.kept_readings import Description, KeptSegment
from archive_app.access.terms import LAYERS, USES
from archive_app.actions.declaring import Declaration, Proof
from archive_app.errors import Invalid
from archive_app.exchange.restrictions import PICTURE, WORDS, RestrictionRow
from archive_app.storage import signatures
from archive_app.web.desk import door
from archive_app.web.numbers import whole
from archive_app.web.translate import gettext

MOST_FILE = 25 * 1024 * 1024
"""Bytes of a scanned form."""


def typed(name: str) -> str:
    """One field, without the space around it."""
    return request.form.get(name, "").strip()


def several(name: str) -> tuple[str, ...]:
    """A field in which several stand, separated by semicolons."""
    return tuple(dict.fromkeys(part.strip() for part in typed(name).split(";") if part.strip()))


def description() -> Description:
    """What the form of the description says."""
    abstract = typed("abstract").replace("\r\n", "\n")
    return Description(typed("title"), abstract, several("keywords"), several("languages"), typed("date"), typed("narrator_role"))


def declaration() -> Declaration:
    """What the form of a statement says. Raises Invalid."""
    access = {layer: typed(f"access_{layer}") for layer in LAYERS if typed(f"access_{layer}")}
    chosen = whole(typed("party") or "0")
    if chosen is None:
        raise Invalid("party", gettext("choose one of the narrators of this testimony"))
    uses = {use: typed(f"use_{use}") == "yes" for use in USES if typed(f"use_{use}")}
    return Declaration(typed("capacity"), access, typed("naming"), _day("opens"), _day("closes"), typed("reason"), proof(),
                       chosen, uses)


def proof() -> Proof:
    """The evidence, its file beside the vault until it is written down. Anything may prove; what is called otherwise than it is, is looked
    at by nobody later. Raises Invalid."""
    sent = request.files.get("file")
    said = Proof(typed("proof") or "form", typed("note"), typed("given_on"), typed("proof_language"))
    if not sent or not sent.filename:
        return said
    arrived = door.arrived(cast(BinaryIO, sent.stream))
    with arrived.path.open("rb") as file:
        head = file.read(signatures.HEAD)
    if not signatures.is_called(head, sent.filename):
        found = signatures.signature(head)
        raise Invalid("file", f"“{sent.filename}” " + (f"is in truth {found.media_type}: name it by what it is" if found is not None else
                                                       "is not what its name says: name it by what it is"))
    return replace(said, file=arrived.kept, stay=arrived.stay)


def restriction() -> RestrictionRow:
    """A stretch to withhold: segments, or times as `1:02:03`. Raises Invalid."""
    segments = _segments()
    what = frozenset(name for name in (WORDS, PICTURE) if request.form.get(name))
    if not what:
        raise Invalid("words", gettext("choose what is withheld: words, picture or both"))
    access, reason = typed("access"), typed("reason")
    if not reason:
        raise Invalid("reason", gettext("say why this is withheld, and who asked for it"))
    if segments is not None:
        return RestrictionRow(None, None, *segments, what, access, reason)
    start, end = time("start", beside=True), time("end", beside=True)
    if start >= end:
        raise Invalid("end", gettext("the end must lie after the start"))
    return RestrictionRow(start, end, None, None, what, access, reason)


def ticked() -> frozenset[int]:
    """The numbers of the segments that were ticked."""
    return frozenset(number for each in request.form.getlist("segment") if (number := whole(each)))


def _segments() -> tuple[int, int] | None:
    """The first and the last segment of a stretch, ticked or written; None where it is told in times. What lies between two that were
    ticked is never withheld unsaid. Raises Invalid."""
    boxes, written = ticked(), _written()
    if not boxes:
        if written is None and seen() and not (typed("start") or typed("end")):
            raise Invalid("segment", gettext("tick the segments of the stretch, or write their numbers"))
        return written
    first, last = min(boxes), max(boxes)
    if written not in (None, (first, last)):
        raise Invalid("first", gettext("the numbers say another stretch than the ticks: leave the numbers empty, or tick nothing"))
    if written is None and len(boxes) <= last - first:
        raise Invalid("segment", gettext(
            "Between segments %(first)s and %(last)s others were not ticked. They are ticked now: look at them, and send it again if all "
            "of it is to be withheld. To leave some open, withhold one stretch after the other.", first=first, last=last))
    return first, last


def _written() -> tuple[int, int] | None:
    if not typed("first"):
        if typed("last"):  # a stretch that is told by half is not guessed
            raise Invalid("first", gettext("write the number of a segment"))
        return None
    first, last = _number("first"), _number("last") if typed("last") else _number("first")
    if not 1 <= first <= last:
        raise Invalid("last", gettext("segments are counted from 1, the first one first"))
    return first, last


def seen() -> int:
    """The number of the version that was looked at; 0, which none has, where the form does not say."""
    return whole(typed("seen")) or 0


def _number(name: str) -> int:
    found = whole(typed(name))
    if found is None:
        raise Invalid(name, gettext("write the number of a segment"))
    return found


def pointed(segments: Sequence[KeptSegment]) -> frozenset[int]:
    """The segments that an address chooses beforehand: `first` and `last` by number, or `at`, the one that is spoken at that time (ms).
    What it says wrongly chooses nothing."""
    first, last, at = (whole(request.args.get(name, "")) for name in ("first", "last", "at"))
    if first is not None:
        return frozenset(each.n for each in segments if first <= each.n <= (last or first))
    begun = [each.n for each in segments if each.start_ms is not None and each.start_ms <= at] if at is not None else []
    return frozenset(begun[-1:])


def time(name: str, beside: bool = False) -> int:
    """A field `mm:ss` or `h:mm:ss` in ms; `beside`: segments can be chosen in its place. Raises Invalid."""
    found = re.fullmatch(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})", typed(name), re.ASCII)
    if found is None:
        raise Invalid(name, gettext("write a time as 12:34 or 1:02:03, or choose segments") if beside else
                      gettext("write a time as 12:34 or 1:02:03"))
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


def _day(name: str) -> datetime.date | None:
    text = typed(name)
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(name, gettext("write a day as 2026-11-23")) from error

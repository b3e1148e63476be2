"""A testimony as its page is set: paragraphs, the place `?t=` means, marks, the player, the citation, what can be taken along.

What may not live here: reading (reads), HTML (templates).
"""

from __future__ import annotations

from typing import Any

from archive_app.access.readings import Testimony
from archive_app.access.request_readings import may_open
from archive_app.exchange.citations import cite
from archive_app.exchange.formats import written_formats
from archive_app.web import lines, links, pieces, player
from archive_app.web.marks import marks
from archive_app.web.reads import TestimonyView
from archive_app.web.translate import lazy_gettext


def context(view: TestimonyView, copies_at: str = "/media/") -> dict[str, Any]:
    """What the template of a testimony needs beside the view; `copies_at`: where its copies are asked for."""
    shown, beside = view.shown, view.beside
    current = lines.block_at(shown, view.at_ms) if shown and view.at_ms is not None else None
    found = marks(view.q, shown) if shown else {}
    layout = list(lines.paragraphs(
        shown, view.points, interviewers(view.testimony), current.n if current else None,
        found, beside, marks(view.q, beside) if beside else None)) if shown else []
    played = player.player(view.testimony, view.transcripts, view.at_ms, found.keys())
    cited = "" if view.at_ms is None else lines.in_seconds(view.at_ms)
    return {
        "layout": layout, "current": current, "player": played, "copies_at": copies_at,
        "word_times": [player.word_times(each) if played and played.tapes else {} for each in view.transcripts],
        "footnotes": [pieces.footnotes(each) for each in view.transcripts],
        "looked_at": player.looked_at(view.testimony), "starts": [player.starts(each) for each in view.transcripts],
        "may_ask": may_open(view.testimony, view.transcripts, view.now),
        "moment": links.moments(), "cited": cited,
        "set_headings": {paragraph.heading[0] for paragraph in layout if paragraph.heading},
        "citation": citation(view.testimony, "chicago", view.at_ms), "about_withheld": links.to("/about/consent", anchor="withheld"),
        "formats": [(each, str(FORMAT_NAMES.get(each, each.upper()))) for each in written_formats(shown)] if shown else []}


FORMAT_NAMES = {"docx": "Word", "txt": lazy_gettext("text"), "vtt": "WebVTT", "csv": lazy_gettext("table (CSV)")}
"""What formats are called where that is not the ending of their files in capitals."""


def citation(testimony: Testimony, style: str = "chicago", at_ms: int | None = None, kind: str = "") -> str:
    """A citation of the testimony, at a moment (ms) where there is one; `kind`: what is cited, where it is not what `cited_kind`
    says. '' where the description is closed: there is nothing to say of it."""
    if not testimony.card.describes:
        return ""
    address = links.absolute(f"/testimonies/{testimony.card.id}")
    return cite(testimony, style, address, at_ms, kind or cited_kind(testimony), archive_name())


def cited_kind(testimony: Testimony) -> str:
    """What a citation says is cited: the recording where one is open, else the first transcript."""
    if testimony.recordings:
        return testimony.recordings[0].kind
    return testimony.transcripts[0].kind if testimony.transcripts else ""


def archive_name() -> str:
    """What citations call this archive."""
    return "Testimony Archive"


def interviewers(testimony: Testimony) -> frozenset[str]:
    """Names that speak questions, folded."""
    return frozenset(person.shown.casefold() for person in testimony.card.people if person.role == "interviewer" and person.shown)

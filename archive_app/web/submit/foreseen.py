"""What others will see of an account, line by line and in sentences, from what the real gate gave to everybody's viewers.

What may not live here: the gate (actions.previewing), the questions (questions).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive_app.access.readings import Withheld
from archive_app.access.terms import MATERIAL
from archive_app.actions.answers import AUDIENCES, NOBODY_FOR_NOW
from archive_app.actions.family_readings import Attached, Preview
from archive_app.actions.previewing import OPEN_TO
from archive_app.web import sentences
from archive_app.web.submit.questions import LINES, USE
from archive_app.web.translate import gettext, lazy_gettext

WIDEST_FIRST = tuple(audience for audience in reversed(AUDIENCES) if audience != NOBODY_FOR_NOW)
KNOW: Mapping[str, object] = {
    "public": lazy_gettext("Anyone may know this."), "registered": lazy_gettext("Registered readers may know this."),
    "reading-room": lazy_gettext("People who come to the reading room may know this.")}
READ: Mapping[str, object] = {
    "public": lazy_gettext("Anyone may read this."), "registered": lazy_gettext("Registered readers may read this."),
    "reading-room": lazy_gettext("People who come to the reading room may read this.")}
HEAR: Mapping[str, object] = {
    "public": lazy_gettext("Anyone may hear this."), "registered": lazy_gettext("Registered readers may hear this."),
    "reading-room": lazy_gettext("People who come to the reading room may hear this.")}
SEE: Mapping[str, object] = {
    "public": lazy_gettext("Anyone may see this."), "registered": lazy_gettext("Registered readers may see this."),
    "reading-room": lazy_gettext("People who come to the reading room may see this.")}
SENTENCES: Mapping[str, Mapping[str, object]] = {
    "existence": KNOW, "description": READ, "identity": KNOW, "transcript": READ,
    "audio": HEAR, "video": SEE, "image": SEE, "document": SEE}


@dataclass(frozen=True)
class Line:
    """`step`: the question in which it is changed; `waits`: it was answered more widely since, which does not count yet."""

    called: str
    says: str
    step: str
    waits: bool = False


def lines(preview: Preview, answers: Mapping[str, Mapping[str, Any]], files: Sequence[Attached]) -> list[Line]:
    """One for each layer that there is something of, one for who is hidden, one for other uses."""
    kinds = [each.kind for each in files]
    layers = [layer for layer in LINES if layer not in MATERIAL or layer in kinds]
    uses = [str(USE[use]) for use in preview.uses]
    return [*(Line(str(LINES[layer]), _layer(preview, layer, answers, kinds.count(layer)), layer, layer in preview.waits)
              for layer in layers),
            Line(gettext("People to be hidden"), _hidden(preview, answers), "people"),
            Line(gettext("Other uses"), ". ".join(uses) + "." if uses else gettext("None."), "uses", "uses" in preview.waits)]


def _layer(preview: Preview, layer: str, answers: Mapping[str, Mapping[str, Any]], given: int) -> str:
    if layer in MATERIAL:
        return _files(preview, layer, given)
    audience = preview.layers[layer]
    says = str(SENTENCES[layer].get(audience) or gettext("No one but the archivists."))
    instead = _instead(preview, audience) if layer == "identity" and answers.get("name", {}).get("name") else None
    if instead is None:
        return says
    return f"{says} " + (gettext("Others read “%(name)s”.", name=instead) if instead else gettext("Others read no name."))


def _instead(preview: Preview, audience: str) -> str | None:
    """What stands in place of the name for those who may not know it; None where they do not get so far."""
    beyond = WIDEST_FIRST[:WIDEST_FIRST.index(audience)] if audience in WIDEST_FIRST else WIDEST_FIRST
    for each in (preview.views[OPEN_TO[wider]] for wider in beyond):
        if each.testimony is not None and each.testimony.card.describes:
            return next((one.shown for one in each.testimony.card.people if one.role != "interviewer"), "")
    return None


def _files(preview: Preview, kind: str, given: int) -> str:
    """A file may be closed for itself: how many of them whoever comes sees."""
    said, before = [], 0
    for audience in WIDEST_FIRST:
        testimony = preview.views[OPEN_TO[audience]].testimony
        seen = sum(each.kind == kind for each in testimony.recordings) if testimony else 0
        if seen > before:
            said.append(str(SENTENCES[kind][audience]))
            if seen < given:
                said.append(gettext("It counts for %(number)s of %(of)s.", number=seen, of=given))
        before = max(before, seen)
    return " ".join(said) or gettext("No one but the archivists.")


def _hidden(preview: Preview, answers: Mapping[str, Mapping[str, Any]]) -> str:
    names = [str(each["name"]) for each in answers.get("people", {}).get("people", ()) if each.get("name", "").strip()]
    if not names:
        return gettext("You named no one.")
    read = [block for view in preview.views.values() for transcript in view.transcripts for block in transcript.blocks]
    named = ", ".join(names).removesuffix(".") + "."
    if not read:
        return named
    if any(isinstance(block, Withheld) for block in read):
        return f"{named} " + gettext("Others read in their place: “%(words)s”", words=sentences.withheld(None))
    return f"{named} " + gettext("Nothing is hidden in what others read: we did not find this written there.")

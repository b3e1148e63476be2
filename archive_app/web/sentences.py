"""What the archive itself says: who may read and hear, what is withheld, what kind of words these are. All of it through gettext.

Sentences are whole, or a frame with one phrase in it, so that every language can order its words as it must. What may not live
here: what the terms are (access), words of testimony.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive_app.access.readings import LayerTerms, Recording, Testimony, TranscriptHead
from archive_app.access.terms import MATERIAL, TIERS, audience_text
from archive_app.web import interface
from archive_app.web.dates import moment_words
from archive_app.web.translate import gettext, lazy_gettext, ngettext

MAY = {
    "existence": lazy_gettext("%(who)s may know that this testimony exists."),
    "description": lazy_gettext("%(who)s may read the description."),
    "identity": lazy_gettext("%(who)s may know the names."),
    "transcript": lazy_gettext("%(who)s may read the words."),
    "audio": lazy_gettext("%(who)s may hear the recording."),
    "video": lazy_gettext("%(who)s may see the film."),
    "image": lazy_gettext("%(who)s may see the pictures."),
    "document": lazy_gettext("%(who)s may see the documents."),
}
CLOSED = {
    "existence": lazy_gettext("That this testimony exists is not told."),
    "description": lazy_gettext("The description is closed."),
    "identity": lazy_gettext("The names are closed."),
    "transcript": lazy_gettext("The words are closed."),
    "audio": lazy_gettext("The recording is closed."),
    "video": lazy_gettext("The film is closed."),
    "image": lazy_gettext("The pictures are closed."),
    "document": lazy_gettext("The documents are closed."),
}
LAYERS = {
    "existence": lazy_gettext("that it exists"),
    "description": lazy_gettext("description"),
    "identity": lazy_gettext("names"),
    "transcript": lazy_gettext("words"),
    "audio": lazy_gettext("sound"),
    "video": lazy_gettext("film"),
    "image": lazy_gettext("pictures"),
    "document": lazy_gettext("documents"),
}
ANYONE = lazy_gettext("anyone")
NAMED = lazy_gettext("only people admitted by name")
CUSTODIANS = lazy_gettext("only the archive’s custodians")
WHO = {
    "registered": lazy_gettext("registered readers"),
    "onsite": lazy_gettext("visitors to the reading room"),
    "grant": lazy_gettext("readers to whom it was granted"),
    "family": lazy_gettext("the family"),
    "community": lazy_gettext("the community it belongs to"),
    "staff": lazy_gettext("only the archive’s staff"),
}
"""Tokens of a clause, in the order in which they are said. Who is registered need not come to the reading room."""
KINDS = {
    "verbatim": lazy_gettext("verbatim"),
    "corrected": lazy_gettext("corrected"),
    "translation": lazy_gettext("translation"),
    "summary": lazy_gettext("summary"),
    "machine": lazy_gettext("machine, not checked"),
    "description": lazy_gettext("description"),
}
APPROVED = lazy_gettext("approved by the narrator")
ROLES = {
    "narrator": lazy_gettext("narrator"),
    "survivor": lazy_gettext("survivor"),
    "witness": lazy_gettext("witness"),
    "relative": lazy_gettext("relative"),
    "descendant": lazy_gettext("descendant"),
    "responder": lazy_gettext("responder"),
    "interviewer": lazy_gettext("interviewer"),
    "mentioned": lazy_gettext("mentioned"),
    "other": lazy_gettext("other"),
}
HAS = {
    "audio": lazy_gettext("Audio"),
    "video": lazy_gettext("Video"),
    "image": lazy_gettext("Pictures"),
    "document": lazy_gettext("Documents"),
    "transcript": lazy_gettext("Transcript"),
}
ASSERTS = {
    "count": lazy_gettext("Numbers"),
    "date": lazy_gettext("Dates"),
    "place": lazy_gettext("Places"),
    "status": lazy_gettext("What became of people"),
    "identity": lazy_gettext("Who somebody was"),
    "other": lazy_gettext("Other statements"),
}
READING_ROOM, STAFF, SEALED = (audience_text(TIERS[tier]) for tier in ("reading-room", "staff", "sealed"))
SHUT = frozenset({"!", "custodian", "desk"})
"""Clauses that no reader meets: whatever else an audience asks for beside one of these, nothing is read."""


def terms(layers: Iterable[LayerTerms], now: int) -> dict[str, str]:
    """Layer -> what holds at `now` (ms UTC), and what comes after it."""
    return {each.layer: _of_layer(each, now) for each in layers}


def terms_in_short(testimony: Testimony, now: int) -> str:
    """The sentences under a title: the words always, and of the rest what this testimony has or may come to have."""
    kinds = {recording.kind for recording in testimony.recordings}
    said = [each for each in testimony.terms
            if each.layer == "transcript" or (each.layer in MATERIAL and (each.layer in kinds or _may_be_there(each)))]
    alike = [[each for each in said if each.steps == steps] for steps in dict.fromkeys(each.steps for each in said)]
    return " ".join(sentence for several in alike for sentence in _in_short(several, now))


def _in_short(alike: Sequence[LayerTerms], now: int) -> list[str]:
    """One sentence a layer; from three layers of equal terms on, one line for all of them."""
    if len(alike) < 3:
        return [_of_layer(each, now) for each in alike]
    return [f"{_who_and_when(alike[0], now)}: {interface.listed(layer(each.layer) for each in alike)}."]


def _of_layer(layer: LayerTerms, now: int) -> str:
    begun = [audience for start, audience in layer.steps if start <= now]
    said = [sentence(layer.layer, begun[-1] if begun else "!")]
    for start, audience in layer.steps:
        if start > now:
            said.append(gettext("From %(date)s: %(sentence)s", date=moment_words(start), sentence=_sentence(layer.layer,
                audience)))
    return " ".join(said)


def sentence(layer: str, audience: str) -> str:
    """What an audience in its canonical spelling may do with a layer: `Registered readers may read the words.`"""
    return interface.capital(_sentence(layer, audience))


def _sentence(layer: str, audience: str) -> str:
    if shut(audience) and audience != SEALED:
        return str(CLOSED[layer])
    return str(MAY[layer]) % {"who": who(audience)}


def shut(audience: str) -> bool:
    """Whether no reader belongs to an audience: nobody, only custodians, or nobody before it is published."""
    return not SHUT.isdisjoint(audience.split(" & "))


def who(audience: str) -> str:
    """Whom an audience in its canonical spelling admits, as a phrase that can begin a sentence."""
    if not audience:
        return str(ANYONE)
    if audience == SEALED:
        return str(CUSTODIANS)
    clauses = audience.split(" & ")
    if len(clauses) > 1 and audience != READING_ROOM:
        return str(NAMED)
    tokens = {token.split(":")[0] for token in clauses[0].split("|")}
    said = [str(WHO[token]) for token in WHO if token in tokens]
    if "registered" in tokens:
        said = said[:1]
    elif len(said) > 1 and "staff" in tokens:
        said = said[:-1]
    return interface.listed(said, "or") if said else str(NAMED)


def _may_be_there(layer: LayerTerms) -> bool:
    """Whether other readers may have something of it to hear or see: what is open here and not there, there is not. What is for staff alone
    is not announced, there or not: whoever gave words only was never asked about a recording. It stands in all the terms."""
    return not layer.open_now and any(not shut(audience) and audience != STAFF for _, audience in layer.steps)


def terms_by_audience(layers: Iterable[LayerTerms], now: int) -> list[tuple[str, str]]:
    """(who, what they may read, hear or see), layers with equal terms together."""
    found: dict[str, list[str]] = {}
    for each in layers:
        found.setdefault(_who_and_when(each, now), []).append(layer(each.layer))
    return [(whoever, interface.capital(interface.listed(several))) for whoever, several in found.items()]


def _who_and_when(layer: LayerTerms, now: int) -> str:
    begun = [audience for start, audience in layer.steps if start <= now]
    said = [who_or_closed(begun[-1] if begun else "!")]
    said += [gettext("from %(date)s: %(who)s", date=moment_words(start), who=who_or_closed(audience))
             for start, audience in layer.steps if start > now]
    return interface.capital("; ".join(said))


def who_or_closed(audience: str) -> str:
    """The same, or that it is closed."""
    return gettext("closed") if shut(audience) and audience != SEALED else who(audience)


def withheld(milliseconds: int | None) -> str:
    """The sentence in place of a run of withheld words; None = no times."""
    if not milliseconds or milliseconds < 0:
        return gettext("Words are withheld here under the terms of this testimony.")
    return gettext("%(duration)s withheld under the terms of this testimony.", duration=duration(milliseconds))


def duration(milliseconds: int) -> str:
    """`1 hour 4 minutes`, `1 minute 21 seconds`: two parts at most, rounded to whole seconds; at least one second."""
    seconds = max(1, round(milliseconds / 1000))
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = []
    if hours:
        parts.append(ngettext("%(num)s hour", "%(num)s hours", hours))
    if minutes:
        parts.append(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    if rest and not hours:
        parts.append(ngettext("%(num)s second", "%(num)s seconds", rest))
    return " ".join(parts)


def hours(milliseconds: int) -> str:
    """The length of everything: whole hours, or minutes where there is less than one."""
    if milliseconds < 3_600_000:
        return ngettext("%(num)s minute", "%(num)s minutes", max(1, round(milliseconds / 60_000)))
    return ngettext("%(num)s hour", "%(num)s hours", round(milliseconds / 3_600_000))


def kind(code: str) -> str:
    """What kind of words a transcript has."""
    return str(KINDS.get(code, code))


def head(reading: TranscriptHead) -> str:
    """A transcript in a list of them: `Russian, translation`."""
    return ", ".join((interface.language_name(reading.language), kind(reading.kind)))


def role(code: str) -> str:
    """The part somebody has in a testimony."""
    return str(ROLES.get(code, code))


def layer(code: str) -> str:
    """The name of a layer of the terms."""
    return str(LAYERS.get(code, code))


def has(code: str) -> str:
    """What a testimony has: sound, film, words."""
    return str(HAS.get(code, code))


def asserts(code: str) -> str:
    """The heading over statements of one kind."""
    return str(ASSERTS.get(code, code))


def recording(reading: Recording) -> str:
    """`Audio, 31 minutes`."""
    said = has(reading.kind)
    return f"{said}, {duration(reading.duration_ms)}" if reading.duration_ms else said

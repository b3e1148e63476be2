"""What the desk says: states, what comes next, why a layer is open or closed. All of it through gettext.

What may not live here: what the grounds are (access.explaining).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from archive_app.access.explaining import Ground
from archive_app.access.kept_readings import KeptEntry, KeptLine, KeptPart, KeptRecording, KeptStatement
from archive_app.access.kept_transcript_readings import KeptDraft, KeptVersion
from archive_app.access.terms import MATERIAL
from archive_app.errors import Conflict, Invalid
from archive_app.language.name_doubts import Doubt
from archive_app.web import interface, sentences
from archive_app.web.dates import moment_words, time_words
from archive_app.web.lines import time_code
from archive_app.web.said import as_written, say
from archive_app.web.submit.questions import USE
from archive_app.web.translate import gettext, lazy_gettext, ngettext

__all__ = ["MATERIAL", "USE", "as_written", "at_work", "because", "bytes_words", "checked", "doubt", "entry", "facts", "measure",
           "moment_words", "next_step", "part", "say", "time_words", "unasked", "unit", "version", "wrong"]

STATES = {
    "received": lazy_gettext("received"),
    "described": lazy_gettext("described"),
    "transcribed": lazy_gettext("transcribed"),
    "checked": lazy_gettext("checked"),
    "consented": lazy_gettext("consent complete"),
    "published": lazy_gettext("published"),
    "held": lazy_gettext("held"),
    "withdrawn": lazy_gettext("withdrawn"),
    "due": lazy_gettext("changes soon"),
}
SUBMISSION_STATES = {
    "sent": lazy_gettext("sent"),
    "accepted": lazy_gettext("taken in"),
    "declined": lazy_gettext("declined"),
    "paused": lazy_gettext("paused"),
    "withdrawn": lazy_gettext("withdrawn"),
    "settled": lazy_gettext("answered"),
}
NEXT = {
    "received": lazy_gettext("Read and describe"),
    "described": lazy_gettext("Add a transcript"),
    "transcribed": lazy_gettext("Check the machine’s words"),
    "checked": lazy_gettext("Record the consent"),
    "consented": lazy_gettext("Publish"),
    "held": lazy_gettext("See why it was closed"),
}
CLASSES = {
    "public": lazy_gettext("Anyone"),
    "registered": lazy_gettext("Registered reader"),
    "onsite": lazy_gettext("In the reading room"),
    "granted": lazy_gettext("Reader with a grant"),
    "staff": lazy_gettext("Staff"),
    "custodian": lazy_gettext("Custodian"),
}
CAPACITIES = {
    "narrator": lazy_gettext("The narrator"),
    "next_of_kin": lazy_gettext("The next of kin"),
    "guardian": lazy_gettext("The guardian"),
    "representative": lazy_gettext("The narrator’s representative"),
    "community": lazy_gettext("The community"),
    "archive": lazy_gettext("The archive"),
}
TIERS = {
    "public": lazy_gettext("anyone"),
    "registered": lazy_gettext("registered readers"),
    "reading-room": lazy_gettext("visitors to the reading room"),
    "staff": lazy_gettext("only the archive’s staff"),
    "sealed": lazy_gettext("only the archive’s custodians"),
}
PERMITS = {
    "existence": lazy_gettext("That it exists"),
    "description": lazy_gettext("Title and description"),
    "identity": lazy_gettext("The real name"),
    "transcript": lazy_gettext("The words"),
    "audio": lazy_gettext("The voice"),
    "video": lazy_gettext("The film"),
    "image": lazy_gettext("Pictures"),
    "document": lazy_gettext("Documents"),
}
PROOFS = {
    "form": lazy_gettext("a signed form"),
    "recording": lazy_gettext("words in the recording"),
    "board": lazy_gettext("a decision of the board"),
    "import": lazy_gettext("taken over by an import"),
    "click": lazy_gettext("given on the page for families"),
    "unasked": lazy_gettext("none: nobody has been asked yet, the archive keeps it closed"),
}
NAMINGS = {
    "initial": lazy_gettext("initials"),
    "pseudonym": lazy_gettext("the pseudonym on record"),
    "anonymous": lazy_gettext("no name at all"),
}
VERBS = {
    "import": lazy_gettext("taken in or brought up to date"),
    "publish": lazy_gettext("published"),
    "unpublish": lazy_gettext("taken back to the desk"),
    "withdraw": lazy_gettext("withdrawn"),
    "describe": lazy_gettext("description changed"),
    "add recording": lazy_gettext("a recording added"),
    "record consent": lazy_gettext("statement of consent recorded"),
    "hold": lazy_gettext("closed"),
    "end a hold": lazy_gettext("opened again"),
    "restrict": lazy_gettext("a stretch withheld"),
    "lift a restriction": lazy_gettext("a restriction lifted"),
    "derive": lazy_gettext("copies made"),
    "register": lazy_gettext("entered or changed"),
    "open or close an entry": lazy_gettext("opened or closed by itself"),
    "merge": lazy_gettext("another was made one with it"),
    "undo a merge": lazy_gettext("made two again"),
    "link": lazy_gettext("people or places linked"),
    "transcribe": lazy_gettext("a transcript taken in or changed"),
    "erase": lazy_gettext("erased"),
    "ask a second person": lazy_gettext("a second person asked to agree"),
    "refuse to agree": lazy_gettext("a second person did not agree"),
    "request access": lazy_gettext("access asked for"),
    "take back a request": lazy_gettext("a request taken back"),
    "grant access": lazy_gettext("access granted"),
    "refuse access": lazy_gettext("access refused"),
    "revoke access": lazy_gettext("access revoked"),
    "use a grant": lazy_gettext("read by a grant"),
    "accept submission": lazy_gettext("taken in from a family"),
    "pause": lazy_gettext("paused by the family"),
    "go on": lazy_gettext("opened again by the family"),
    "narrow": lazy_gettext("narrowed by the family"),
}
OF_FAMILIES = ("pause", "go on", "narrow")
"""What says already that a family did it."""


CARRY = lazy_gettext("Carry over what the family changed")


def next_step(line: KeptLine) -> str:
    """What is to be done with it next. What a family changed comes before publishing what it said earlier."""
    return str(CARRY if line.changed and line.state not in ("held", "withdrawn") else NEXT.get(line.state, ""))


WANTED = {
    "publish": lazy_gettext("To publish it"),
    "record consent": lazy_gettext("To let more people read"),
    "end a hold": lazy_gettext("To open again what was closed"),
    "lift a restriction": lazy_gettext("To lift a restriction"),
}


UNASKED = lazy_gettext("Nobody has been asked yet. The archive keeps it closed until somebody is asked.")


def unasked(statements: Iterable[KeptStatement]) -> frozenset[int]:
    """The keys of those that nobody made: a narrator is on record, and was not asked yet."""
    return frozenset(each.key for each in statements if each.evidence == "unasked")


def because(ground: Ground, unasked: Collection[int] = ()) -> str:
    """One ground as a sentence. `unasked`: the keys of statements that nobody made."""
    if ground.kind == "permits" and ground.statement in unasked:
        return str(UNASKED)
    who = str(CAPACITIES.get(ground.capacity, ground.capacity))
    if ground.kind == "permits":
        said = _permits(ground, who)
        return said if ground.next_utc_ms is None else gettext("%(sentence)s From %(date)s on: %(whom)s.", sentence=said, date=moment_words(
            ground.next_utc_ms), whom=sentences.who_or_closed(ground.next_audience))
    return str({
        "holds": gettext("%(who)s asked to close it.", who=who),
        "withdraws": gettext("%(who)s withdrew it.", who=who),
        "silent": gettext("%(who)s has said nothing about it. Silence closes.", who=who),
        "unheard": gettext("No narrator is on record, so nobody can have allowed it."),
        "desk": gettext("The archive has not published it."),
        "existence": gettext("Nobody reads more than they may know of: that it exists is closed to them."),
    }[ground.kind])


def _permits(ground: Ground, who: str) -> str:
    if ground.capacity == "archive":
        return gettext("The archive published it.")
    if sentences.shut(ground.audience) and ground.audience != sentences.SEALED:
        return gettext("%(who)s keeps it closed.", who=who)
    return gettext("%(who)s permits it to: %(whom)s.", who=who, whom=sentences.who(ground.audience))


def wrong(error: Invalid | Conflict) -> str:
    """What is wrong, as a sentence that can stand beside its field."""
    said = interface.capital(say(error.reason))
    return said if said.endswith((".", "!", "?", "։")) else gettext("%(sentence)s.", sentence=said)


def part(one: KeptPart) -> str:
    """A part of a testimony in a list: `Audio, tape 1`, `Russian, verbatim`."""
    if one.kind == "transcript":
        return ", ".join((interface.language_name(one.language), sentences.kind(one.transcript_kind)))
    return ", ".join(filter(None, (sentences.has(one.kind), one.label)))


FACTS = {
    "media_type": lazy_gettext("kind of file: %(fact)s"),
    "sound_codec": lazy_gettext("sound: %(fact)s"),
    "channels": lazy_gettext("channels: %(fact)s"),
    "rate_hz": lazy_gettext("samples a second: %(fact)s"),
    "picture_codec": lazy_gettext("picture: %(fact)s"),
    "width": lazy_gettext("width: %(fact)s"),
    "height": lazy_gettext("height: %(fact)s"),
    "frames_per_second": lazy_gettext("pictures a second: %(fact)s"),
    "pages": lazy_gettext("pages: %(fact)s"),
}


def facts(one: KeptRecording) -> str:
    """What decoding a recording told."""
    said = [str(words) % {"fact": one.facts[name]} for name, words in FACTS.items() if name in one.facts]
    return interface.capital("; ".join(said))


def checked(one: KeptRecording) -> str:
    """When its bytes were last read and compared with their name, and what came of it."""
    if one.checked_utc_ms is None:
        return gettext("Not read again since then.")
    day = moment_words(one.checked_utc_ms)
    if one.outcome == "sound":
        return gettext("Read again on %(day)s: unaltered.", day=day)
    return gettext("Read again on %(day)s: damaged or missing.", day=day)


def bytes_words(size: int) -> str:
    """How large a file is: `734 KB`, `12.4 MB`."""
    if size < 1_000_000:
        return gettext("%(number)s KB", number=interface.number(max(1, round(size / 1000))))
    return gettext("%(number)s MB", number=interface.decimal(size / 1_000_000))


UNITS = {
    "collection": lazy_gettext("the collection"),
    "recording": lazy_gettext("a recording"),
    "transcript": lazy_gettext("a transcript"),
}


def unit(code: str) -> str:
    """What a statement is about, where that is not the testimony as a whole."""
    return str(UNITS.get(code, code))


def measure(one: KeptPart) -> str:
    """How much of it there is."""
    if one.kind == "transcript":
        return ngettext("%(num)s segment", "%(num)s segments", one.size)
    return time_code(one.duration_ms) if one.duration_ms else ""


DOUBTS = {
    "split": lazy_gettext("%(part)s cut in two"),
    "slip": lazy_gettext("near %(part)s"),
    "small": lazy_gettext("%(part)s in small letters"),
    "short": lazy_gettext("so short that other names are replaced for it"),
}


def doubt(one: Doubt) -> str:
    """Why something may be a closed name."""
    return str(DOUBTS[one.why]) % {"part": one.part}


def version(one: KeptVersion) -> str:
    """Who made a version, and of what."""
    by = _by(one.mine, one.who)
    return ", ".join((by, gettext("from a file"))) if one.from_file else by


def at_work(one: KeptDraft) -> str:
    """Who has begun a draft, and when."""
    return gettext("%(who)s, since %(begun)s, saved %(saved)s.", who=one.who or gettext("an account that is gone"),
                   begun=time_words(one.begun_utc_ms), saved=time_words(one.saved_utc_ms))


def _by(mine: bool, who: str) -> str:
    """Who did something. `who`: as of an entry of the history."""
    if mine:
        return gettext("by you")
    return str({
        "shell": gettext("by the operator’s command"),
        "family": gettext("by the family"),
        "reader": gettext("by a reader"),
        "": gettext("by an account that is gone"),
    }.get(who) or gettext("by %(address)s", address=who))


def entry(one: KeptEntry) -> str:
    """An entry of the history: what, by whom, and how many times it follows itself."""
    said = str(VERBS.get(one.verb, one.verb))
    if one.verb == "derive":  # nobody did it: the archive does it by itself
        return said if one.times == 1 else gettext("%(what)s (%(count)s times)", what=said, count=interface.number(one.times))
    return said if one.who == "family" and one.verb in OF_FAMILIES else f"{said}, {_by(one.mine, one.who)}"

"""What the registry's pages at the desk say: kinds, columns, hints. All of it through gettext.

What may not live here: what the columns are (access.kept_registry_readings).
"""

from __future__ import annotations

from archive_app.access.kept_registry_readings import KeptItem
from archive_app.access.readings import Name
from archive_app.web import names, sentences
from archive_app.web.translate import N_, lazy_gettext

KINDS = {"people": lazy_gettext("People"), "places": lazy_gettext("Places"), "events": lazy_gettext("Events"),
         "sources": lazy_gettext("Sources"), "statements": lazy_gettext("Statements")}
NEW = {"people": lazy_gettext("New person"), "places": lazy_gettext("New place"), "events": lazy_gettext("New event"),
       "sources": lazy_gettext("New source"), "statements": lazy_gettext("New statement")}
ABOUT = {
    "people": lazy_gettext("People whom the testimonies that you tend name, or who were entered by themselves."),
    "places": lazy_gettext("Places that the testimonies that you tend tell of, or that were entered by themselves."),
    "events": lazy_gettext("What happened, and who calls it what."),
    "sources": lazy_gettext("Papers, books and files that state something."),
    "statements": lazy_gettext("What each source states. Nothing is added up, averaged or put in order of trust."),
}
THIRD = {"people": lazy_gettext("Which name it is"), "places": lazy_gettext("In which years"), "events": lazy_gettext("Who calls it so")}
THIRD_HINT = {
    "people": lazy_gettext("Birth, marriage, in hiding, nickname …"),
    "places": lazy_gettext("Such as 1936/1991. Empty: not said."),
    "events": lazy_gettext("Empty: the archive’s own working title."),
}
LABELS = {
    "born": lazy_gettext("Born"), "died": lazy_gettext("Died"), "note": lazy_gettext("Note"), "latitude": lazy_gettext("Latitude"),
    "longitude": lazy_gettext("Longitude"), "within": lazy_gettext("Lies within"), "date": lazy_gettext("Date"),
    "places": lazy_gettext("Places"), "title": lazy_gettext("Title"), "author": lazy_gettext("Author"),
    "publisher": lazy_gettext("Publisher"), "kind": lazy_gettext("Kind"), "language": lazy_gettext("Language"),
    "url": lazy_gettext("Web address"), "source": lazy_gettext("Source"), "locator": lazy_gettext("Where in it"),
    "event": lazy_gettext("Event"), "about": lazy_gettext("About"), "asserts": lazy_gettext("What it states"),
    "value_min": lazy_gettext("Value, or the lowest"), "value_max": lazy_gettext("The highest"), "unit": lazy_gettext("Of what"),
    "wording": lazy_gettext("In its own words"), "says": lazy_gettext("Who is said to say so"), "other": lazy_gettext("The other one"),
    "names": lazy_gettext("Names"),
}
_EDTF = lazy_gettext("As 1992-02-26, 1992~ for about, 199X, 1991/1993.")
HINTS = {
    "born": _EDTF, "died": _EDTF, "latitude": lazy_gettext("Degrees, north of the equator: 41.25"),
    "longitude": lazy_gettext("Degrees, east of Greenwich: 46.79"),
    "within": lazy_gettext("A place of the registry: its name, or its id where several are called so."),
    "places": lazy_gettext("Places of the registry, by name or id, separated by semicolons."),
    "language": lazy_gettext("A tag such as az or ru."),
    "source": lazy_gettext("A source of the registry: its title, or its id where several are called so."),
    "event": lazy_gettext("An event of the registry, by name or id. Empty: none in particular."),
    "about": lazy_gettext("Whom or what it is about, in words; or the id of a person or place of the registry."),
    "value_min": lazy_gettext(
        "As the source gives it. What became of somebody: missing, reported dead, found alive; “unknown” may stand for ever."),
    "value_max": lazy_gettext("Empty: it is open upward."),
    "unit": lazy_gettext("Persons, families, a date …"),
    "says": lazy_gettext("Empty: the source itself."),
}
OF = {
    "nobody": (lazy_gettext("Nobody by itself: it is known where something that one may read speaks of it."),
               lazy_gettext("Nobody may know of them by themselves, only where something that one may read speaks of them.")),
    "anyone": (lazy_gettext("Anyone may know of it."), lazy_gettext("Anyone may know of them.")),
    "open": (lazy_gettext("Open by itself to: %(whom)s."), lazy_gettext("Open by themselves to: %(whom)s.")),
    "change": (lazy_gettext("Change who may know of it"), lazy_gettext("Change who may know of them")),
    "who": (lazy_gettext("Who may know of it by itself"), lazy_gettext("Who may know of them by themselves")),
    "in any case": (
        lazy_gettext("Whoever may read something that speaks of it knows of it in any case. To open it to more people needs evidence."),
        lazy_gettext("Whoever may read something that speaks of them knows of them in any case. "
                     "To let more people know of them needs evidence.")),
    "no tier": (lazy_gettext("nobody: it is known where something that one may read speaks of it"),
                lazy_gettext("nobody: they are known where something that one may read speaks of them")),
    "gains": (lazy_gettext("Names it gains"), lazy_gettext("Names they gain")),
    "made one": (lazy_gettext("Made one with it"), lazy_gettext("Made one with them")),
    "another": (lazy_gettext("Make another one with it"), lazy_gettext("Make another one with them")),
    "nothing stated": (lazy_gettext("Nothing that you may know of is stated of it."),
                       lazy_gettext("Nothing that you may know of is stated of them.")),
    "undone": (lazy_gettext("What moved from “%(other)s” goes back to it; what was written since stays where it is."),
               lazy_gettext("What moved from “%(other)s” goes back to them; what was written since stays where it is.")),
}
"""What is said of an entry: (of a place, an event, a source, a statement; of people, whom nobody calls it)."""
LONG = frozenset({"note", "wording"})
"""Columns in which several lines can be written."""
SAID = (
    N_("write at least one name"),
    N_("a name is empty"),
    N_("a place cannot lie within itself, nor within what lies within it"),
    N_("nothing of this id or name is in the registry"),
    N_("several are called so: write the id of the one that is meant"),
    N_("these two are one already"),
    N_("this can let more people read than before: say where the evidence is, or attach it"),
    N_("one of these places lies within the other"),
    N_("the one that is kept is open to more people than the other: narrow it first"),
    N_("this person appears in it in this role already"),
    N_("this place is among them already"),
    N_("a narrator stays: taking one away would open what they have not allowed"),
    N_("there is a character in it that cannot be kept"))
"""What the rooms below, which know no catalogues, say, word for word as it comes out."""


def hint(kind: str, column: str) -> str:
    """What is said under the label of a column."""
    return str(_EDTF if column == "date" and kind != "sources" else HINTS.get(column, ""))


def title(several: tuple[Name, ...], otherwise: str = "") -> Name:
    """What a row is called on the page of somebody who reads in this language: none of its names is the main one."""
    return names.first(several) if several else Name(otherwise)


def item(one: KeptItem) -> Name:
    """What a row in a list is called."""
    return title(one.names, one.title or one.id)


def of(kind: str, what: str, **put: str) -> str:
    """A sentence about an entry of this kind."""
    return str(OF[what][kind == "people"]) % put if put else str(OF[what][kind == "people"])


def access(kind: str, formula: str) -> str:
    """Whom a row is open to by itself."""
    if not formula:
        return of(kind, "nobody")
    return of(kind, "anyone") if formula == "everybody" else of(kind, "open", whom=sentences.who(formula))

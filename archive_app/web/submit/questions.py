"""The questions, in the order in which they are asked: their sentences, their choices, and what was typed as verbs take it.

Short words, one thing a question, every default the narrowest. What may not live here: what an answer may be (actions.answers).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from archive_app.access.terms import MATERIAL, NAMINGS, USES
from archive_app.actions.answers import AUDIENCES, LAYER_STEPS, RELATIONS
from archive_app.errors import Invalid
from archive_app.exchange.manifest import ROLES
from archive_app.language.words import sort_key
from archive_app.web import interface, sentences
from archive_app.web import said as said_below
from archive_app.web.translate import N_, gettext, lazy_gettext

Choices = tuple[tuple[str, object, object], ...]
"""(value, what it is called, what it means) of each."""


@dataclass(frozen=True)
class Question:
    """`kind`: which template asks it. `choices` by field."""

    step: str
    asks: object
    tells: object = ""
    kind: str = "text"
    choices: Mapping[str, Choices] | None = None


WHO_MAY: Choices = (
    ("staff", lazy_gettext("No one for now"), lazy_gettext("Only the archivists who look after your testimony.")),
    ("reading-room", lazy_gettext("People who come to the reading room"),
     lazy_gettext("They read and listen there and take nothing away.")),
    ("registered", lazy_gettext("Registered readers"),
     lazy_gettext("Anyone who registers with an e-mail address. What they copy cannot be called back either.")),
    ("public", lazy_gettext("Anyone"), lazy_gettext("It can be copied, and copies cannot be called back.")),
)
assert tuple(value for value, _, _ in WHO_MAY) == AUDIENCES
RELATION: Choices = (
    ("self", lazy_gettext("I tell what I lived through, saw or heard myself"), ""),
    ("next_of_kin", lazy_gettext("I tell for somebody of my family"), ""),
    ("guardian", lazy_gettext("I tell for somebody in my care"), ""),
    ("representative", lazy_gettext("I tell for somebody who asked me to"), ""),
)
assert tuple(value for value, _, _ in RELATION) == RELATIONS
NAMING: Choices = (
    ("anonymous", lazy_gettext("No name at all"), ""),
    ("initial", lazy_gettext("First letters only"), ""),
    ("pseudonym", lazy_gettext("The other name that you gave"), ""),
)
assert {value for value, _, _ in NAMING} == set(NAMINGS)
USE: Mapping[str, object] = {
    "exhibition": lazy_gettext("Showing it in an exhibition"),
    "publication": lazy_gettext("Printing it in a book or a newspaper"),
    "tracing": lazy_gettext("Helping people find their missing"),
    "accountability": lazy_gettext("Giving it to a court or to investigators"),
    "machine_processing": lazy_gettext("Letting computers write it down or translate it"),
    "ai_training": lazy_gettext("Teaching a machine with it"),
    "voice_imitation": lazy_gettext("Imitating the voice by a machine"),
}
assert set(USE) == set(USES)
LAYER: Mapping[str, tuple[object, object]] = {
    "existence": (lazy_gettext("Who may know that this testimony is here?"),
                  lazy_gettext("Nobody sees more than this, whatever you answer to the questions after it.")),
    "description": (lazy_gettext("Who may read what it is about?"),
                    lazy_gettext("A title and some lines, with the place, what you say of the time, and the month in which you send it.")),
    "identity": (lazy_gettext("Who may know your name?"),
                 lazy_gettext("In a small place people can also be recognised by what they tell.")),
    "transcript": (lazy_gettext("Who may read your words?"), lazy_gettext("You can change your answer at any time.")),
    "audio": (lazy_gettext("Who may hear your voice?"),
              lazy_gettext("People who know you can recognise a voice, even without a name. You can change your answer at any time.")),
    "video": (lazy_gettext("Who may see the film?"), lazy_gettext("A face can be recognised, even without a name.")),
    "image": (lazy_gettext("Who may see your photographs?"), lazy_gettext("Other people may be in them. They can be recognised too.")),
    "document": (lazy_gettext("Who may see your documents?"), lazy_gettext("Papers hold names, dates and addresses.")),
}
assert tuple(LAYER) == LAYER_STEPS
WRITTEN_IN = ("ar", "az", "de", "en", "es", "fa", "fr", "he", "hy", "ka", "ku", "ru", "tr", "uk")
"""Languages that are offered to write in."""
ANY_OTHER = "und"
QUESTIONS: tuple[Question, ...] = (
    Question("who", lazy_gettext("Who tells this?"), "", "choices",
             {"relation": RELATION, "role": tuple((role, sentences.ROLES[role], "") for role in ROLES)}),
    Question("name", lazy_gettext("What is the name of the one who tells it?"),
             lazy_gettext("You can leave it out. We ask later who may know it."), "name"),
    Question("told", lazy_gettext("What is it about, when was it, and where?"),
             lazy_gettext("As much as you know. “About 1992” is enough."), "told"),
    Question("account", lazy_gettext("What do you want to tell?"),
             lazy_gettext("Write as you speak. You can stop at any time, and go on another day."), "account"),
    Question("files", lazy_gettext("Do you have photographs, papers or recordings?"), "", "files"),
    Question("people", lazy_gettext("Is there somebody whose name must not be seen?"),
             lazy_gettext("Somebody in danger, a child, somebody who was hurt, or anybody who would not want it."), "people"),
    *(Question(layer, *LAYER[layer], "layer", {"audience": WHO_MAY, **({"naming": NAMING} if layer == "identity" else {})})
      for layer in LAYER_STEPS),
    Question("uses", lazy_gettext("What else may be done with it?"), lazy_gettext("What you do not tick is not done."), "uses",
             {"allowed": tuple((use, words, "") for use, words in USE.items())}),
    Question("contact", lazy_gettext("How can we reach you, if you want us to?"),
             lazy_gettext("You need not say. You can write to us here with your receipt at any time."), "words"),
    Question("note", lazy_gettext("Is there anything else we should know?"), "", "words"),
)
BY_STEP = {question.step: question for question in QUESTIONS}


def asked(kinds: frozenset[str]) -> tuple[Question, ...]:
    """The questions for somebody who gave files of these kinds: nobody is asked about what is not there."""
    return tuple(each for each in QUESTIONS if each.step not in MATERIAL or each.step in kinds)


def following(step: str, kinds: frozenset[str]) -> str:
    """The step after this one; '' = the last was answered."""
    steps = [each.step for each in asked(kinds)]
    return steps[steps.index(step) + 1] if step in steps[:-1] else ""


def before(step: str, kinds: frozenset[str]) -> str:
    """The step before this one; '' = this is the first."""
    steps = [each.step for each in asked(kinds)]
    return steps[steps.index(step) - 1] if step in steps[1:] else ""


def other_languages(given: str = "") -> list[tuple[str, str]]:
    """(tag, name in the interface language) of languages to write in besides those of the interface, by name; the last is any other.
    `given`: one that was chosen before."""
    wanted = {*WRITTEN_IN, given} - {"", ANY_OTHER, *(choice.tag for choice in interface.choices())}
    named = sorted(((tag, interface.language_name(tag)) for tag in wanted), key=lambda one: sort_key(one[1]))
    return [*named, (ANY_OTHER, gettext("Another language"))]


def typed(step: str, form: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed at a step, as it is saved: nothing at all where every field was left empty."""
    if step == "people":
        rows = zip(form.getlist("person"), form.getlist("why"), strict=False)
        people = [{"name": name, "why": why} for name, why in rows if name.strip() or why.strip()]
        return {"people": people} if people else {}
    if step == "uses":
        return {"allowed": form.getlist("allowed")} if form.getlist("allowed") else {}
    fields = {"who": ("relation", "role"), "name": ("name", "pseudonym"), "told": ("title", "date", "place"), "account": ("text",),
              "identity": ("audience", "naming"), "contact": ("words",), "note": ("words",)}.get(step, ("audience",))
    found = {field: form.get(field, "") for field in fields}
    found = {field: value for field, value in found.items() if value.strip()}
    language = form.get("language", "")
    return {**found, "language": language} if found and language else found


WRITTEN = ("name", "told", "account", "people", "words")
"""Kinds of questions that are answered in one's own words."""


def mark(given: Mapping[str, Any]) -> str:
    """What a form carries of the answer that it showed: it differs where another window has saved another since."""
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:20]


def is_news(typed: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Whether a form says something that is not saved: more than it showed when it was opened."""
    shown = {"audience": "staff", "naming": "anonymous"} | dict(given)
    return any(field != "language" and shown.get(field) != value for field, value in typed.items())


FIELDS: Mapping[str, object] = {
    "name": lazy_gettext("The name"), "pseudonym": lazy_gettext("Another name that may stand for it"),
    "title": lazy_gettext("What it is about, in a few words"), "date": lazy_gettext("When it was"), "place": lazy_gettext("Where it was"),
    "why": lazy_gettext("Why, if you want to say"), "label": lazy_gettext("What is it, or who is in it?"),
    "about": lazy_gettext("Which page it is about"), "words": lazy_gettext("What you wrote"), "text": lazy_gettext("What you wrote"),
}


SAID = (N_("at most 60 letters"), N_("at most 200 letters"), N_("at most 300 letters"), N_("at most 500 letters"),
        N_("at most 4000 letters"), N_("at most 20000 letters"), N_("at most 200000 letters"),
        N_("write between one and 20000 letters"), N_("write what it is about"))
"""What the verbs below, which know no catalogues, say of a field, word for word as it comes out."""


def wrong(refused: Invalid) -> str:
    """What cannot be taken, and in which field."""
    field, reason = FIELDS.get(refused.field), said_below.say(refused.reason)
    said_so = interface.capital(reason)
    if not field:
        return said_so
    ended = said_so if said_so.endswith((".", "!", "?", "։")) else f"{said_so}."
    return f"{gettext('Please check: %(field)s', field=str(field))}. {ended}"


def shown(question: Question) -> str:
    """The question as it stood on the page, with its choices: what a click agreed to."""
    said = [str(question.asks), str(question.tells)]
    for choices in (question.choices or {}).values():
        said += [f"{name} {means}".strip() for _, name, means in choices]
    return "\n".join(filter(None, said))


def said(layer: str, audience: str) -> str:
    """One line of what others will see."""
    return str({"staff": gettext("No one but the archivists."), "reading-room": gettext("People who come to the reading room."),
                "registered": gettext("Registered readers."), "public": gettext("Anyone.")}[audience])


LINES: Mapping[str, object] = {
    "existence": lazy_gettext("That it exists"), "description": lazy_gettext("What it is about"), "identity": lazy_gettext("Your name"),
    "transcript": lazy_gettext("Your words"), "audio": lazy_gettext("Your voice"), "video": lazy_gettext("The film"),
    "image": lazy_gettext("Your photographs"), "document": lazy_gettext("Your documents"),
}

"""The questions of the families' room: which there are, and what an answer to each may be. Pure.

Everything may be left unanswered, and every default is No: what nobody answered is for staff alone, and every use is refused. Words are
kept exactly as typed. What may not live here: the sentences of the questions (web), where answers rest (records.submissions).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from archive_app.access.terms import LAYERS, NAMINGS, TIERS, USES
from archive_app.errors import Invalid
from archive_app.exchange.manifest import ROLES
from archive_app.language import tags

__all__ = ["AUDIENCES", "CONSENT", "HIDES", "LAYER_STEPS", "NAMINGS", "NARROWS", "NOBODY_FOR_NOW", "RELATIONS", "ROLES", "STEPS", "USES",
           "Answers", "checked"]
LAYER_STEPS = LAYERS
AUDIENCES = tuple(name for name in reversed(TIERS) if name != "sealed")
"""What a family chooses from, the narrowest first: that is the default."""
NOBODY_FOR_NOW = AUDIENCES[0]
RELATIONS = ("self", "next_of_kin", "guardian", "representative")
"""Who speaks: the narrator, or somebody in the narrator's place."""
MOST_LETTERS, MOST_ACCOUNT, MOST_PEOPLE = 4_000, 200_000, 50

Answers = Mapping[str, Any]
Read = Callable[[str, Any], Any]


def _words(most: int) -> Read:
    def read(field: str, value: Any) -> str:
        if not isinstance(value, str):
            raise Invalid(field, "this is not text")
        if len(value) > most:
            raise Invalid(field, f"at most {most} letters")
        return value

    return read


def _one_of(choices: tuple[str, ...]) -> Read:
    def read(field: str, value: Any) -> str:
        if value not in choices:
            raise Invalid(field, f"choose one of {', '.join(choices)}")
        return str(value)

    return read


def _tag(field: str, value: Any) -> str:
    if value == "":
        return ""
    try:
        return tags.tag(_words(40)(field, value))
    except ValueError as error:
        raise Invalid(field, str(error)) from error


def _uses(field: str, value: Any) -> list[str]:
    if not isinstance(value, (list, tuple)):
        raise Invalid(field, "give a list of uses")
    return [_one_of(USES)(field, each) for each in dict.fromkeys(map(str, value))]


def _people(field: str, value: Any) -> list[dict[str, str]]:
    if not isinstance(value, (list, tuple)) or len(value) > MOST_PEOPLE:
        raise Invalid(field, f"give a list of at most {MOST_PEOPLE} people")
    return [_checked(_PERSON, each) for each in value]


_PERSON: Mapping[str, Read] = {"name": _words(200), "language": _tag, "why": _words(MOST_LETTERS)}
_LAYER: Mapping[str, Read] = {"audience": _one_of(AUDIENCES)}
STEPS: Mapping[str, Mapping[str, Read]] = {
    "who": {"relation": _one_of(RELATIONS), "role": _one_of(ROLES)},
    "name": {"name": _words(200), "language": _tag, "pseudonym": _words(200)},
    "told": {"title": _words(300), "date": _words(60), "place": _words(200), "language": _tag},
    "account": {"text": _words(MOST_ACCOUNT), "language": _tag},
    "people": {"people": _people},
    **dict.fromkeys(LAYERS, _LAYER),
    "identity": {**_LAYER, "naming": _one_of(NAMINGS)},
    "uses": {"allowed": _uses},
    "contact": {"words": _words(MOST_LETTERS)},
    "note": {"words": _words(MOST_LETTERS)},
    "concern": {"about": _words(500), "words": _words(20_000)},
}
"""Every question, in the order in which they are asked, and the fields of its answer."""
CONSENT = frozenset({*LAYERS, "uses"})
"""The questions whose answers become statements."""
HIDES = "people"
NARROWS = CONSENT | {HIDES}
"""Those by whose answers less may be read than before."""


def checked(step: str, answers: Answers) -> dict[str, Any]:
    """The answer as it is kept; fields that are not there were left out. Raises Invalid, naming the field."""
    if step not in STEPS:
        raise Invalid("step", "there is no such question")
    return _checked(STEPS[step], answers)


def _checked(fields: Mapping[str, Read], answers: Any) -> dict[str, Any]:
    if not isinstance(answers, Mapping):
        raise Invalid("answers", "give fields and values")
    unknown = next((field for field in answers if field not in fields), None)
    if unknown is not None:
        raise Invalid(str(unknown)[:40], "there is no such field here")
    return {field: fields[field](field, value) for field, value in answers.items()}

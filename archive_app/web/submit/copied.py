"""What a family answered, in plain sentences, for the copy that it takes away: each question as it was asked, and its answer.

What may not live here: the copy itself (actions.family_copy), the account, which has a file of its own there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archive_app.access.terms import MATERIAL
from archive_app.actions.answers import NOBODY_FOR_NOW
from archive_app.actions.family_readings import Attached
from archive_app.web.submit.questions import LINES, QUESTIONS, USE, Question, said
from archive_app.web.translate import gettext


def in_words(answers: Mapping[str, Mapping[str, Any]], files: Sequence[Attached]) -> str:
    """Every question that was answered, and every decision, taken or not: what nobody answered is closed; and what was said of files."""
    kinds = {each.kind for each in files}
    asked = [each for each in QUESTIONS if each.step not in (*MATERIAL, "account", "files") or each.step in kinds]
    told = ((str(each.asks), list(_answer(each, answers.get(each.step, {})))) for each in asked)
    own = [f"{each.name}: {told}" for each in files for told in (each.label, each.audience and said("", each.audience)) if told]
    return "\n\n".join("\n".join([heading, *lines]) for heading, lines in (*told, (gettext("Files"), own)) if lines) + "\n"


def _answer(question: Question, given: Mapping[str, Any]) -> Iterator[str]:
    if question.step in LINES:
        yield said(question.step, given.get("audience", NOBODY_FOR_NOW))
        if "naming" in given:
            yield f"{gettext('What do others read instead?')} {_called(question, 'naming', given['naming'])}"
    elif question.step == "uses":
        yield from [f"{USE[use]}." for use in given.get("allowed", ())] or [gettext("None.")]
    elif question.step == "people":
        yield from (": ".join(filter(None, (one.get("name", ""), one.get("why", "")))) for one in given.get("people", ()))
    else:
        yield from (_called(question, field, value) for field, value in given.items() if field != "language")


def _called(question: Question, field: str, value: str) -> str:
    """A choice as it was offered; what was typed, as it is."""
    return next((f"{called}." for code, called, _ in (question.choices or {}).get(field, ()) if code == value), value)

"""What the rooms below say of what cannot be taken reaches people in their language: every reason is named for the catalogues."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import archive_app
from archive_app.web import said
from tests.web.app import make_app
from tests.web.test_translations import messages

HOUSE = Path(archive_app.__file__).parent
REFUSALS = {"Invalid", "Conflict", "NotAllowed"}
REPORTS = "sentences of import reports are English"
SHELL = "said in the shell, which is English"
FORGED = "no form of ours sends it"
ELSEWHERE: dict[str, str] = {
    **{f"actions/{name}.py": REPORTS for name in ("importing", "preparing", "intake", "parts", "people", "ohms_files", "manifest_terms")},
    **{f"actions/{name}.py": SHELL for name in ("accounts", "backing_up", "restoring", "recovering", "second_factor")},
    "storage/bundles.py": REPORTS, "storage/probe.py": REPORTS, "storage/cuts.py": FORGED, "storage/recipes.py": FORGED, "storage/sealed.py": FORGED,
}
"""Modules whose sentences are not asked for, and why."""
ONLY_REPORTS = {
    "is a part of another since they were made one at the desk: change that one", "wider than on record: widening is done at the desk",
    "a row of 9 needs an identifier of 3 to 64 small letters, digits and hyphens", "“9” is neither yes nor no"}
"""Of modules that the desk uses too, what an import alone comes to."""
JOINED = {"9 9", "holds 9 in a form that cannot be decoded here (9)"}
"""The fence puts the name of a file before a sentence of FILES; one of these has a word in it, and is named once with each."""
NUMBERED = {
    "a password has at least 9 characters; a few words in a row are easy to remember", "a password has at most 9 characters"}
"""Named with their numbers, which are constants (account_forms.REASONS)."""


def reasons(path: Path) -> Iterator[str]:
    """The reasons that are written in a module, 9 in the place of what is put into them; one that is made elsewhere is not here."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS and len(node.args) > 1:
            yield from written(node.args[1])


def written(reason: ast.expr) -> Iterator[str]:
    """The sentences that an expression can come to."""
    if isinstance(reason, ast.Constant):
        yield str(reason.value)
    elif isinstance(reason, ast.IfExp):
        yield from (*written(reason.body), *written(reason.orelse))
    elif isinstance(reason, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "9" for part in reason.values)


def named(reason: str, known: set[str]) -> bool:
    """Whether a catalogue can have it: word for word, by its shape, or after the name of a file."""
    return reason in known or any(pattern.fullmatch(each) for pattern, _ in (*said.SHAPED, *said.OF_FILES) for each in (reason, f"file {reason}"))


@pytest.mark.parametrize("room", ["actions", "storage"])
def test_every_reason_is_named_for_the_catalogues(room: str) -> None:
    known = {message for message, _ in messages()}
    found = [(path.relative_to(HOUSE).as_posix(), reason) for path in sorted((HOUSE / room).glob("*.py")) for reason in reasons(path)]
    assert len(found) > 20, "the walk sees them"
    missing = [f"{module}: {reason}" for module, reason in found
               if module not in ELSEWHERE and reason not in ONLY_REPORTS | NUMBERED | JOINED and not named(reason, known)]
    assert not missing, "name it with N_ in web/said.py or web/desk/said.py:\n" + "\n".join(missing)


def test_an_exception_that_is_none_any_more_is_seen() -> None:
    there = {path.relative_to(HOUSE).as_posix() for room in ("actions", "storage") for path in (HOUSE / room).glob("*.py")}
    every = {reason for room in ("actions", "storage") for path in (HOUSE / room).glob("*.py") for reason in reasons(path)}
    assert set(ELSEWHERE) <= there and ONLY_REPORTS | NUMBERED | JOINED <= every


def test_what_nobody_named_is_seen() -> None:
    assert not named("the moon is in the way", {"write a title"}) and named("write a title", {"write a title"})
    assert list(written(ast.parse("f'at most {most} moons' if late else 'no moon'", mode="eval").body)) == ["at most 9 moons", "no moon"]


@pytest.mark.parametrize("reason", [
    "at most 60 letters", "write what it is about", "this file holds something harmful, and was not taken", "choose one of a, b",
    "bell.mp3 breaks off at 0:12: it says it is longer", "“bell.mp3” is in truth audio/wav: name it by what it is", "nobody named this: 9"])
def test_in_english_a_reason_is_as_it_was_raised(reason: str) -> None:
    with make_app().test_request_context("/"):
        assert said.say(reason) == reason


def test_the_name_of_a_file_stays_and_the_rest_is_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(said, "gettext", lambda message, **put: {"holds no sound": "hat keinen Ton", "this file": "diese Datei",
                                                                 "breaks off at %(time)s: it says it is longer": "endet bei %(time)s"}.get(
        message, message) % (put or {"": ""}))
    assert said.say("my holds no sound.mp3 holds no sound") == "my holds no sound.mp3 hat keinen Ton"
    assert said.say("this file breaks off at 0:12: it says it is longer") == "diese Datei endet bei 0:12"

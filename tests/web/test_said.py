"""What the rooms below say of what cannot be taken reaches people in their language: every reason is named for the catalogues."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import archive_app
from archive_app.actions import hiding, submitting
from archive_app.web import said
from archive_app.web.desk.words import VERBS
from tests.web.app import make_app
from tests.web.test_translations import messages

HOUSE = Path(archive_app.__file__).parent
ROOMS = ("language", "storage", "access", "exchange", "search", "actions")
RAISED = {"Invalid", "Conflict", "NotAllowed", "ValueError", "_wrong"}
"""What is made of a reason; whatever is written in one of these is a sentence, and so is every text of three words elsewhere."""
SHELL = "said in the shell, which is English"
FORGED = "no form of ours sends it"
CODES = "verbs, words of lists and of formats: pages name them by tables of their own"
FOUND = "what was found in the archive by `verify`, or by whoever looks after the machine"
ELSEWHERE: dict[str, str] = {
    **{f"actions/{name}.py": SHELL for name in ("accounts", "backing_up", "restoring", "recovering", "second_factor")},
    **{f"actions/{name}.py": FOUND for name in ("verifying", "withdrawals")}, "access/checking.py": FOUND,
    **{f"storage/{name}.py": FOUND for name in ("archive_key", "ledger", "sealed", "child", "spool", "probe")},
    **{f"storage/{name}.py": FORGED for name in ("cuts", "recipes")},
    "access/law.py": CODES, "access/terms.py": FORGED, "exchange/word_writer.py": CODES, "language/name_words.py": CODES,
}
"""Modules whose sentences are not asked for, and why."""
ALONE: dict[str, str] = {
    "words became current in which nobody looked for whom to hide: nothing is written": "a mistake of ours, told to nobody",
    "the password of nobody, so that an unknown address takes as long as a known one": "hashed, never said",
    "a piece as it was sealed": FOUND, "end of data": "looked for in what Python's reader of tables says", "deal by hand": CODES,
    "on record is no longer in the row": "put into sentences, which are named whole",
    "holds 9 in a form that cannot be decoded here (9)": "named once with each of the two words that stand in it",
    **dict.fromkeys(("enrol second factor", "use recovery code", "lose second factor", "renew recovery codes", "give up second factor"), CODES),
}
"""Sentences that are not asked for, and why."""
LISTS = {"cs", "DA", "nIn", "In", "mp3", "jpg", "txt"}
"""Words that begin lists of suffixes, languages and kinds of files."""


@dataclass(frozen=True)
class Written:
    """A text as a module writes it, with 9 in the place of what is put into it; `raised`: as the reason of a refusal."""

    module: str
    text: str
    raised: bool = False

    @property
    def is_sentence(self) -> bool:
        words = [each for each in self.text.split() if re.fullmatch(r"[“'(]?[A-Za-z’'-]*[a-z][.,:;?)”']*", each)]
        return " " in self.text and len(words) >= (1 if self.raised else 3) and self.text not in VERBS and not self.is_list

    @property
    def is_list(self) -> bool:
        """Markup, and words that are parted at their blanks."""
        return self.text.startswith("<") or "\n" in self.text or self.text.split()[0] in LISTS


def texts(path: Path) -> Iterator[Written]:
    """Every text of a module but what describes it, what is logged and what is a list of words."""
    name = path.relative_to(HOUSE).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    module = importlib.import_module(f"archive_app.{name.removesuffix('.py').replace('/', '.')}") if not name.endswith("__init__.py") else None
    yield from _texts(tree, name, vars(module) if module else {}, False)


def _texts(node: ast.AST, module: str, known: Mapping[str, object], raised: bool) -> Iterator[Written]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield Written(module, node.value.strip(), raised)
    elif isinstance(node, ast.JoinedStr):
        yield Written(module, "".join(_piece(part, known) for part in node.values).strip(), raised)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    called = _called(node)
    if called in {"split", "debug", "info", "warning", "error", "exception", "compile", "text"} and isinstance(node, ast.Call):
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant):
            continue
        reason = called in RAISED and isinstance(node, ast.Call) and child in node.args[-1:]
        yield from _texts(child, module, known, reason or (raised and isinstance(node, ast.IfExp)))


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _piece(part: ast.expr, known: Mapping[str, object]) -> str:
    """What stands in a text: its own letters, those of a constant, or 9."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    value = known.get(part.value.id) if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name) else None
    return str(value) if isinstance(value, (str, int)) else "9"


def left_in_english(text: str, known: set[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What is left of a text when everything that a catalogue can have is taken out of it; '' = nothing that is a word."""
    monkeypatch.setattr(said, "gettext", lambda message, **put: " ".join(("8", *map(str, put.values()))) if message in known else message)
    forms = (text, f"9 {text}", text.removesuffix("9"), re.sub(r"\b[0-9]+\b", "9", text))  # after a file; with a hint behind it; by its shape
    found = [said.say(each) for each in forms]
    return "" if any(not re.search("[A-Za-z]", each) for each in found) else found[0]


def untold(room: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    known = {message for message, _ in messages()}
    found = [one for path in sorted((HOUSE / room).glob("*.py")) for one in texts(path)]
    assert sum(one.raised for one in found) > 5, "the walk sees them"
    return [f"{one.module}: {one.text}" for one in found if one.is_sentence and one.module not in ELSEWHERE and one.text not in ALONE
            and left_in_english(one.text, known, monkeypatch)]


@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_is_named_for_the_catalogues(room: str, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = untold(room, monkeypatch)
    assert not missing, "name it with N_ in web/said.py, web/said_of_….py or web/desk/said.py:\n" + "\n".join(missing)


def test_an_exception_that_is_none_any_more_is_seen() -> None:
    there = {path.relative_to(HOUSE).as_posix() for room in ROOMS for path in (HOUSE / room).glob("*.py")}
    every = {one.text for room in ROOMS for path in (HOUSE / room).glob("*.py") for one in texts(path)}
    assert set(ELSEWHERE) <= there and set(ALONE) <= every


def test_what_nobody_named_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"write a title", "%(name)s is no file", "at most %(number)s letters"}
    assert left_in_english("the moon is in the way", known, monkeypatch) and not left_in_english("write a title", known, monkeypatch)
    assert left_in_english("the moon is no file", known, monkeypatch) == "8 the moon", "a name that is words is seen"
    tree = ast.parse("raise Invalid('f', f'at most {most} moons' if late else 'no moon')")
    assert {one.text for one in _texts(tree, "", {}, False) if one.raised} == {"at most 9 moons", "no moon"}


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


@pytest.mark.parametrize(("reason", "wanted"), [
    ("This text holds no words.", "Bu mətndə söz yoxdur."),
    ("“azeri” is not a language tag. For azeri write az.", "“azeri” dil kodu deyil. azeri üçün az yazın."),
    ("a.vtt: Line 3: a block of lines without readable times was left out.",
     "a.vtt: Sətir 3: vaxtı oxunmayan sətirlər toplusu kənarda qaldı."),
    ("a.vtt: Cue 5 at 0:12 ends before it starts; it now ends where the next one starts. So with 3 more.",
     "a.vtt: Seqment 5 (0:12) başlanmamış bitir; indi növbətinin başladığı yerdə bitir. Daha 3 seqmentdə də belədir."),
    ("x.docx: Left out, because they are no words of the transcript: 3 comments, hidden text.",
     "x.docx: Mətnin sözləri olmadığı üçün kənarda qaldı: 3 şərh, gizlədilmiş mətn."),
    ("stands in row 4 of a/manifest.csv already", "artıq burada var: a/manifest.csv, sətir 4"),
    ("nobody named this: 9. Nor this", "nobody named this: 9. Nor this")])
def test_what_is_put_together_of_several_is_translated_as_a_whole(reason: str, wanted: str) -> None:
    with make_app().test_request_context("/?ui=az"):
        assert said.say(reason) == wanted


def test_a_reason_that_could_be_cut_anywhere_is_said_soon() -> None:
    with make_app().test_request_context("/?ui=az"):
        assert said.say(": ".join(["a. b? c"] * 4000)) == ": ".join(["a. b? c"] * 4000)


@pytest.mark.parametrize("reason", ["", " ", ": ", "a: ", ": nobody named this"])
def test_nothing_said_stays_nothing(reason: str) -> None:
    """A catalogue says of itself, under the empty message, who made it."""
    with make_app().test_request_context("/?ui=ru"):
        assert said.say(reason) == reason and "Project-Id" not in said.say(f"{reason}: this was decided already")


@pytest.mark.parametrize("reason", ["choose one of the three daughters", "Grandmother's tape holds no sound", "The family: this was decided already", ""])
def test_what_somebody_wrote_is_shown_as_it_was_written(reason: str) -> None:
    with make_app().test_request_context("/?ui=ru"):
        assert said.as_written(reason) == reason
        assert [said.as_written(each) for each in said.OURS] == [said.say(each) for each in said.OURS] != [*said.OURS]
    assert said.OURS == {submitting.ASKED, hiding.WHY}

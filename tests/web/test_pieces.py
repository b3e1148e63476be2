"""The words of a cue in pieces: every letter once, marks and the numbers of footnotes where they belong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive_app.access.readings import Note
from archive_app.web.pieces import Footnote, Piece, Sign, cut, footnotes, signs
from tests.factories.readings import BELL, TRANSCRIPTS

TOLD = TRANSCRIPTS[BELL.id][0]
"""Its sixth block is withheld."""
ONE, TWO = Sign(1, 1), Sign(2, 1)


def noted(*places: tuple[tuple[int, int, int], ...]) -> tuple[Note, ...]:
    return tuple(Note(n, f"Note {n}", (), each) for n, each in enumerate(places, 1))


@pytest.mark.parametrize(("spans", "behind", "found"), [
    ([], {}, [Piece("abcdef", False)]),
    ([(1, 3)], {}, [Piece("a", False), Piece("bc", True), Piece("def", False)]),
    ([(0, 6)], {}, [Piece("abcdef", True)]),
    ([(1, 4), (2, 6)], {}, [Piece("a", False), Piece("bcd", True), Piece("ef", False)]),
    ([], {3: (ONE,)}, [Piece("abc", False, (ONE,)), Piece("def", False)]),
    ([], {0: (ONE,), 6: (TWO,)}, [Piece("", False, (ONE,)), Piece("abcdef", False, (TWO,))]),
    ([(1, 5)], {3: (ONE, TWO), 5: (Sign(1, 2),)},
     [Piece("a", False), Piece("bc", True, (ONE, TWO)), Piece("de", True, (Sign(1, 2),)), Piece("f", False)])])
def test_a_text_is_cut(spans: list[tuple[int, int]], behind: dict[int, tuple[Sign, ...]], found: list[Piece]) -> None:
    assert list(cut("abcdef", spans, behind)) == found
    assert "".join(piece.text for piece in found) == "abcdef"


def test_a_text_without_letters_keeps_its_signs() -> None:
    assert list(cut("", [], {0: (ONE,)})) == [Piece("", False, (ONE,))]


def test_signs_stand_behind_the_words_of_their_notes() -> None:
    found = signs(replace(TOLD, notes=noted(((2, 0, 9), (5, 0, 4)), ((2, 3, 9),), ((2, 0, 10_000),), (), ((6, 0, 3),))))
    assert found == {2: {9: (Sign(1, 1), Sign(2, 1)), len(TOLD.blocks[1].text): (Sign(3, 1),)}, 5: {4: (Sign(1, 2),)}}  # type: ignore[union-attr]
    assert signs(TOLD) == {}


def test_a_note_that_names_a_place_twice_has_one_sign_there() -> None:
    assert signs(replace(TOLD, notes=noted(((2, 0, 9), (2, 4, 9))))) == {2: {9: (ONE,)}}


def test_footnotes_say_how_many_signs_lead_to_them() -> None:
    notes = (*noted(((2, 0, 9), (5, 0, 4))), Note(2, "Of the whole", ("https://example.org/",)))
    assert footnotes(replace(TOLD, notes=notes)) == (
        Footnote(1, "Note 1", (), 2), Footnote(2, "Of the whole", ("https://example.org/",), 0))

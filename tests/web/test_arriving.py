"""Who comes to an upload whose line has broken without a word takes over what has come."""

from __future__ import annotations

import threading

import pytest

from archive_app.web import arriving
from archive_app.web.arriving import Piece, taken_over

KEY = ("families/one", "a")


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "PATIENCE", 0.01)


def test_where_nothing_arrives_nothing_is_taken_over() -> None:
    assert taken_over(KEY) is None


def test_what_does_not_end_is_taken_over_once() -> None:
    piece = Piece(7, keeps=True)
    with arriving.arriving(KEY, piece):
        assert piece.add(b"abc") and taken_over(("families/one", "b")) is None
        assert taken_over(KEY) is piece and (piece.offset, bytes(piece.held)) == (7, b"abc")
        assert taken_over(KEY) is None
        assert not piece.add(b"d") and not piece.end() and bytes(piece.held) == b"abc", "what comes late is nobody's"


def test_what_has_come_to_its_end_is_waited_for() -> None:
    piece, told, found = Piece(0, keeps=True), threading.Event(), []

    def ask() -> None:
        told.set()
        found.append(taken_over(KEY))

    asking = threading.Thread(target=ask)
    with arriving.arriving(KEY, piece):
        assert piece.add(b"abc") and piece.end()
        asking.start()
        told.wait()
        asking.join(0.1)
        assert asking.is_alive() and not piece.taken
    asking.join()
    assert found == [None]


def test_a_newer_piece_is_not_struck_off_by_the_end_of_an_older_one() -> None:
    older, newer = Piece(0, keeps=True), Piece(0, keeps=True)
    with arriving.arriving(KEY, newer):
        with arriving.arriving(KEY, older):
            assert taken_over(KEY) is older
        assert taken_over(KEY) is None  # the older has taken its place, and is gone
    with arriving.arriving(KEY, older), arriving.arriving(KEY, newer):
        assert taken_over(KEY) is newer

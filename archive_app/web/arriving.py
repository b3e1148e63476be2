"""Pieces that are arriving in this process: who asks how far an upload has come, is told the truth also when its line has just broken.

A line that breaks without a word is noticed late, or never. So whoever comes to an upload while a piece of it is still arriving waits a
moment for its end, and then takes over what has come of it. What may not live here: the protocol (tus), bytes at rest (storage.uploads).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Key = tuple[str, str]
"""(owner, name) of an upload."""
PATIENCE = 0.3
"""Seconds; a line whose end was noticed is put away much sooner."""
LONGEST = 30.0
"""Seconds that what has arrived may need to be put on the disk."""
_turn = threading.Condition()
_pieces: dict[Key, Piece] = {}


@dataclass(eq=False)
class Piece:
    """`keeps`: whether a part of it may be kept; `taken`: somebody else has taken it over; `ends`: it has come to its end."""

    offset: int
    keeps: bool
    held: bytearray = field(default_factory=bytearray)
    taken: bool = False
    ends: bool = False

    def add(self, data: bytes) -> bool:
        """More of it has come; False when it was taken over."""
        with _turn:
            if not self.taken:
                self.held += data
            return not self.taken

    def end(self) -> bool:
        """Nothing more comes; False when it was taken over. From now on nobody does."""
        with _turn:
            self.ends = not self.taken
            return self.ends


@contextmanager
def arriving(key: Key, piece: Piece) -> Iterator[None]:
    """While this lasts, `piece` is the one that arrives."""
    with _turn:
        _pieces[key] = piece
    try:
        yield
    finally:
        with _turn:
            if _pieces.get(key) is piece:
                del _pieces[key]
            _turn.notify_all()


def taken_over(key: Key) -> Piece | None:
    """Wait for the end of what is arriving; where it does not come, the piece as far as it came, which is nobody else's now."""
    with _turn:
        _turn.wait_for(lambda: key not in _pieces, PATIENCE)
        piece = _pieces.get(key)
        if piece is not None and not piece.ends:
            piece.taken = True
            del _pieces[key]
            return piece
        _turn.wait_for(lambda: key not in _pieces, LONGEST)
        return None

"""Whole numbers as forms and addresses give them: ASCII figures and few of them, or no number.

`str.isdigit` takes ² for a figure, which `int` does not; `int` takes figures of every script, and fails on thousands of them. What may not
live here: what a number means, and what is said where there is none.
"""

from __future__ import annotations

from werkzeug.routing import BaseConverter

LONGEST = 9
"""Figures: every such number has a place in 32 bits."""


def whole(text: str, longest: int = LONGEST) -> int | None:
    """The number that is written here, 0 or more; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= longest else None


class Whole(BaseConverter):
    """A number in an address, `<int:n>`; anything else is not there."""

    regex = f"[0-9]{{1,{LONGEST}}}"

    def to_python(self, value: str) -> int:
        """As `whole`."""
        return int(value)

"""The words of the desk: nothing that can stand in a testimony's history is without a name."""

from __future__ import annotations

from archive_app.access import law
from archive_app.web.desk import words


def test_every_verb_that_a_history_can_hold_has_words() -> None:
    assert {*law.KEEP, *law.OWN} <= set(words.VERBS)

"""Names are equal: none is *the* name. The reader's language picks which one is shown first, the others stand beside it.

What may not live here: who may read a name (the room has decided).
"""

from __future__ import annotations

from collections.abc import Sequence

from archive_app.access.readings import Name
from archive_app.language.name_forms import forms
from archive_app.web import interface


def first(names: Sequence[Name]) -> Name:
    """The name shown first: one in the interface language, else the first. Of an event, the archive's own working titles come
    before what others call it, whatever the language."""
    own = [name for name in names if not name.said_by] or list(names)
    ui = interface.chosen()
    return next((name for name in own if name.language.split("-")[0] == ui), own[0] if own else Name(""))


def display(names: Sequence[Name]) -> str:
    """The name of a person shown first, given name before family name as people say it."""
    return forms(first(names).text).display


def others(names: Sequence[Name]) -> tuple[Name, ...]:
    """All but the one shown first, in the order of the registry."""
    shown = first(names)
    return tuple(name for name in names if name != shown)

"""Tools for planting leaks: how a function is replaced for the length of a test, and how somebody else's reading is borrowed.

`plant(name, patch)` plants a leak of leaks.py; the plants themselves register here (plants_found, plants_withheld, plants_around).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from archive_app.access import names, reading_room, words
from archive_app.access.entry import enter
from archive_app.access.index_readings import RenderedTranscript
from archive_app.access.viewer import Viewer, signed_in
from archive_app.actions import sessions
from archive_app.records.testimonies import Testimony
from archive_app.records.transcripts import Segment as SegmentRow
from archive_app.search.index import Scope
from archive_app.search.whoosh_index import WhooshIndex

Patch = pytest.MonkeyPatch
EVERYTHING = frozenset({"registered", "onsite", "grant", "staff", "custodian"})
PLANTS: dict[str, Callable[[Patch], None]] = {}


def plant(name: str, patch: Patch) -> None:
    PLANTS[name](patch)


def plants(name: str) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    def keep(how: Callable[[Patch], None]) -> Callable[[Patch], None]:
        PLANTS[name] = how
        return how

    return keep



def as_everything(entry: Any) -> Any:
    """The same place at the gate for somebody who holds every token."""
    return enter(entry.session, Viewer(entry.now, everywhere=EVERYTHING))


def for_everything(patch: Patch, module: Any, name: str) -> None:
    """Let a function of access answer as if the viewer held every token."""
    real = getattr(module, name)
    patch.setattr(module, name, lambda entry, *rest, **more: real(as_everything(entry), *rest, **more))


@contextmanager
def meanwhile(*changes: tuple[Any, str, Any]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in changes:
            patch.setattr(module, name, value)
        yield


def around(patch: Patch, module: Any, name: str, *changes: tuple[Any, str, Any]) -> None:
    """Replace other things only while this function runs."""
    real = getattr(module, name)

    def changed(*given: Any, **more: Any) -> Any:
        with meanwhile(*changes):
            return real(*given, **more)

    patch.setattr(module, name, changed)


def no_filter(everybody: Any, layers: Any) -> Any:
    return names.unchanged


def index_tells(patch: Patch, change: Callable[[Any, Any, Any], Any]) -> None:
    """`change(findings, findings over every shelf, question)` instead of the findings."""
    real = WhooshIndex.find

    def told(self: WhooshIndex, scope: Scope, question: Any, facets: Any = ()) -> Any:
        whole = Scope(self.shelves(), now=scope.now)
        return change(real(self, scope, question, facets), real(self, whole, question, facets), question)

    patch.setattr(WhooshIndex, "find", told)


def rendered_otherwise(patch: Patch, change: Callable[[RenderedTranscript, list[Any]], RenderedTranscript]) -> None:
    """`change(reading, stored segments)` instead of the reading of a transcript."""
    real = words._render

    def render(entry: Any, whole: Any, row: Any) -> RenderedTranscript:
        stored = list(entry.session.scalars(select(SegmentRow).where(SegmentRow.version_id == row.current_version_id)
                                            .order_by(SegmentRow.ordinal)))
        return change(real(entry, whole, row), stored)

    patch.setattr(words, "_render", render)


def viewer_otherwise(patch: Patch, change: Callable[[Any, Any, Viewer], Viewer]) -> None:
    def viewer_of(session: Any, account: Any, now: Any = None, on_site: bool = False) -> Viewer:
        return change(session, account, signed_in(session, account, now, on_site))

    patch.setattr(sessions, "viewer_of", viewer_of)


def there(room: Any, public_id: str) -> Any:
    return room._entry.session.scalar(select(Testimony).where(Testimony.public_id == public_id))


def when_refused(patch: Patch, do: Callable[[Any], None]) -> None:
    """`do(row)` before a testimony that is there, but closed, is refused."""
    real = reading_room.ReadingRoom._opened

    def opened(self: Any, public_id: str) -> Any:
        row = there(self, public_id)
        try:
            return real(self, public_id)
        except Exception:
            if row is not None:
                do(row)
            raise

    patch.setattr(reading_room.ReadingRoom, "_opened", opened)

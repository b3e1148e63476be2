"""Viewing: views kept for those who read the same, so that only the first of them after a change waits for one to be built.

What is kept depends on shelves, masks and time alone, never on what was asked.
What may not live here: the numbers (view), files.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Generic, TypeVar

from archive_app.search.index import Own, Scope
from archive_app.search.leaves import Leaf, leaf_of
from archive_app.search.shelves import fullness
from archive_app.search.view import Part, View

VIEWS, OWN = 12, 256
"""How many are kept: classes of viewers between two commits; testimonies that somebody holds a grant in."""
Value = TypeVar("Value")


class Recent(Generic[Value]):
    """The most recently used values; safe for threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[object, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> Value | None:
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: object, value: Value) -> Value:
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return value


class Views:
    def __init__(self) -> None:
        self._views: Recent[View] = Recent(VIEWS)
        self._own: Recent[Leaf] = Recent(OWN)

    def view(self, scope: Scope, stored: Iterable[Part]) -> View:
        """What the scope reads of these parts and of its own documents."""
        parts = [*stored, *(Part(self._leaf(own), stored=False) for own in scope.own)]
        parts.sort(key=lambda part: (fullness(part.leaf.shelf), part.leaf.key))
        masked = frozenset(testimony for part in parts for testimony in part.leaf.testimonies & scope.masked)
        # how many documents are dead is enough: a segment's deletions only ever grow, and it is never written again under its name
        key = tuple((part.leaf.key, len(part.dead)) for part in parts), masked
        view = self._views.get(key)
        if view is None or not view.since <= scope.now < view.until:
            view = View(parts, masked, scope.now)
        return self._views.keep(key, view)

    def _leaf(self, own: Own) -> Leaf:
        testimony = own.documents[0].testimony if own.documents else ""
        key = f"{testimony}\n{own.version}\n{own.shelf}"
        leaf = self._own.get(key) or leaf_of(key, own.shelf, [(own.version, own.documents)])
        return self._own.keep(key, leaf)

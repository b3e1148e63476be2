"""Shelves: how the audiences of one testimony compare, and where a shelf lies on disk.

A shelf is named by an audience in canonical spelling, with `@collection id` behind it where its tokens are held in one collection
only. Inside one testimony all names speak of the same collection, so audiences are compared without it.
What may not live here: who satisfies what (access), documents, files.
"""

from __future__ import annotations

import hashlib
from fractions import Fraction
from functools import lru_cache

from archive_app.access.terms import NOBODY, Audience, audience_of, minimal, narrower_or_equal

FORMAT = "5"
"""Of what is stored and of how words are analysed: another format is another folder, and the old one is removed."""


@lru_cache(maxsize=4096)
def audience(shelf: str) -> Audience:
    """The formula of a shelf."""
    return audience_of(shelf.partition("@")[0])


def includes(wide: str, narrow: str) -> bool:
    """Whether everybody who reads `narrow` of a testimony reads `wide` of it too."""
    return narrower_or_equal(audience(wide), audience(narrow))


@lru_cache(maxsize=4096)
def fullness(shelf: str) -> tuple[Fraction, str]:
    """A sort key, the fullest shelf first: a narrower audience always before a wider one, whatever other shelves there are."""
    return _share(audience(shelf)), shelf


def _share(clauses: Audience) -> Fraction:
    """How many of all combinations of tokens satisfy the formula, as a share of 1 (Shannon's expansion)."""
    if clauses == NOBODY:
        return Fraction(0)
    if not clauses:
        return Fraction(1)
    token = min(min(clause) for clause in clauses)
    held = minimal(clause for clause in clauses if token not in clause)
    lacking = minimal(clause - {token} for clause in clauses)
    return (_share(held) + _share(lacking)) / 2


def folder_name(shelf: str) -> str:
    """The name of its folder: a digest, since shelf names have characters that file systems do not like."""
    return hashlib.sha256(f"{FORMAT}\n{shelf}".encode()).hexdigest()[:32]

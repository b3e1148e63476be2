"""What the families' room gives to pages: frozen values, unsealed for the one who may read them. They are no readings: no format, index
or page of the reading room takes them. Days are YYYY-MM-DD.

What may not live here: verbs, rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from archive_app.access.readings import Testimony, Transcript
from archive_app.actions import family_keys
from archive_app.records.submissions import Attachment, SavedStep, SubmissionMessage


@dataclass(frozen=True)
class Attached:
    """A file. `kind`: audio, video, image, document, text, by decoding; `size` in bytes; `audience`: one of AUDIENCES, '' = as its layer;
    `embedded`: what the file says of itself; `is_carried`: part of a testimony already."""

    id: str
    position: int
    name: str
    kind: str
    media_type: str
    size: int
    duration_ms: int | None
    label: str
    audience: str
    added_on: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    embedded: Mapping[str, str] = field(default_factory=dict)
    is_carried: bool = False


@dataclass(frozen=True)
class Message:
    """`by`: family, archive."""

    by: str
    words: str
    on: str


@dataclass(frozen=True)
class Status:
    """`kept_until`: '' once it was sent; `changes_wait`: something changed since it was accepted waits for an archivist; `unread`: messages
    of the archive; `taken_in`: it became a testimony, which is kept when it is withdrawn; `published`: whether the testimony it became is
    published (its terms still hold), and `testimony` then its public id; `is_public`: anybody at all may open its page now; `erased`: it
    is withdrawn, and the archive keeps nothing of it."""

    state: str
    kind: str
    language: str
    begun_on: str
    sent_on: str
    decided_on: str
    kept_until: str
    changes_wait: bool
    unread: int
    published: bool
    testimony: str = ""
    is_public: bool = False
    erased: bool = False
    taken_in: bool = False


@dataclass(frozen=True)
class View:
    """What one class of viewer would read; `testimony` None: they would not know that it exists."""

    testimony: Testimony | None
    transcripts: tuple[Transcript, ...] = ()


@dataclass(frozen=True)
class Preview:
    """`layers`: layer -> the widest of AUDIENCES that it is open to; `views`: anonymous, registered, onsite; `uses`: what else may be done
    with it; `waits`: the questions (layers, uses) answered more widely since it was accepted, which counts once an archivist carries it
    over; `is_now`: this is the testimony as it is shown now, not what it would be; `month` (EDTF): in which it was sent for the first
    time, this one while it was not sent, which it is given as its date."""

    layers: Mapping[str, str]
    views: Mapping[str, View]
    uses: tuple[str, ...] = ()
    waits: frozenset[str] = frozenset()
    is_now: bool = False
    month: str = ""


@dataclass(frozen=True)
class Item:
    """A submission in the list of archivists. `unread`: messages of the family; `attachments`: how many; `title`: as the family calls it,
    '' where it said none."""

    id: str
    kind: str
    state: str
    language: str
    sent_on: str
    unread: int
    changes: bool
    attachments: int
    title: str = ""


@dataclass(frozen=True)
class Waiting:
    """`counts`: state -> how many."""

    counts: Mapping[str, int]
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Received:
    """A submission as archivists read it. `testimony`: the public id of what it became, '' while it has not. `by_hand`: of what the family
    changed since, what is changed by hand there (title, date, place, name) -> what it answers now; `seen`: a digest of those answers;
    `since`: the questions and files (their ids) that are not carried over as they are told now."""

    item: Item
    answers: Mapping[str, Mapping[str, Any]]
    attachments: tuple[Attached, ...]
    messages: tuple[Message, ...]
    testimony: str
    by_hand: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""
    since: frozenset[str] = frozenset()


def attached(row: Attachment, key: bytes) -> Attached:
    """A row with what it is called."""
    about = family_keys.taken_out(row.about, key, row.public_id)
    return Attached(row.public_id, row.position, is_carried=row.recording_id is not None, **about)


def about(file: Attached) -> dict[str, Any]:
    """What is sealed of a file: everything but its place."""
    names = ("name", "kind", "media_type", "size", "duration_ms", "label", "audience", "added_on", "facts", "embedded")
    return {name: getattr(file, name) for name in names}


def message(row: SubmissionMessage, key: bytes) -> Message:
    """A row with its words."""
    return Message(row.said_by, family_keys.taken_out(row.sealed, key, f"message {row.said_by}"), row.said_on)


def saved(rows: list[bytes], key: bytes) -> dict[str, dict[str, Any]]:
    """Step -> what was saved there: {"answers", "shown" (digest of the text), "language", "on"}."""
    return {step["step"]: step for step in (family_keys.taken_out(sealed, key, SavedStep.__tablename__) for sealed in rows)}

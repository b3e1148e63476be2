"""What the desk is given: frozen, like readings, but of *kept* material, and of types of their own that no page for
readers, format, index or mail takes.

Names stand here as they were recorded, whoever may read them. What may not live here: rows, queries (desk), the counts of the whole
archive (kept).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from archive_app.access.explaining import Ground
from archive_app.access.readings import Name
from archive_app.access.spelling import digest

STATES = ("received", "described", "transcribed", "checked", "consented", "published", "held", "withdrawn")
"""How far the work on a testimony has come: `consented` = everybody who must be heard has been, and it waits to be published."""

KINDS = ("audio", "video", "image", "document", "transcript")
"""What a testimony can have."""


@dataclass(frozen=True)
class KeptLine:
    """A testimony in the work list. `due_utc_ms`: when its terms change next, however far from now; None = never.
    `changed`: its family changed something since it was taken in, which waits to be carried over."""

    id: str
    title: str
    collection: tuple[Name, ...]
    languages: tuple[str, ...]
    date: str
    narrators: tuple[str, ...]
    kinds: tuple[str, ...]
    state: str
    due_utc_ms: int | None = None
    changed: bool = False


@dataclass(frozen=True)
class WorkList:
    """One page of it. `counts`: state -> how many, over everything that whoever asks may tend and the words asked for;
    `requests`: how many requests for access wait for them."""

    counts: dict[str, int]
    due: int
    total: int
    page: int
    pages: int
    lines: tuple[KeptLine, ...]
    requests: int = 0


@dataclass(frozen=True)
class Wanted:
    """What the work list is narrowed to. `state`: one of STATES, `due`, '' for all; `words`: letters of a title, a keyword, an
    id, a place or a name; `collection`: its id; `kind`: audio, video, image, document, transcript."""

    state: str = ""
    words: str = ""
    collection: str = ""
    kind: str = ""


@dataclass(frozen=True)
class KeptCollection:
    id: str
    names: tuple[Name, ...]
    two_person: bool


@dataclass(frozen=True)
class CatalogueLine:
    """A testimony as a row of a manifest describes it, without files and consent. People as (name, language tag), in order."""

    id: str
    collection: str
    title: str
    abstract: str
    keywords: tuple[str, ...]
    languages: tuple[str, ...]
    date: str
    place: str
    narrators: tuple[tuple[str, str], ...]
    interviewers: tuple[tuple[str, str], ...]
    narrator_role: str


@dataclass(frozen=True)
class KeptPart:
    """A recording, picture, document or transcript. `number` as in addresses of transcripts, else 0; `size` in segments or bytes."""

    kind: str
    label: str
    file_name: str
    language: str = ""
    transcript_kind: str = ""
    number: int = 0
    versions: int = 1
    duration_ms: int | None = None
    size: int = 0


@dataclass(frozen=True)
class KeptRecording:
    """One version of a recording, picture or document. `tape`: its number in the testimony, 0 = none; `offset_ms`: where that begins on
    the time line; `digest`: SHA-256; `outcome` of the last check of the bytes at `checked_utc_ms`: sound, damaged, missing, '' = none yet;
    `facts`: what decoding told; `published`: whether the archive's own word names it; `replaced`: a newer one has come in its place;
    `access`: whom statements on this one alone let in, in canonical spelling, '' = there are none."""

    id: str
    kind: str
    label: str
    file_name: str
    tape: int
    offset_ms: int | None
    duration_ms: int | None
    size: int
    digest: str
    kept_utc_ms: int
    checked_utc_ms: int | None
    outcome: str
    facts: dict[str, str]
    published: bool
    replaced: bool
    access: str


@dataclass(frozen=True)
class KeptStatement:
    """A statement of consent. `unit`: what it is about (testimony, recording, transcript, collection); `layers`: (layer, whom it lets in
    now, in canonical spelling); none on a hold or a withdrawal: all. `file`: the key of evidence that has a file,
    0 = none; `ended`: a later one has taken its place."""

    key: int
    capacity: str
    effect: str
    unit: str
    layers: tuple[tuple[str, str], ...]
    reason: str
    evidence: str
    evidence_note: str
    given_on: str
    file: int
    recorded_utc_ms: int
    ended: bool


@dataclass(frozen=True)
class KeptRestriction:
    """`access`: whom it lets in, in canonical spelling. Times in ms on the time line, or segments from 1."""

    key: int
    start_ms: int | None
    end_ms: int | None
    first_segment: int | None
    last_segment: int | None
    words: bool
    picture: bool
    access: str
    reason: str


@dataclass(frozen=True)
class Verdict:
    """Of one layer: class of viewer -> whether it is open to them, and what decides it."""

    layer: str
    open_to: dict[str, bool]
    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class KeptFace:
    """What stands for a name that is closed: `shown` for `name`; `unrecorded`: another name was chosen to stand there, and none is on
    record."""

    role: str
    name: str
    shown: str
    unrecorded: bool


@dataclass(frozen=True)
class Foreseen:
    """A testimony as it would be, were it published now. `doubts`: how many spellings the name filter cannot decide on."""

    verdicts: tuple[Verdict, ...]
    faces: tuple[KeptFace, ...]
    closes_names: bool
    doubts: int


@dataclass(frozen=True)
class KeptProposal:
    """What waits for a second person. `mine`: whoever asks wants it, `who` as of an entry; `access`: layer -> shorthand, of a statement;
    `evidence`: its kind; `file`: as of a statement. `opens`, `closes`: days as YYYY-MM-DD; `about`: the key of the hold or restriction
    that would end. `naming`, `party`: what stands for the name, and which of several narrators speaks ('', 0 = not said); `uses`: (use,
    whether it would be allowed) of those that are said."""

    key: int
    verb: str
    mine: bool
    at_utc_ms: int
    capacity: str
    access: tuple[tuple[str, str], ...]
    reason: str
    evidence: str
    evidence_note: str
    file: int = 0
    naming: str = ""
    opens: str = ""
    closes: str = ""
    about: int = 0
    party: int = 0
    who: str = ""
    uses: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class KeptEntry:
    """One entry of the audit trail, or the newest of several alike that follow each other (`times`). `mine`: done by whoever asks; `who`:
    family, reader, shell, the address of a colleague, '' = an account that is gone."""

    at_utc_ms: int
    verb: str
    mine: bool
    shell: bool
    who: str = ""
    times: int = 1


@dataclass(frozen=True)
class KeptSegment:
    """`n`: its number in the current version, from 1."""

    n: int
    start_ms: int | None
    end_ms: int | None
    speaker: str
    text: str
    withheld: bool


@dataclass(frozen=True)
class Description:
    """`date`: EDTF, '' = not known; `languages`: BCP 47."""

    title: str
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    date: str = ""
    narrator_role: str = ""

    @property
    def digest(self) -> str:
        """What it is known by: a change is taken only from who has read it as it stands."""
        return digest(self)[:16]

    @property
    def digests(self) -> str:
        """The same of each of its fields, in order."""
        return " ".join(digest(getattr(self, each.name))[:16] for each in fields(self))


@dataclass(frozen=True)
class KeptTestimony:
    """Everything of a testimony but its words. `history`: the newest entries, of `entries` in all; `narrators`: the key of each as a party,
    with their names, in the order in which they were written down;
    `hidden`: (name, language) of whoever the family asked to hide; `submission`: what it was before a family's account was taken in, ''
    = it was none, or whoever asks does not read submissions; `uses`: what else may be done with it, which everybody heard allows."""

    line: KeptLine
    description: Description
    people: tuple[tuple[str, str], ...]
    places: tuple[str, ...]
    parts: tuple[KeptPart, ...]
    statements: tuple[KeptStatement, ...]
    restrictions: tuple[KeptRestriction, ...]
    history: tuple[KeptEntry, ...]
    entries: int
    two_person: bool
    proposals: tuple[KeptProposal, ...] = ()
    narrators: tuple[tuple[int, str], ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    submission: str = ""
    uses: tuple[str, ...] = ()

"""The whole law on one page. Of a testimony: who may read, who may keep. Of what families bring: who submits, who reviews.

READ: a viewer may do this when the release of that layer is open to them now (the gate asks; its tests hold it to this table).
Whoever they are: staff read as readers do.
KEEP: an archivist's work on what was entrusted. It asks the role, and the release `keep` of the testimony: staff of its
collection; custodians alone for what is held, withdrawn or sealed. Anybody not named here may do nothing. People, places, events, sources
and statements belong to no collection: whoever tends them all changes them; who tends some knows of those that their testimonies name.

What families bring in is neither read nor kept until it is accepted: it has no releases. Whoever has its receipt does with it what SUBMIT
says, since its key opens nothing else; those who tend every collection do what REVIEW says.
"""

from __future__ import annotations

READ: dict[str, str] = {
    "know that it exists": "existence",
    "read what it is about": "description",
    "read the real name": "identity",
    "read the words": "transcript",
    "hear the voice": "audio",
    "see the moving picture": "video",
    "see the pictures": "image",
    "see the documents": "document",
    "read withheld words": "words",
}

STAFF_ROLES = frozenset({"archivist", "custodian"})
KEEP: dict[str, frozenset[str]] = {
    "import": STAFF_ROLES,
    "publish": STAFF_ROLES,
    "unpublish": STAFF_ROLES,
    "withdraw": STAFF_ROLES,
    "derive": STAFF_ROLES,
    "describe": STAFF_ROLES,
    "add recording": STAFF_ROLES,
    "record consent": STAFF_ROLES,
    "hold": STAFF_ROLES,
    "end a hold": STAFF_ROLES,
    "restrict": STAFF_ROLES,
    "lift a restriction": STAFF_ROLES,
    "accept submission": STAFF_ROLES,
    "ask a second person": STAFF_ROLES,
    "refuse to agree": STAFF_ROLES,
    "grant access": STAFF_ROLES,
    "refuse access": STAFF_ROLES,
    "revoke access": STAFF_ROLES,
    "register": STAFF_ROLES,
    "open or close an entry": STAFF_ROLES,
    "merge": STAFF_ROLES,
    "undo a merge": STAFF_ROLES,
    "link": STAFF_ROLES,
    "erase": frozenset({"custodian"}),
    "transcribe": STAFF_ROLES,
}
REVIEW = frozenset({"list submissions", "read submission", "answer", "decline", "settle", "deal by hand", "erase submission"})
"""What those who tend everything do with what families have sent. It belongs to no collection yet, so tending some is not enough."""

FAMILY = "family"
SUBMIT = frozenset({"begin", "come back", "leave", "save", "attach", "remove", "send", "write", "pause", "go on", "withdraw", "forget",
                    "concern"})
"""What a family does, without an account: with the one submission that its receipt opens, whose key nobody else has. No other row is ever
looked up for it, so there is nothing to refuse."""
OWN = frozenset({"pause", "go on", "withdraw", "narrow", "erase"})
"""What a family does with the testimony that its submission became. Its viewer tends that one and reads none."""

ASK = frozenset({"request access", "take back a request"})
"""What somebody with an account of their own that a grant can open anything to does, about what they may know of. It gives no right: those
who keep decide. A grant is a token until a moment, and terms always cap: what asks for another token stays closed, whatever is granted."""

MANAGE: dict[str, frozenset[str]] = {
    "add account": frozenset({"admin"}),
    "close account": frozenset({"admin"}),
}

HOLDS: dict[str, frozenset[str]] = {
    "researcher": frozenset({"registered"}),
    "archivist": frozenset({"registered", "staff"}),
    "custodian": frozenset({"registered", "staff", "custodian"}),
    "admin": frozenset(),
}
"""What each role holds; `staff` and `custodian` in the named collections only, where some are named."""


def may_keep(role: str, verb: str) -> bool:
    """Whether a role may do this verb at all; the testimony's own `keep` release is asked besides."""
    return role in KEEP.get(verb, frozenset()) or (role == FAMILY and verb in OWN)


def may_ask(role: str, verb: str) -> bool:
    """Whether an account of this role may ask for access, and take back what it asked; False for any verb not named."""
    return verb in ASK and "registered" in HOLDS.get(role, frozenset())


def may_submit(verb: str) -> bool:
    """Whether a receipt gives the right to do this with the submission that it opens; False for any verb not named."""
    return verb in SUBMIT


def may_review(role: str, verb: str) -> bool:
    """Whether a role may do this with what families have sent; tending everything is asked besides."""
    return role in STAFF_ROLES and verb in REVIEW


def may_manage(role: str, verb: str) -> bool:
    """Whether a role may do this verb on accounts; False for any verb not named. It gives no right to testimony."""
    return role in MANAGE.get(verb, frozenset())

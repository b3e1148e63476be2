"""The whole law on one page. Two questions, and nothing else: who may read, who may keep.

READ: a viewer may do this when the release of that layer is open to them now. Whoever they are: staff read as readers do.
KEEP: an archivist's work on what was entrusted. It asks the role, and the release `keep` of the testimony: staff of its
collection; custodians alone for what is held, withdrawn or sealed. Anybody not named here may do nothing.
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
    # written before the door that asks them, the desk
    "describe": STAFF_ROLES,
    "transcribe": STAFF_ROLES,
    "restrict": STAFF_ROLES,
    "record consent": STAFF_ROLES,
}
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
    return role in KEEP.get(verb, frozenset())


def may_manage(role: str, verb: str) -> bool:
    """Whether a role may do this verb on accounts; False for any verb not named. It gives no right to testimony."""
    return role in MANAGE.get(verb, frozenset())

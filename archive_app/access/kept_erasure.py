"""What would go if a testimony were erased now, and the receipt of one that was. Ids, digests and numbers: no words, no names.

Whoever asks has been let in by the gate's `keep` already (desk), or sits at the shell. What may not live here: erasing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from sqlalchemy.orm import Session

from archive_app.access.kept_erasure_readings import KeptObject, KeptPlan, KeptReceipt
from archive_app.access.spelling import digest
from archive_app.records import belongings, erasures
from archive_app.records.belongings import COPY

ORDER = ("recording", "transcript", "description", "given", COPY)


def plan(session: Session, key: int) -> KeptPlan:
    """Of a testimony, by its internal key."""
    found = belongings.named(session, key)
    stays = belongings.shared(session, key, [one.digest for one in found])
    sizes = erasures.noted(session, [one.digest for one in found])
    objects = _sorted(KeptObject(one.called, one.digest, sizes.get(one.digest, (0, 0))[0], one.digest not in stays) for one in found)
    counts = belongings.counts(session, key)
    return KeptPlan(objects, counts, sum(each.called != COPY for each in objects), digest((objects, sorted(counts.items())))[:16])


def receipt(session: Session, public_id: str) -> KeptReceipt | None:
    """Of a testimony that was erased; None where it was not."""
    row = erasures.of(session, public_id)
    if row is None or row.kind != erasures.TESTIMONY:
        return None
    facts = row.facts
    listed = cast(list[tuple[str, str, int, str]], facts["objects"])
    counts = cast(dict[str, int], facts["counts"])
    objects = _sorted(KeptObject(called, name, size, fate == "gone") for called, name, size, fate in listed)
    published, backups = (tuple(cast(list[int], facts[name])) for name in ("published", "backups"))
    return KeptReceipt(row.subject, row.erased_at, row.finished_at, objects, counts, published,
                       cast(int, facts["granted"]), cast(int, facts["used"]), backups, dict(row.waits), row.commitment, row.salt)


def _sorted(objects: Iterable[KeptObject]) -> tuple[KeptObject, ...]:
    return tuple(sorted(objects, key=lambda each: (ORDER.index(each.called), each.digest)))

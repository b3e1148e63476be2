"""What a family changes after its account was accepted and no carrying over touches: an archivist may have written it differently since.
It is said until the testimony says the same, or an archivist says that it is dealt with.

Which answers were seen when it was accepted, carried over or dealt with last, is kept sealed beside them, and erased with them: by it one
also knows which words and pseudonym are new since. What may not live here: carrying over (accepting), who may say so (reviewing).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from archive_app.actions import family_keys
from archive_app.actions.family_consent import Saved, answered
from archive_app.actions.family_readings import Attached
from archive_app.records import registry
from archive_app.records import submissions as records
from archive_app.records.submissions import SavedStep, Submission
from archive_app.records.testimonies import Testimony, appearances, place_links

STEP = "by hand"
FIELDS: Mapping[str, tuple[str, str]] = {
    "title": ("told", "title"), "date": ("told", "date"), "place": ("told", "place"), "name": ("name", "name")}
"""What each is called -> the question and the field of its answer."""


def given(saved: Saved) -> dict[str, str]:
    """What the family answers, '' where it does not."""
    return {called: str(answered(saved, step).get(name, "")).strip() for called, (step, name) in FIELDS.items()}


def seen(saved: Saved) -> str:
    """A digest of those answers: whoever says that they are dealt with has read these."""
    return hashlib.sha256(json.dumps(given(saved)).encode()).hexdigest()


def left(session: Session, testimony: Testimony, saved: Saved) -> dict[str, str]:
    """Called -> what the family answers now, where neither the testimony says so nor an archivist has dealt with it."""
    dealt, says = answered(saved, STEP), _says(session, testimony)
    return {called: now for called, now in given(saved).items()
            if dealt.get(called) != now and now not in (says[called] or [""])}


def _says(session: Session, testimony: Testimony) -> dict[str, list[str]]:
    narrators = [each.person_id for each in appearances(session, testimony.id) if each.role == "narrator"]
    places = [each.place_id for each in place_links(session, testimony.id)]
    return {"title": [testimony.title], "date": testimony.keywords,
            "place": _names(session, places), "name": _names(session, narrators[:1])}


def _names(session: Session, keys: Iterable[int]) -> list[str]:
    return [name.text for key in keys for name in registry.names_of(session, key)]


def pseudonym(saved: Saved) -> str | None:
    """The one that the family chose since everything was carried over last; None where it did not."""
    now = str(answered(saved, "name").get("pseudonym", ""))
    return now if saved.get(STEP, {}).get("pseudonym") != now else None


def is_told_anew(saved: Saved) -> bool:
    """Whether the account that was typed is another than the one carried over last: an archivist may have corrected that, and it stays."""
    return saved.get(STEP, {}).get("account") != dict(answered(saved, "account"))


def carried(session: Session, row: Submission, key: bytes, saved: Saved, files: Iterable[Attached], dealt: bool = False) -> None:
    """Note that everything but what is done by hand was carried over. `dealt`: an archivist has read that as well, and accepted it."""
    _note(session, row, key, {"answers": given(saved) if dealt else dict(answered(saved, STEP)), "carried": _all(saved, files),
                              "pseudonym": str(answered(saved, "name").get("pseudonym", "")),
                              "account": dict(answered(saved, "account"))})


def deal(session: Session, row: Submission, key: bytes, saved: Saved, files: Iterable[Attached]) -> bool:
    """Note that what the family answers now is dealt with; whether nothing else of it waits to be carried over."""
    before = saved.get(STEP, {})
    _note(session, row, key, {**before, "answers": given(saved)})
    return before.get("carried") == _all(saved, files)


def _note(session: Session, row: Submission, key: bytes, told: Mapping[str, object]) -> None:
    records.put_step(session, row.id, family_keys.slot(key, STEP),
                     family_keys.put_away({**told, "step": STEP}, key, SavedStep.__tablename__))


def since(saved: Saved, files: Iterable[Attached]) -> frozenset[str]:
    """The questions answered otherwise, and the files (their ids) added or told of otherwise, since everything was carried over last. What
    is done by hand is not among them: of a name, only the pseudonym."""
    before, now = saved.get(STEP, {}).get("carried"), _all(saved, files)
    if not isinstance(before, dict):  # an earlier version kept one digest of all, which tells nothing of each
        before = {}
    by_hand = {"told"} | ({"name"} if pseudonym(saved) is None else set())
    return frozenset(one for one in {*before, *now} if before.get(one) != now.get(one)) - by_hand


def _all(saved: Saved, files: Iterable[Attached]) -> dict[str, str]:
    """Question or file -> a digest of what carrying over looks at there."""
    told: dict[str, object] = {step: saved[step]["answers"] for step in saved if step != STEP}
    told |= {each.id: [each.label, each.audience] for each in files}
    return {one: hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest() for one, what in told.items()}

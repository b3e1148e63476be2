"""What is done at the desk: each page asks, takes a form, calls one verb, and goes back to the testimony. What cannot be taken is shown
again with what was typed and a sentence at its field.

What may not live here: what a verb does (actions), what may be done (law).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import request

from archive_app.access.desk import JUDGED
from archive_app.access.kept_readings import Foreseen, KeptTestimony
from archive_app.access.terms import TIERS
from archive_app.actions import agreeing, cataloguing, consenting, declaring, restricting
from archive_app.actions.declaring import CAPACITIES, PROOFS
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.exchange.manifest import ROLES
from archive_app.web.desk import consent_form, door, taking, words
from archive_app.web.desk.door import Mistake
from archive_app.web.links import to
from archive_app.web.numbers import whole
from archive_app.web.translate import lazy_gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer


Do = Callable[[], object]


@dataclass(frozen=True)
class Step:
    """A verb of one button. `asks`: what is asked besides ('' = nothing, reason, evidence)."""

    heading: object
    tells: object
    button: object
    asks: str = ""


STEPS = {
    "publish": Step(lazy_gettext("Publish"), lazy_gettext(
        "The archive’s own word that this may be read, as far as the narrator’s terms allow. What is added later starts closed."),
        lazy_gettext("Publish")),
    "unpublish": Step(lazy_gettext("Take back to the desk"), lazy_gettext(
        "Nobody reads it until it is published again. What the narrator allowed stays as it is."), lazy_gettext("Take back")),
    "hold": Step(lazy_gettext("Close everything now"), lazy_gettext(
        "At once, for everybody but the archive’s custodians, until a statement with evidence opens it again."),
        lazy_gettext("Close everything now"), "reason"),
    "withdraw": Step(lazy_gettext("Withdraw"), lazy_gettext(
        "The narrator takes the testimony back. It is closed to every reader at once; only custodians keep it."),
        lazy_gettext("Withdraw"), "reason"),
}
OPEN_AGAIN = Step(lazy_gettext("Open again"), lazy_gettext("What the narrator and the archive said before the closing holds again."),
                  lazy_gettext("Open again"), "evidence")
LIFT = Step(lazy_gettext("Lift this restriction"), lazy_gettext(
    "The words and the sound are open again to whoever may read the transcript."), lazy_gettext("Lift it"), "evidence")


AGREE = Step(lazy_gettext("Agree"), lazy_gettext(
    "It is carried out at once, in both names. Look at the evidence first: what was read once cannot be called back."),
    lazy_gettext("Agree"))
TAKE_BACK = Step(lazy_gettext("Take it back"), lazy_gettext("Nobody is asked any more, and nothing is opened."),
                 lazy_gettext("Take it back"), "words")
REFUSE = Step(lazy_gettext("Do not agree"), lazy_gettext("Nothing is opened. Your words stay with the testimony."),
              lazy_gettext("Do not agree"), "words")


def verb(id: str, name: str) -> Answer:
    """Ask, then do one of STEPS; 400 where it cannot be taken, 409 where it is done already."""
    if name not in STEPS:
        raise NotFound()
    kept, reason = _kept(id), request.form.get("reason", "")
    acts: dict[str, Callable[..., object]] = {
        "publish": partial(agreeing.publish, seen=whole(taking.typed("seen")), told=bool(taking.typed("told"))),
        "unpublish": consenting.unpublish,
        "hold": partial(declaring.hold, reason=reason),
        "withdraw": partial(consenting.withdraw, reason=reason)}
    return _page("step", kept, lambda: acts[name](*door.working(), id), step=STEPS[name], opens=name == "publish",
                 ahead=partial(_foreseen, id), judged=tuple(JUDGED),
                 after=to("/desk", done=name, of=id) if name in ("hold", "withdraw") else "")


def release(id: str, key: int) -> Answer:
    """Open again what a hold closed, with evidence. Raises NotFound where nothing is closed by it."""
    kept = _kept(id)
    if not any(each.key == key and each.effect == "hold" and not each.ended for each in kept.statements):
        raise NotFound()
    return _page("step", kept, lambda: agreeing.release(*door.working(), id, key, taking.proof()), step=OPEN_AGAIN, proofs=PROOFS)


def lift(id: str, key: int) -> Answer:
    """Lift a restriction, with evidence. Raises NotFound for one that is not there."""
    kept = _kept(id)
    if not any(each.key == key for each in kept.restrictions):
        raise NotFound()
    return _page("step", kept, lambda: agreeing.lift(*door.working(), id, key, taking.proof()), step=LIFT, proofs=PROOFS)


def decide(id: str, key: int, name: str) -> Answer:
    """Agree to what another wants to open, or refuse. Raises NotFound for what does not wait here."""
    kept, (engine, who) = _kept(id), door.working()
    waits = next((each for each in kept.proposals if each.key == key), None)
    if waits is None:
        raise NotFound()
    if name == "agree":
        return _page("step", kept, lambda: agreeing.agree(engine, who, id, key, bool(taking.typed("told"))), step=AGREE,
                     opens=waits.verb == "publish", ahead=partial(_foreseen, id), judged=tuple(JUDGED))
    return _page("step", kept, lambda: agreeing.refuse(engine, who, id, key, request.form.get("reason", "")),
                 step=TAKE_BACK if waits.mine else REFUSE)


def describe(id: str) -> Answer:
    """Title, abstract, keywords, languages, date. 409 with both versions where somebody else was quicker."""
    kept = _kept(id)
    try:
        return _page("description", kept,
                     lambda: cataloguing.describe(*door.working(), id, taking.description(), request.form.get("seen", "")), hides=True,
                     typed=taking.description() if request.method == "POST" else kept.description, roles=ROLES,
                     seen=request.form.get("seen") or kept.description.digest,
                     read=request.form.get("read") or kept.description.digests, raw=request.form)
    except cataloguing.Changed as changed:
        said = taking.description()
        both = cataloguing.together(said, changed.theirs, request.form.get("read", ""))
        own = {name: typed for name, typed in request.form.items() if getattr(both, name, None) == getattr(said, name, "")}
        return door.page("description", 409, kept=kept, form=door.Sent(formdata=None), mistakes=(), typed=both, theirs=changed.theirs,
                         seen=changed.theirs.digest, read=changed.theirs.digests, raw=own, roles=ROLES)


def declare(id: str) -> Answer:
    """A statement of consent, layer by layer."""
    return _page("consent", _kept(id), lambda: agreeing.declare(*door.working(), id, taking.declaration(), whole(taking.typed("seen"))),
                 asks=consent_form, capacities=CAPACITIES, proofs=PROOFS)


def restrict(id: str) -> Answer:
    """Withhold a stretch by selecting segments of the first transcript, or a stretch of time where there are no words. `?first=`, `&last=`
    or `?at=` choose some of them beforehand."""
    kept = _kept(id)
    first = next((part.number for part in kept.parts if part.kind == "transcript"), 0)
    with door.desk() as desk:  # the number before the words: of a version that comes in between, none of its segments is taken for another
        version = next((each.current for each in desk.transcripts(id) if each.number == first), 0)
        segments = desk.words(id, first) if first else ()
    return _page("restrict", kept, lambda: restricting.restrict(*door.working(), id, taking.restriction(), taking.seen()),
                 segments=segments, version=version,
                 ticked=taking.ticked() if request.method == "POST" else taking.pointed(segments), tiers=tuple(TIERS)[1:])


def _kept(id: str) -> KeptTestimony:
    with door.desk() as desk:
        return desk.testimony(id)


def _foreseen(id: str) -> Foreseen:
    """Asked by the page when it is shown, and not where the button was pressed and it is done."""
    with door.desk() as desk:
        return desk.foreseen(id)


def _page(name: str, kept: KeptTestimony, do: Do, after: str = "", hides: bool = False, **shown: Any) -> Answer:
    """Show the form; when it was sent, do it and go back to the testimony, or show it again with what is wrong. `hides`: `do`
    answers whether names were hidden in what was written."""
    form = door.Sent()
    if not form.is_submitted():
        return door.page(name, kept=kept, form=form, mistakes=(), **shown)
    if not form.validate():
        return door.page(name, 400, kept=kept, form=form, mistakes=door.stale(), **shown)
    try:
        done = do()
    except Invalid as wrong:
        return door.page(name, 400, kept=kept, form=form, mistakes=(Mistake(wrong.field, words.wrong(wrong)),), **shown)
    except Conflict as found:
        return door.page(name, 409, kept=kept, form=form, again=True, mistakes=(Mistake("", words.wrong(found)),), **shown)
    return door.go(after or to("/desk/testimonies/", kept.line.id, hidden="1" if hides and done else ""))

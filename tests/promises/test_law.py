"""The law, enumerated: every action of reading and keeping, every class of viewer or role, every tier and standing, against tables
written by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from archive_app import clock
from archive_app.access import law
from archive_app.access.gate import gate, open_layers
from archive_app.access.viewer import Viewer
from archive_app.actions import consenting
from archive_app.actions.change import change, operator
from archive_app.errors import NotAllowed, NotFound
from archive_app.records.base import reading
from archive_app.records.consent import Unit, party
from archive_app.records.testimonies import Collection
from archive_app.records.testimonies import Testimony as ToldRow
from tests.factories.archives import Archive
from tests.promises.conftest import Making

CLASSES = ("anonymous", "onsite", "registered", "grants", "lapsed", "barred", "elsewhere", "archivist", "custodian")
EVERYBODY = frozenset(CLASSES)
STAFF = frozenset({"archivist", "custodian"})
OPEN: Mapping[str, frozenset[str]] = {
    "public": EVERYBODY,
    "registered": EVERYBODY - {"anonymous", "barred"},
    "reading-room": frozenset({"onsite", "grants"}) | STAFF,
    "staff": STAFF,
    "sealed": frozenset({"custodian"}),
}
"""Who reads what of each tier, while it is published and in its time."""
NOBODY = frozenset[str]()
STANDINGS = ("published", "draft", "withdrawn", "held", "before", "after", "until", "since")
"""before, after: of the day it opens; until, since: of the day it closes."""
DAY = {"before": ("opens", "2026-03-10"), "after": ("opens", "2026-03-09"), "until": ("closes", "2026-03-11"),
       "since": ("closes", "2026-03-10")}


def readers(tier: str, standing: str) -> frozenset[str]:
    """The expectation, in words: drafts, withdrawn and held are read by nobody; outside its time it is staff's, if theirs at all."""
    if standing in ("draft", "withdrawn", "held"):
        return NOBODY
    return OPEN[tier] & STAFF if standing in ("before", "since") else OPEN[tier]


READS = ("know that it exists", "read what it is about", "read the real name", "read the words", "hear the voice",
         "see the moving picture", "see the pictures", "see the documents", "read withheld words")


@pytest.fixture(scope="module")
def archive(making: Making) -> Archive:
    """A testimony for every tier and standing, all of whose layers have that tier, with a restriction of the same."""
    made = making.archive()
    rows = []
    for tier in OPEN:
        for standing in STANDINGS:
            name = f"{tier}-{standing}"
            made.write(f"{name}.txt", "one\n\ntwo\n\nthree\n")
            column, day = DAY.get(standing, ("opens", ""))
            rows.append({"identifier": name, "title": name, "access": tier, "transcripts": f"{name}.txt|en|verbatim", column: day,
                         "publish": "no" if standing == "draft" else "yes", "restrictions": f"seg 2|words|{tier}|asked"})
    made.bring(*rows, settled=False)
    for tier in OPEN:
        made.withdraw(f"{tier}-withdrawn")
        hold(made, f"{tier}-held")
    made.bring({"identifier": "of-another", "collection": "harbour"}, settled=False)
    return made


def hold(archive: Archive, public_id: str) -> None:
    """The narrator's own word, while things are looked into."""
    with change(archive.engine, operator(), "record consent", public_id) as work:
        row, unit = consenting.kept(work, public_id)
        consenting.record(work, party(work.session, unit.id, "narrator")[0], unit, "hold", reason="asked to wait")
        consenting.follow_up(work, row, unit, urgent=True)


def viewers(archive: Archive) -> dict[str, Viewer]:
    now, everything = clock.now(), frozenset({"registered", "staff", "custodian"})
    with reading(archive.engine) as session:
        keys = frozenset(session.scalars(select(ToldRow.id)))
        harbour = session.scalars(select(Collection.id).where(Collection.public_id == "harbour")).one()
    return {
        "anonymous": Viewer(now), "onsite": Viewer(now, everywhere=frozenset({"onsite"})),
        "registered": Viewer(now, everywhere=frozenset({"registered"})),
        "grants": Viewer(now, everywhere=frozenset({"registered"}), in_testimony=dict.fromkeys(keys, frozenset({"grant"}))),
        "lapsed": Viewer(now, everywhere=frozenset({"registered"})),
        "barred": Viewer(now, everywhere=everything, in_testimony=dict.fromkeys(keys, frozenset({"grant"})), barred=keys),
        "elsewhere": Viewer(now, role="archivist", everywhere=frozenset({"registered"}), in_collection={harbour: frozenset({"staff"})}),
        "archivist": Viewer(now, role="archivist", everywhere=frozenset({"registered", "staff"})),
        "custodian": Viewer(now, role="custodian", everywhere=everything)}


@pytest.mark.parametrize("who", CLASSES)
def test_who_reads_what(archive: Archive, who: str) -> None:
    viewer, wrong = viewers(archive)[who], []
    with reading(archive.engine) as session:
        at = gate(session, viewer)
        units = dict(session.execute(select(ToldRow.public_id, ToldRow.id)).all())
        below: dict[int, dict[str, int]] = {}
        for parent, kind, key in session.execute(select(Unit.parent_id, Unit.kind, Unit.id)):
            below.setdefault(parent, {})[kind] = key
        for tier in OPEN:
            for standing in STANDINGS:
                unit = units[f"{tier}-{standing}"]
                parts = below[unit]
                layers = open_layers(session, at, [unit, parts["restriction"], parts["transcript"]])
                expected = who in readers(tier, standing)
                for action in READS:
                    layer = law.READ[action]
                    asked = [parts["restriction"]] if layer == "words" else [unit, parts["transcript"]] if layer == "transcript" else [unit]
                    wrong += [(tier, standing, action) for each in asked if (layer in layers.get(each, ())) != expected]
    assert not wrong


def test_the_table_names_every_action() -> None:
    assert set(law.READ) == set(READS)
    assert set(law.KEEP) == set(KEEPS)
    assert set(law.MANAGE) == set(MANAGES)


KEEPS = ("import", "publish", "unpublish", "withdraw", "derive", "describe", "add recording", "transcribe", "restrict", "record consent",
         "hold", "end a hold", "lift a restriction", "accept submission", "ask a second person", "refuse to agree",
         "grant access", "refuse access", "revoke access", "register", "open or close an entry", "merge", "undo a merge", "link", "erase")
MANAGES = ("add account", "close account")
KEPT_BY_ARCHIVISTS = {"published": True, "draft": True, "withdrawn": False, "held": False, "before": True, "after": True, "until": True,
                      "since": True}
"""An archivist of the collection tends what is not sealed, unless it is withdrawn or held: that is the custodians'."""


def keepers(tier: str, standing: str) -> frozenset[str]:
    return frozenset({"custodian"} | ({"archivist"} if KEPT_BY_ARCHIVISTS[standing] and tier != "sealed" else set()))


@pytest.mark.parametrize("verb", KEEPS)
@pytest.mark.parametrize("who", ["registered", "admin", "elsewhere", "archivist", "custodian"])
def test_who_keeps_what(archive: Archive, verb: str, who: str) -> None:
    known = viewers(archive)
    actor = Viewer(clock.now(), role="admin") if who == "admin" else known[who]
    actor = Viewer(actor.now, who, actor.role or "researcher", actor.everywhere, actor.in_collection)
    wrong = []
    for tier in OPEN:
        for standing in STANDINGS:
            allowed = who in keepers(tier, standing) and (verb != "erase" or who == "custodian")  # it is custodians alone who erase
            if _may(archive, actor, verb, f"{tier}-{standing}") != allowed:
                wrong.append((tier, standing))
    assert not wrong


def _may(archive: Archive, actor: Viewer, verb: str, public_id: str) -> bool:
    """Whether the desk lets them; nothing is written, since nothing is touched."""
    try:
        with change(archive.engine, actor, verb, public_id) as work:
            consenting.kept(work, public_id)
    except (NotAllowed, NotFound):
        return False
    return True


@pytest.mark.parametrize("role", ["researcher", "archivist", "custodian", "admin", "", "anybody"])
def test_nobody_may_do_what_is_not_written(role: str) -> None:
    assert not law.may_keep(role, "read everything")
    assert all(law.may_manage(role, verb) == (role == "admin") for verb in MANAGES)
    assert not any(law.may_keep(role, verb) for verb in MANAGES)
    assert not law.may_manage(role, "publish")
    assert not law.may_review(role, "publish") and not law.may_submit("accept submission")
    assert all(law.may_review(role, verb) == (role in ("archivist", "custodian")) for verb in law.REVIEW)


@pytest.mark.parametrize("role", [*law.HOLDS, law.FAMILY, "", "anybody"])
def test_who_asks_for_access(role: str) -> None:
    assert law.ASK == {"request access", "take back a request"}
    assert all(law.may_ask(role, verb) == (role in ("researcher", "archivist", "custodian")) for verb in law.ASK)
    assert not any(law.may_ask(role, verb) for verb in (*law.KEEP, *law.MANAGE, *law.REVIEW, "anything"))
    assert not any(law.may_keep(role, verb) for verb in law.ASK)


def test_a_family_does_its_own_verbs_and_no_other() -> None:
    assert law.OWN == {"pause", "go on", "withdraw", "narrow", "erase"}
    assert {verb for verb in {*law.KEEP, *law.OWN, *law.MANAGE} if law.may_keep(law.FAMILY, verb)} == law.OWN
    assert not any(law.may_review(law.FAMILY, verb) for verb in law.REVIEW) and law.FAMILY not in law.HOLDS

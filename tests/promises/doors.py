"""An archive with something behind every address of both doors, and the whole table of routes: for proofs that go over each of its rows.

The rows come from the application itself. Of the arguments in an address only the kind is named here (`ARGUMENTS`); a row whose argument has
no kind makes the proofs fail with a sentence that says which. What may not live here: judging what came back.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from archive_app import ids
from archive_app.access.desk import Desk
from archive_app.access.kept_registry_readings import KeptRow
from archive_app.access.readings import Name
from archive_app.actions import attaching, declaring, entering, family_room, merging, restricting, reviewing, submitting
from archive_app.actions.accounts import SHELL, add_account
from archive_app.actions.change import operator
from archive_app.actions.declaring import Proof
from archive_app.actions.family_keys import LEAST
from archive_app.actions.family_room import FamilyRoom
from archive_app.exchange import restrictions
from archive_app.exchange.restrictions import RestrictionRow
from archive_app.records.accounts import Holding, account_by_email
from archive_app.records.agreements import Proposal
from archive_app.records.base import Base, reading, writing
from archive_app.records.consent import Evidence
from archive_app.records.copies import AccessCopy
from archive_app.records.desk_work import BulkChange, BulkLine, ImportRun
from archive_app.records.recordings import Recording, StoredObject
from archive_app.records.requests import AccessRequest
from archive_app.records.testimonies import Testimony, by_public_id
from archive_app.web.submit import door
from tests.factories import families
from tests.factories.archives import Archive, viewer
from tests.factories.signed_in import TOKEN, browser
from tests.promises import desk_work

EXIT = "https://weather.example/today"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
HERE = "http://localhost"

# The table of routes

ARGUMENT = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
ARGUMENTS = (
    ("/testimonies/", "id", "testimony"), ("/people/", "id", "person"), ("/places/", "id", "place"), ("/events/", "id", "event"),
    ("/collections/", "id", "collection"), ("/sources/", "id", "source"), ("/media/", "id", "copy"), ("/desk/testimonies/", "id", "testimony"),
    ("/desk/testimonies/<public:id>/restrictions/", "key", "restriction"), ("/desk/testimonies/<public:id>/holds/", "key", "hold"),
    ("/desk/testimonies/<public:id>/evidence/", "key", "evidence"),
    ("/desk/testimonies/<public:id>/proposals/", "key", "proposal"),
    ("/desk/testimonies/<public:id>/transcripts/<int:n>/versions/", "number", "word"),
    ("/desk/testimonies/<public:id>/transcripts/<int:n>/drafts/", "key", "draft"),
    ("/desk/testimonies/<public:id>/media/", "copy", "tape"),
    ("/desk/uploads/", "id", "testimony"), ("/desk/uploads/", "upload", "upload"), ("/submit/uploads/", "upload", "upload"),
    ("/desk/import/", "id", "import"), ("/desk/bulk/", "id", "bulk"),
    ("/requests/", "id", "own request"), ("/desk/requests/", "id", "request"),
    ("/desk/<any(people", "kind", "word"), ("/desk/<any(people", "id", "person"), ("/desk/<any(people", "other", "merged"),
    ("/desk/submissions/", "id", "submission"), ("/desk/submissions/", "attachment", "attachment"), ("/submit/files/", "attachment", "attachment"),
    ("/static/", "name", "word"), ("/about/", "name", "word"), ("/submit/questions/", "step", "word"), ("/submit/room/", "name", "word"),
    ("/desk/testimonies/", "name", "word"), ("/", "extension", "word"), ("/", "n", "word"),
)
"""(how the address begins, its argument, what the argument names). `word` names nothing that was entrusted to the archive."""
ENTRIES = ("entries", "entry", "enter_new", "revise_entry", "admit_entry", "merge_entries", "undo_merge")
WORDS = {
    **{f"desk.{name}": ("people",) for name in ENTRIES},
    "asset": ("nothing.css",), "about": ("privacy",), "transcript_file": ("vtt", "docx"), "citation_file": ("bib",),
    "submit.question": ("account",), "submit.verb": ("pause", "withdraw", "forget"),
    "desk.restore": ("1",), "desk.decide": ("agree", "refuse"), "desk.report": ("csv", "json"),
    "desk.verb": ("publish", "unpublish", "hold", "withdraw"),
}
"""What stands in place of a word, by endpoint; a number is 1."""


@dataclass(frozen=True)
class Row:
    """One rule of the application: `kinds` of its arguments, by name."""

    endpoint: str
    rule: str
    methods: frozenset[str]
    kinds: Mapping[str, str]

    @property
    def names_something(self) -> bool:
        """Whether its address names something that may be hidden from somebody."""
        return any(kind != "word" for kind in self.kinds.values())

    def addresses(self, named: Mapping[str, str]) -> list[str]:
        """The address with these in the place of what it names, once for each of its words."""
        words = WORDS.get(self.endpoint.removesuffix("_twin"), ("1",)) if "word" in self.kinds.values() else ("",)
        return [self._with(named, word) for word in words]

    def _with(self, named: Mapping[str, str], word: str) -> str:
        values = {name: named[kind] if kind != "word" else "1" if name == "n" else word for name, kind in self.kinds.items()}
        return ARGUMENT.sub(lambda found: values[found[1]], self.rule)


def rows(app: Flask) -> list[Row]:
    """Every rule. Raises AssertionError, naming it, for one of which nobody has said what its arguments name."""
    found, strange = [], []
    for rule in app.url_map.iter_rules():
        kinds = {argument: _kind(rule.rule, argument) for argument in ARGUMENT.findall(rule.rule)}
        strange += [f"{rule.rule}: what does <{argument}> name? Say it in a row of ARGUMENTS in tests/promises/doors.py"
                    for argument, kind in kinds.items() if not kind]
        if "word" in kinds.values() and set(kinds) - {"n"} and rule.endpoint.removesuffix("_twin") not in WORDS and any(
                kind == "word" and argument != "n" for argument, kind in kinds.items()):
            strange.append(f"{rule.endpoint}: give a word for {rule.rule} in WORDS in tests/promises/doors.py")
        found.append(Row(rule.endpoint, rule.rule, frozenset(rule.methods or ()) - {"HEAD", "OPTIONS"}, kinds))
    assert not strange, "\n".join(strange)
    return sorted(found, key=lambda row: (row.rule, row.endpoint))


def _kind(rule: str, argument: str) -> str:
    return max(((begins, kind) for begins, name, kind in ARGUMENTS if name == argument and rule.startswith(begins)),
               key=lambda one: len(one[0]), default=("", ""))[1]


# An archive with something behind every one of them

NAMED = {"testimony": "never-was-there", "merged": "never-was-there", "person": "never-was-there", "place": "never-was-there", "event": "never-was-there",
         "collection": "never-was-there", "source": "never-was-there", "copy": "never-was-there", "restriction": "9999", "hold": "9999", "evidence": "9999",
         "proposal": "9999", "draft": "9999", "tape": "never-was-there", "upload": "0" * 32, "request": "never-was-there", "own request": "never-was-there",
         "import": "never-was-there", "bulk": "never-was-there",
         "submission": "never-was-there", "attachment": "never-was-there"}
"""What was never there."""


@dataclass
class House:
    """`open`: what whoever tends everything, and the family itself, may come to; `hidden`: what is there and is closed to everybody in
    `STRANGERS`. Clients are made once; a family's browser afresh each time, since leaving ends its visit."""

    archive: Archive
    app: Flask
    room: FamilyRoom
    open: Mapping[str, str]
    hidden: Mapping[str, str]
    receipts: Mapping[str, tuple[str, ...]] = field(repr=False)

    def __post_init__(self) -> None:
        self._people: dict[str, FlaskClient] = {}

    def family(self, which: str = "draft") -> FlaskClient:
        """A browser in which the receipt of one of the families was given."""
        visit = family_room.enter(self.room, " ".join(self.receipts[which]))
        assert visit is not None
        client = self.app.test_client()
        client.set_cookie(door.VISIT, visit, path=door.PATH)
        return client

    def under(self, base_url: str) -> House:
        """The same archive at another address, and nobody signed in yet."""
        app = self.archive.app(**{**SETTINGS, "BASE_URL": base_url})
        return replace(self, app=app, room=_cheap(app))

    def forgive(self) -> None:
        """Forget how often anything was tried."""
        for each in self.app.extensions["limiter"]:
            each.reset()

    def person(self, name: str) -> FlaskClient:
        """A browser of somebody: anonymous, registered, granted, elsewhere (an archivist of another collection), archivist, custodian."""
        if name not in self._people:
            self._people[name] = self._arrive(name)
        return self._people[name]

    def _arrive(self, name: str) -> FlaskClient:
        if name == "anonymous":
            return self.app.test_client()
        role = {"registered": "researcher", "granted": "researcher", "elsewhere": "archivist"}.get(name, name)
        client = browser(self.archive, self.app, role, *(["hills"] if name == "elsewhere" else []), email=f"{name}@example.org")
        with writing(self.archive.engine) as session:
            account, told, hill = account_by_email(session, f"{name}@example.org"), by_public_id(session, "the-bell"), by_public_id(session, "the-hill")
            assert account is not None and told is not None and hill is not None
            session.add_all([Holding(account_id=account.id, token="grant", testimony_id=told.id)] if name == "granted" else [])
            for table in (ImportRun, BulkChange) if name == "custodian" else ():
                session.execute(update(table).where(table.public_id.like("open-%")).values(account_id=account.id))
            session.add_all([asked(account.id, hill.id, self.open["own request"])] if name == "custodian" else [])
            session.commit()
        return client

    def own(self, client: FlaskClient) -> Mapping[str, str]:
        """What somebody may come to who is asked about what they may not."""
        hill = {"testimony": "the-hill", "collection": "hills"} if client is self._people.get("elsewhere") else {}
        return {**self.open, **hill}

    def token(self, client: FlaskClient, path: str) -> dict[str, str]:
        """The fields that make a form of this browser one of ours."""
        if path.startswith("/submit"):
            found = re.search(r'name="token" value="([^"]+)"', client.get("/submit/questions/note").text)
            return {"token": found[1]} if found else {}
        found = TOKEN.search(client.get("/sign-out").text)
        return {"csrf_token": found[1]} if found else {}

    def digest(self, *, but: frozenset[str] = frozenset()) -> str:
        """Of every row of the database; `but`: verbs of the audit trail that are left out."""
        sha = hashlib.sha256()
        with reading(self.archive.engine) as session:
            for table in Base.metadata.sorted_tables:
                lines = [repr(tuple(row)) for row in session.execute(select(table))
                         if not (table.name == "audit_entries" and getattr(row, "verb", "") in but)]
                sha.update(repr((table.name, sorted(lines))).encode())
        return sha.hexdigest()


STRANGERS = ("anonymous", "registered", "granted", "elsewhere")
"""Those from whom everything in `hidden` is kept, and another family's visit."""
TOLD = {"languages": "en", "narrators": "Vellan, Hesta", "transcripts": "bell.vtt|en|verbatim", "place": "Low Tessen"}
HIDDEN_TOLD = {**TOLD, "identifier": "the-well", "title": "Of quellwater", "narrators": "Karvellin, Ida", "place": "Quellhaven", "publish": "no"}
PICTURE = {"media": "lamp.jpg"}


SETTINGS = {"EXIT_URL": EXIT, "BASE_URL": HERE, "MAIL_URL": "smtp://mail.invalid", "LANGUAGES": "en,az,hy,ru,tr"}


@dataclass(frozen=True)
class Furnished:
    """A folder with such an archive, to be copied: making it takes longer than most tests."""

    folder: Path
    open: Mapping[str, str]
    hidden: Mapping[str, str]
    receipts: Mapping[str, tuple[str, ...]] = field(repr=False)


def furnished(archive: Archive) -> Furnished:
    """Fill an empty archive, and close it."""
    archive.write("bell.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nThe bell\n\n00:02.000 --> 00:04.000\nquellwater\n")
    archive.write("lamp.jpg", families.photograph("olive").read())
    archive.write("door.jpg", families.photograph("navy").read())
    archive.bring({**TOLD, **PICTURE, "identifier": "the-bell", "title": "The bell"}, HIDDEN_TOLD,
                  {**TOLD, "identifier": "the-hill", "title": "The hill", "collection": "hills"},
                  {**TOLD, "identifier": "the-sealed", "title": "Of quellwater too", "place": "Quellhaven", "collection": "deep", "access": "staff",
                   "media": "door.jpg"})
    for told in ("the-bell", "the-well", "the-hill"):
        desk_work.work_on(archive, told, "quellwater")
        _closed_in_part(archive, told)
        _made_one(archive, told)
    work = _work(archive)
    archive.derive()
    archive.settle()
    _ask(archive)
    receipts, sent = _families(_cheap(archive.app(**SETTINGS)))
    made = Furnished(archive.folder, {**_named(archive, "the-bell"), **work["open"], **sent["draft"], "submission": sent["sent"]["submission"], **_requests("the-bell")},
                     {**_named(archive, "the-well"), **work["hidden"], **sent["sent"], "collection": "deep", **_requests("the-well")}, receipts)
    archive.engine.dispose()
    return made


def asked(account: int, testimony: int, public_id: str) -> AccessRequest:
    """A request that waits."""
    return AccessRequest(account_id=account, testimony_id=testimony, public_id=public_id, purpose="quellwater", state="waiting", asked_at=0)


def _requests(told: str) -> dict[str, str]:
    """Those of a reader who is nobody of `House.person`: at the desk, and, but for the custodian's own, closed to whoever asks for them."""
    return {"request": ids.public("request", told), "own request": ids.public("request", "own" if told == "the-bell" else told)}


def _ask(archive: Archive) -> None:
    browser(archive, archive.app(**SETTINGS), "researcher", email="asks@example.org")
    with writing(archive.engine) as session:
        account = account_by_email(session, "asks@example.org")
        assert account is not None
        for told in ("the-bell", "the-well"):
            row = by_public_id(session, told)
            assert row is not None
            session.add(asked(account.id, row.id, _requests(told)["request"]))
        session.commit()


def house(made: Furnished, archive: Archive, **more: str) -> House:
    """The house over a copy of its folder. `more`: settings."""
    app = archive.app(**{**SETTINGS, **more})
    return House(archive, app, _cheap(app), made.open, made.hidden, made.receipts)


def _cheap(app: Flask) -> FamilyRoom:
    room: FamilyRoom = replace(door.room_of(app), cost=LEAST)
    door.give(app, room)
    return room


def _closed_in_part(archive: Archive, told: str) -> None:
    withheld = RestrictionRow(None, None, 2, 2, frozenset({restrictions.WORDS}), "staff", "she asked")
    restricting.restrict(archive.engine, operator(), told, withheld)
    declaring.hold(archive.engine, operator(), told, "her sister asked")
    with writing(archive.engine) as session:
        row = by_public_id(session, told)
        assert row is not None
        kept = archive.vault.keep(io.BytesIO(f"signed: {told}".encode()))
        session.add(StoredObject(digest=kept.digest, size=kept.size, kept_at=0))
        session.flush()
        proof = Evidence(kind="form", object_digest=kept.digest)
        session.add(proof)
        session.flush()
        session.add(Proposal(testimony_id=row.id, evidence_id=proof.id, verb="record consent", said={"capacity": "narrator", "access": {"transcript": "staff"}, "naming": "",
                                                                               "reason": "", "opens": "", "closes": ""},
                             seen=0, proposed_by="somebody", proposed_at=0))
        session.commit()
    held = _keys(archive, told)["hold"]
    if told != "the-well":
        declaring.release(archive.engine, viewer("custodian"), told, int(held), Proof(note="her letter"))


def _other(told: str) -> KeptRow:
    """Somebody who is made one with the narrator of a testimony, under the id that such an entry gets."""
    row = KeptRow("people", "", (("born", ""), ("died", ""), ("note", told)), (Name("Orrin, Sel"),))
    return replace(row, id=ids.public("people", f"{row.digest}/1"))


def _made_one(archive: Archive, told: str) -> None:
    public_id = entering.enter_new(archive.engine, operator(), _other(told))
    narrator = ids.public("person", f"{told}/narrator/1")
    with reading(archive.engine) as session:
        seen = Desk(session, operator()).merging("people", narrator, public_id).digest
    merging.merge(archive.engine, operator(), "people", narrator, public_id, seen, Proof(note="her letter"))


def _keys(archive: Archive, told: str) -> dict[str, str]:
    with reading(archive.engine) as session:
        desk = Desk(session, viewer("custodian"))
        kept, written = desk.testimony(told), desk.transcripts(told)
    return {"upload": "0" * 32, "evidence": str(kept.proposals[0].file), "draft": str(written[0].drafts[0].key), "tape": "never-was-there",
            "restriction": str(kept.restrictions[0].key), "proposal": str(kept.proposals[0].key), "hold": str(next(each.key for each in kept.statements if each.effect == "hold"))}


def _work(archive: Archive) -> dict[str, dict[str, str]]:
    """Imports that were looked through, and changes of many: of somebody else, until a custodian arrives who is given the open ones."""
    add_account(archive.engine, "keeper@example.org", "custodian", (), "seven quiet rivers", actor=SHELL)
    with writing(archive.engine) as session:
        account, told = account_by_email(session, "keeper@example.org"), by_public_id(session, "the-well")
        assert account is not None and told is not None
        for which in ("open", "hidden"):
            report = {"rows": [{"file": "manifest.csv", "row": 1, "identifier": "quellwater", "result": "refused", "column": "title", "message": "x"}]}
            session.add(ImportRun(public_id=f"{which}-import", account_id=account.id, state="looked", began_at=0, touched_at=0, foreseen=report))
            session.add(BulkChange(public_id=f"{which}-bulk", account_id=account.id, field="keywords", made_at=0))
            session.flush()
            changed = session.scalars(select(BulkChange.id).where(BulkChange.public_id == f"{which}-bulk")).one()
            session.add(BulkLine(bulk_id=changed, testimony_id=told.id, before=[], after=["quellwater"]))
        session.commit()
    return {which: {"import": f"{which}-import", "bulk": f"{which}-bulk"} for which in ("open", "hidden")}


def _named(archive: Archive, told: str) -> dict[str, str]:
    hidden = told == "the-well"
    with reading(archive.engine) as session:
        copies = list(session.scalars(select(AccessCopy.public_id).join(Recording, Recording.id == AccessCopy.recording_id).join(
            Testimony, Testimony.id == Recording.testimony_id).where(Testimony.public_id == ("the-sealed" if hidden else told))))
    assert copies, "no copy was made"
    return {"testimony": told, "merged": _other(told).id, "person": ids.public("person", f"{told}/narrator/1"),
            "place": ids.public("place", "Quellhaven" if hidden else "Low Tessen"), "collection": "valley", "copy": copies[0],
            "event": "never-was-there", "source": "never-was-there", **_keys(archive, told)}


def _families(room: FamilyRoom) -> tuple[dict[str, tuple[str, ...]], dict[str, dict[str, str]]]:
    """One that writes, and one whose account waits; each with a file."""
    receipts, found = {}, {}
    for which in ("draft", "sent", "other"):
        made, family = families.begun(room)
        families.tell(room, family)
        file = attaching.attach(room, family, families.photograph("teal"), "spring.jpg")
        if which == "sent":
            submitting.send(room, family)
            submitting.write(room, family, "Is it there?")
            reviewing.answer(room, families.archivist(), family.id, "It is.")
        receipts[which], found[which] = made.receipt, {"submission": family.id, "attachment": file.id}
    return receipts, found

"""Every address of the archive, asked as one class of viewer: status, all headers, all bytes.

The addresses of a route are named by its endpoint in `ROUTES`; a census (test_twins) fails when a route has none. Classes are real
sessions with real holdings; only signing in itself is left out here. What may not live here: judging what came back.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, select

from archive_app import ids
from archive_app.actions import sessions
from archive_app.exchange.formats import FORMATS
from archive_app.records.accounts import Account, Barred, Holding, SignedInSession, account_by_email
from archive_app.records.base import reading, writing
from archive_app.records.copies import AccessCopy
from archive_app.records.recordings import Recording
from archive_app.records.testimonies import Testimony, by_public_id, collection_by_public_id
from archive_app.web.downloads import WRITERS
from archive_app.web.visit import SESSION_COOKIE
from tests.factories.archives import Archive
from tests.promises.oracle import Who
from tests.promises.words import WORDS
from tests.promises.worlds import NOW, World

NEVER = "never-was-there"
ONSITE = "10.1.2.3"
MS = int(NOW.timestamp() * 1000)


class Ask(NamedTuple):
    """One request: endpoint (for reports), method, address, form."""

    endpoint: str
    method: str
    path: str
    range: str = ""


class Answer(NamedTuple):
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Known:
    """What is asked for: ids that are there for somebody, ids of hidden things, words of all kinds. The same list for both twins."""

    testimonies: tuple[str, ...]
    people: tuple[str, ...]
    places: tuple[str, ...]
    events: tuple[str, ...]
    collections: tuple[str, ...]
    sources: tuple[str, ...]
    queries: tuple[str, ...]
    media: tuple[str, ...] = ()
    recordings: tuple[tuple[str, str], ...] = ()


def known(*worlds: World, archives: Iterable[Archive] = ()) -> Known:
    """Everything that any of these worlds has a name for, and in each kind one id that never existed. With `archives` also the
    recordings (each with its testimony) and their copies that any of them has, whoever may have them."""
    told = {each.id: each for world in worlds for each in
            (*world.told, *world.before.values(), *(extra.told for extra in world.extras))}
    people = [ids.public("person", f"{id}/{role}/1") for id in told for role in ("narrator", "interviewer")]
    faces = [ids.public("face", f"{id}/narrator/1") for id in told]
    listed = {kind: [row["identifier"] for world in worlds for row in getattr(world, kind)]
              for kind in ("people", "places", "events", "sources")}
    places = [ids.public("place", each.place) for each in told.values()]
    return Known(
        _once([*told, NEVER]), _once([*listed["people"], *people, *faces, NEVER]), _once([*listed["places"], *places, NEVER]),
        _once([*listed["events"], NEVER]), _once([*(each.collection for each in told.values()), NEVER]),
        _once([*listed["sources"], NEVER]), _once(_queries(worlds)), _once([*(copy for copy, in _rows(archives, select(AccessCopy.public_id))), NEVER]),
        _rows(archives, select(Testimony.public_id, Recording.public_id).where(Recording.testimony_id == Testimony.id)))


def _rows(archives: Iterable[Archive], asked: Select[Any]) -> tuple[Any, ...]:
    found = set[Any]()
    for archive in archives:
        with reading(archive.engine) as session:
            found.update(tuple(row) for row in session.execute(asked))
    return tuple(sorted(found))


SECRET = re.compile(r"\bzq(?:[bdfgklmnprst][aeiou]){5}\b", re.IGNORECASE)


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _queries(worlds: tuple[World, ...]) -> Iterator[str]:
    """Words that many hold, words of one testimony only (hidden or not), and every form of asking."""
    for language in WORDS:
        some = WORDS[language]
        yield from (some[0], f"{some[1]} OR {some[2]}", f'"{some[3]} {some[4]}"', f"{some[5][:2]}*", f"{some[6]}~", f"{some[7]} -{some[8]}",
                    f'"{some[9]} {some[10]}"~8', " OR ".join(some[11:15]), " OR ".join(some[15:18]))
    yield from ("same words", "river OR bread OR window", "same OR river OR bread OR window", "again OR morning OR table OR garden")
    for world in worlds:
        for told in (*world.told, *(extra.told for extra in world.extras)):
            found = SECRET.findall(" ".join([told.title, told.abstract, *told.keywords, *(line.text for text in told.texts
                                                                                         for line in text.lines)]))
            yield from _once(found)
            if not found:
                continue
            yield from (told.family, f"{found[-1][:5]}*", f"{found[-1][:-1]}~", f"{found[-1][:-1]}x", f"title:{found[0]}", f"person:{told.family}",
                        f"place:{told.place}", f"speaker:{told.family}", f"{told.family[:5]}*")
        yield from world.drafted.split()
    yield from ("", "title:testimony", "collection:closed-house", "lang:hy", "date:1987", "date:1861..1990", "zzz", "(", "a OR",
                "Somebody", "river AND NOT " + WORDS["en"][3])


def addresses(asked: Known) -> dict[str, list[str]]:
    """Endpoint -> paths."""
    found = {endpoint: make(asked) for endpoint, make in ROUTES.items()}
    for endpoint, paths in list(found.items()):
        if endpoint in TWINS:
            found[f"{endpoint}_twin"] = [_twin(path) for path in paths]
    return found


def _twin(path: str) -> str:
    bare, mark, query = path.partition("?")
    return ("/index" if bare == "/" else bare) + ".json" + mark + query


def _of(kind: str, pattern: str, *queries: str) -> Callable[[Known], list[str]]:
    return lambda asked: [pattern.format(id=id) + (f"?{query}" if query else "")
                          for id in getattr(asked, kind) for query in (queries or ("",))]


def _fixed(*paths: str) -> Callable[[Known], list[str]]:
    return lambda asked: list(paths)


def _lists(path: str, *queries: str) -> Callable[[Known], list[str]]:
    return _fixed(path, *(f"{path}?{query}" for query in ("page=1", "page=2", "page=0", "ui=ru", *queries)))


def _searches(asked: Known) -> list[str]:
    found = [{"q": query} for query in asked.queries]
    word = WORDS["en"][0]
    for name, values in (("collection", asked.collections), ("place", asked.places), ("person", asked.people)):
        found += [{"q": f"{word} OR {WORDS['ru'][0]}", name: value} for value in values]
    for name, values in (("language", (*WORDS, "xx")), ("kind", ("verbatim", "translation", "machine", "description", "none")),
                          ("role", ("narrator", "interviewer", "descendant")), ("has", ("audio", "transcript", "video", "image", "document")),
                          ("decade", ("1860", "1980", "1990", "2000")), ("year_from", ("1983",)), ("year_to", ("1983",))):
        found += [{"q": "lang:en OR lang:ru OR lang:az", name: value} for value in values]
    for more in ({"group": "testimony"}, {"whole": "1"}, {"sort": "date"}, {"sort": "title"}, {"page": "2"}, {"page": "99"}, {"ui": "hy"},
                 {"sort": "worst"}):
        found += [{"q": f"{word} OR {WORDS['az'][0]} OR {WORDS['hy'][0]} OR Ida", **more}]
    return [f"/search?{urlencode(each)}" for each in found]


def _narrowed(asked: Known) -> list[str]:
    found = [("collection", value) for value in asked.collections] + [("place", value) for value in asked.places]
    found += [("person", value) for value in asked.people] + [("language", value) for value in WORDS] + [
        ("role", "descendant"), ("role", "survivor"), ("kind", "machine"), ("has", "audio"), ("has", "video"), ("has", "image"), ("has", "document"), ("decade", "1980"),
        ("decade", "1860"), ("year_from", "1984"), ("year_to", "1984"), ("sort", "date"), ("page", "2"), ("year_from", "x")]
    return ["/testimonies"] + [f"/testimonies?{urlencode([each])}" for each in found]


def _inside(asked: Known) -> list[str]:
    words = [query for query in asked.queries if " " not in query][:40:2] + ["river OR Ida", "zq*", ""]
    return [f"/testimonies/{id}/search?{urlencode({'q': query})}" for id in asked.testimonies for query in words]


TWINS = ("home", "search", "testimonies", "testimony", "transcript", "search_in", "cite", "people", "person", "places", "place", "events", "event",
         "collections", "collection", "source")
ROUTES: dict[str, Callable[[Known], list[str]]] = {
    "home": _fixed("/", "/?ui=az"),
    "search": _searches,
    "testimonies": _narrowed,
    "testimony": _of("testimonies", "/testimonies/{id}", "", "t=9", "transcript=2", "beside=2", "q=river+Ida&t=1", "transcript=9", "t=x"),
    "search_in": _inside,
    "cite": _of("testimonies", "/testimonies/{id}/cite", "", "t=9&style=mla", "style=apa", "style=none"),
    "people": _lists("/people", "q=Ida", "q=zq", "q=Asker", "q=Person", "q=Aaron"),
    "person": _of("people", "/people/{id}"),
    "places": _lists("/places", "q=Ansel", "q=zq", "q=Region"),
    "place": _of("places", "/places/{id}"),
    "events": _lists("/events"),
    "event": _of("events", "/events/{id}"),
    "collections": _lists("/collections"),
    "collection": _of("collections", "/collections/{id}", "", "page=2"),
    "source": _of("sources", "/sources/{id}"),
    "transcript": lambda asked: [f"/testimonies/{id}/transcripts/{n}" for id in asked.testimonies for n in (1, 2, 3)],
    "transcript_file": lambda asked: [
        *(f"/testimonies/{id}/transcripts/{n}.{extension}" for id in asked.testimonies for n in (1, 2, 3) for extension in FORMATS),
        *(f"/testimonies/{id}/transcripts/{n}.vtt?recording={recording}" for id, recording in asked.recordings for n in (1, 2))],
    "media": _of("media", "/media/{id}"),
    "ohms_file": _of("testimonies", "/testimonies/{id}/ohms.xml"),
    "citation_file": lambda asked: [f"/testimonies/{id}/cite.{extension}?t=3" for id in asked.testimonies
                                    for extension in WRITERS],
    "healthz": _fixed("/healthz"),
    "robots": _fixed("/robots.txt"),
    "sitemap": _fixed("/sitemap.xml"),
    "about": _fixed("/about/consent", "/about/search", "/about/families", "/about/archive", "/about/privacy", "/about/nothing"),
    "asset": _fixed("/static/nothing.css"),
    **{f"desk.{name}": _fixed(f"/desk/testimonies/{NEVER}{rest}") for name, rest in {
        "testimony": "", "history": "/history", "seen_as": "/as?who=public", "evidence": "/evidence/1", "describe": "/description", "declare": "/consent",
        "transcripts": "/transcripts", "versions": "/transcripts/1", "compare": "/transcripts/1/compare?one=1&other=1",
        "restore": "/transcripts/1/versions/1/restore", "edit": "/transcripts/1/edit", "draft": "/transcripts/1/draft",
        "finish": "/transcripts/1/drafts/1/finish", "set_aside": "/transcripts/1/drafts/1/set-aside", "sound": "/media/abc",
        "restrict": "/restrictions", "erase": "/erase", "lift": "/restrictions/1/lift", "release": "/holds/1/end", "decide": "/proposals/1/agree", "verb": "/hold"}.items()},
    "desk.links_of": _fixed(f"/desk/testimonies/{NEVER}/links"),
    **{f"desk.{name}": _fixed(f"/desk/people/{NEVER}{rest}") for name, rest in {
        "entry": "", "revise_entry": "/change", "admit_entry": "/access", "merge_entries": "/merge", "undo_merge": f"/merges/{NEVER}/undo"}.items()},
    "desk.entries": _fixed("/desk/people/"), "desk.enter_new": _fixed("/desk/people/new/"),
    "desk.recordings": _fixed(f"/desk/testimonies/{NEVER}/recordings"),
    "desk.uploads": _fixed(f"/desk/uploads/{NEVER}"),
    "desk.upload": _fixed(f"/desk/uploads/{NEVER}/{'0' * 32}"),
    "submit.uploads": _fixed("/submit/uploads"), "submit.upload": _fixed(f"/submit/uploads/{'0' * 32}"),
    "desk.work_list": _fixed("/desk/"), "desk.words": _fixed("/desk/words/"),
    "desk.waiting": _fixed("/desk/submissions/"), "desk.received": _fixed(f"/desk/submissions/{NEVER}"),
    "desk.catalogue": _fixed("/desk/catalogue.csv/"), "desk.new": _fixed("/desk/new/"), "desk.imports": _fixed("/desk/import/"),
    "desk.brought": _fixed(f"/desk/import/{NEVER}"), "desk.report": _fixed(f"/desk/import/{NEVER}/report.csv", f"/desk/import/{NEVER}/report.json"),
    "desk.many": _fixed("/desk/bulk/"), "desk.made": _fixed(f"/desk/bulk/{NEVER}"),
    "desk.file": _fixed(f"/desk/submissions/{NEVER}/files/x"),
    **{f"submit.{name}": _fixed(f"/submit{rest}") for name, rest in {
        "first": "", "come_back": "/return", "question": "/questions/who", "files": "/files", "file": "/files/x", "summary": "/summary",
        "room": "/room", "message": "/room/message", "verb": "/room/pause", "copy": "/copy", "stopped": "/stopped", "leave": "/leave",
        "open_again": "/open"}.items()},
    "submit.concern": lambda asked: [f"/submit/concern?about=/testimonies/{id}" for id in asked.testimonies],
    "requests.own": _fixed("/requests"), "requests.own_twin": _fixed("/requests.json"),
    "requests.one": _fixed(f"/requests/{NEVER}"), "requests.one_twin": _fixed(f"/requests/{NEVER}.json"),
    "requests.ask": _of("testimonies", "/testimonies/{id}/request"), "requests.ask_all": _of("collections", "/collections/{id}/request"),
    "desk.requests": _fixed("/desk/requests/"), "desk.give": _fixed("/desk/requests/give/"), "desk.access": _fixed(f"/desk/requests/{NEVER}"),
    "account.sign_in": _fixed("/sign-in", "/sign-in?next=/testimonies/told-a"),
    "account.sign_out": _fixed("/sign-out"),
    "account.account": _fixed("/account"),
    "account.register": _fixed("/register"),
    "account.confirm": _fixed("/register/confirm", "/register/confirm?code=0123-4567-89ab-cdef"),
    "account.recover": _fixed("/account/recover"),
    "account.new_password": _fixed("/account/new-password", "/account/new-password?code=0123-4567-89ab-cdef"),
    "account.password": _fixed("/account/password"),
    "account.address": _fixed("/account/address"),
    "account.confirm_address": _fixed("/account/address/confirm?code=0123-4567-89ab-cdef"),
    "account.delete": _fixed("/account/delete"),
    "account.renew_codes": _fixed("/account/recovery-codes"),
    "account.remove_second_factor": _fixed("/account/second-factor/remove"),
    "account.lost_second_factor": _fixed("/account/lost-second-factor"),
    "account.enrol": _fixed("/account/second-factor"),
    "account.second_factor_picture": _fixed("/account/second-factor.svg"),
}
POSTED = {"account.end_sessions": "/account/end-sessions", "account.end_session": "/account/end-session", "account.sign_in": "/sign-in",
          "account.sign_out": "/sign-out", "account.enrol": "/account/second-factor", "account.register": "/register",
          "account.confirm": "/register/confirm", "account.recover": "/account/recover", "account.new_password": "/account/new-password",
          "account.password": "/account/password", "account.address": "/account/address", "account.delete": "/account/delete",
          "account.confirm_address": "/account/address/confirm", "account.renew_codes": "/account/recovery-codes",
          "account.remove_second_factor": "/account/second-factor/remove", "account.lost_second_factor": "/account/lost-second-factor",
          "submit.begin": "/submit/begin"}
"""Forms without their token: what is refused must not depend on what is hidden."""


RANGES = ("bytes=0-", "bytes=9000-9999", "bytes=-5", "bytes=999999-")


def asks(asked: Known) -> list[Ask]:
    """Every request."""
    found = []
    for endpoint, paths in addresses(asked).items():
        found += [Ask(endpoint, "GET", path) for path in paths]
        found += [Ask(endpoint, method, path) for method in ("HEAD", "POST") for path in paths[-3:] + paths[:2] if endpoint not in POSTED]
        found += [Ask(endpoint, "HEAD", path) for path in paths if "search" not in endpoint and "?" not in path]
        found += [Ask(endpoint, "GET", path, asked) for path in paths if endpoint == "media" for asked in RANGES]
    return list(dict.fromkeys(found + [Ask(endpoint, "POST", path) for endpoint, path in POSTED.items()]))


WEIGHTY = {"media": 6, "search_twin": 6, "search": 2, "testimony": 2, "testimony_twin": 3, "transcript_file": 2, "testimonies_twin": 3, "search_in_twin": 3}


def sampled(asked: Iterable[Ask], seed: int, times: int = 1) -> list[Ask]:
    """For the fast suite: of each endpoint one GET (of the weighty ones more), and a few HEAD and POST; other seeds, others."""
    rng, by_kind = random.Random(seed), dict[tuple[str, str], list[Ask]]()
    for ask in asked:
        by_kind.setdefault((ask.endpoint, ask.method), []).append(ask)
    found = [ask for (endpoint, method), several in by_kind.items() if method == "GET"
             for ask in rng.sample(several, min(len(several), times * WEIGHTY.get(endpoint, 1)))]
    others = [ask for (_, method), several in by_kind.items() if method != "GET" for ask in several]
    return found + rng.sample(others, min(len(others), 5 * times))


# --- asking

@dataclass
class Visitor:
    """Somebody of a class at the door of one archive."""
    client: FlaskClient
    address: str = "192.0.2.9"

    def ask(self, ask: Ask) -> Answer:
        got = self.client.open(ask.path, method=ask.method, headers={"Range": ask.range} if ask.range else {}, environ_overrides={"REMOTE_ADDR": self.address})
        body = _plain(ask, got.get_data())
        if ask.endpoint == BEGUN and got.status_code == 200:  # the receipt's words are longer or shorter; and nobody else has the visit
            got.headers["Content-Length"] = str(len(body))
            self.client.delete_cookie("archive_visit", path="/submit")
        headers = tuple(sorted((name, _plain_header(name, value)) for name, value in got.headers.items()))
        return Answer(got.status_code, headers, body)


BEGUN = "submit.begin"
"""What needs no token: whoever posts it is given a receipt."""
RECEIPT = re.compile(rb'(<ol class="receipt"[^>]*>).*?</ol>')
FORM_TOKEN = re.compile(rb'(name="csrf_token"[^>]*value=")[^"]*|(value=")[^"]*("[^>]*name="csrf_token")')


def _plain(ask: Ask, body: bytes) -> bytes:
    """Form tokens, receipts and the key being offered are random by design, on form pages only."""
    if ask.endpoint == BEGUN:
        return RECEIPT.sub(rb"\1", body)
    if not ask.endpoint.startswith(("account.", "requests.")):
        return body
    return FORM_TOKEN.sub(rb"\1", body)


def _plain_header(name: str, value: str) -> str:
    return re.sub(r"archive_(form|visit)=[^;]*", r"archive_\1=", value) if name == "Set-Cookie" else value


def web(archive: Archive) -> Flask:
    """The application over an archive."""
    return archive.app(ON_SITE_NETWORKS="10.0.0.0/8", BASE_URL="http://localhost", MAIL_URL="smtp://mail.invalid")


def visitor(archive: Archive, app: Flask, who: Who, now: int = MS) -> Visitor:
    """A browser of that class: a session that lives, of an account that holds what the class holds."""
    client = app.test_client()
    if who.name in ("anonymous", "onsite"):
        return Visitor(client, ONSITE if who.name == "onsite" else "192.0.2.9")
    token = (who.name * 43)[:43]
    client.set_cookie(SESSION_COOKIE, token)
    with writing(archive.engine) as session:
        if account_by_email(session, f"{who.name}@example.org") is not None:
            return Visitor(client)
        account = Account(email=f"{who.name}@example.org", role=who.name if who.name in ("archivist", "custodian") else "researcher",
                          password_hash="x", created_at=0)
        if who.name == "elsewhere":
            account.role = "archivist"
        session.add(account)
        session.flush()
        session.add_all(Holding(account_id=account.id, token=held) for held in sorted(who.everywhere))
        for slug, tokens in who.in_collection.items():
            place = collection_by_public_id(session, slug)
            session.add_all(Holding(account_id=account.id, token=held, collection_id=place.id) for held in sorted(tokens) if place)
        for id in sorted(who.granted | who.lapsed | who.barred):
            told = by_public_id(session, id)
            if told is not None:
                session.add_all([Holding(account_id=account.id, token="grant", testimony_id=told.id)] if id in who.granted else [])
                session.add_all([Holding(account_id=account.id, token="grant", testimony_id=told.id, until=now)] if id in who.lapsed else [])
                session.add_all([Barred(account_id=account.id, testimony_id=told.id)] if id in who.barred else [])
        session.add(SignedInSession(token_digest=sessions.digest(token), account_id=account.id, stage=sessions.FULL, started_at=now,
                                    seen_at=now, ends_at=now + 10**10))
        session.commit()
    return Visitor(client)


def differences(one: Visitor, other: Visitor, asked: Iterable[Ask]) -> Iterator[tuple[Ask, str]]:
    """Where two archives answer the same request otherwise, one after another."""
    for ask in asked:
        a, b = one.ask(ask), other.ask(ask)
        if a != b:
            yield ask, _told(a, b)


def _told(a: Answer, b: Answer) -> str:
    if a.status != b.status:
        return f"status {a.status} / {b.status}"
    if a.body != b.body:
        at = next((n for n, (x, y) in enumerate(zip(a.body, b.body, strict=False)) if x != y), min(len(a.body), len(b.body)))
        return f"body at {at}: {a.body[max(0, at - 60):at + 90]!r} / {b.body[max(0, at - 60):at + 90]!r}"
    return f"headers {sorted(set(a.headers) ^ set(b.headers))}"

"""The archive as it runs is killed at random moments while a family and an archivist are at work: what either was told is done is there when it
runs again, the receipt opens it, and nothing is damaged.

Only what was answered counts; what was under way may have happened or not. What may not live here: single steps (tests/actions).
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from werkzeug.datastructures import FileStorage

from archive_app import serving
from archive_app.access.desk import Desk
from archive_app.actions import family_room, submitting
from archive_app.actions.family_room import FamilyRoom, open_room
from archive_app.config import prepare, settings
from archive_app.records.base import reading
from archive_app.web.visit import SESSION_COOKIE
from tests.factories import kills, signed_in
from tests.factories.archives import Archive, viewer
from tests.factories.served import GONE, Browser, Serving

EMAIL = "keeper@example.org"
STATES = ("draft", "sent", "paused", "accepted", "withdrawn")


@dataclass
class Account:
    """What a family was told is kept. `tried`: what was sent and not answered (yet)."""

    receipt: str
    steps: dict[str, str] = field(default_factory=dict)
    tried: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    state: str = "draft"
    next_state: str = ""


@dataclass
class Told:
    """What an archivist was told is done with a testimony."""

    id: str
    title: str = ""
    tried: str = ""
    restrictions: int = 0
    published: bool = False
    evidence: list[str] = field(default_factory=list)
    declared: str = ""
    trying: str = ""


@dataclass
class Memory:
    """Outside the archive: what was acknowledged."""

    accounts: list[Account] = field(default_factory=list)
    told: dict[str, Told] = field(default_factory=dict)
    count: int = 0
    answered: threading.Condition = field(default_factory=threading.Condition)
    answers: int = 0

    def number(self) -> int:
        self.count += 1
        return self.count

    def hears(self) -> None:
        """Something was acknowledged."""
        with self.answered:
            self.answers += 1
            self.answered.notify_all()

    def after(self, more: int) -> None:
        """Wait until so much more was acknowledged, however slow the machine is."""
        with self.answered:
            wanted = self.answers + more
            assert self.answered.wait_for(lambda: self.answers >= wanted, 120), "nobody answers"


def expected(said: object, status: int, *right: int) -> None:
    assert status in right, f"{status}: {said}"


def a_family(memory: Memory, port: int) -> None:
    """Account after account, until nobody answers."""
    while True:
        browser, n = Browser(port), memory.number()
        begun = browser.post("/submit/begin")
        words = re.findall(r"<li><b>(.*?)</b></li>", begun.text)
        if begun.status == 429:  # the archivist goes on alone
            return
        account = Account(" ".join(words))
        memory.accounts.append(account)
        for step, name in (("name", "name"), ("account", "text"), ("note", "words"), ("account", "text")):
            account.tried[step] = f"{step} {n} {memory.number()} " + "word " * (n % 30)
            answer = browser.send(f"/submit/questions/{step}", **{name: account.tried[step]})
            expected(step, answer.status, 303)
            account.steps[step] = account.tried.pop(step)
            memory.hears()
        words_of_file = f"File {n}.\n".encode() * (1 + 4000 * (n % 3))
        answer = browser.send("/submit/files", file=FileStorage(io.BytesIO(words_of_file), f"file{n}.txt"))
        expected("file", answer.status, 303)
        account.files[f"file{n}.txt"] = hashlib.sha256(words_of_file).hexdigest()
        memory.hears()
        account.next_state = "sent"
        expected("send", browser.send("/submit/summary").status, 303)
        account.state = "sent"
        message = f"Is {n} there?"
        expected("message", browser.send("/submit/room/message", at="/submit/room", words=message).status, 303)
        account.messages.append(message)
        memory.hears()
        if n % 3 == 0:
            account.next_state = "withdrawn"
            answer = browser.send("/submit/room/withdraw", at="/submit/room", sure="1")
            expected("withdraw", answer.status, 303, 409)
            account.state = "withdrawn" if answer.status == 303 else account.state


def an_archivist(memory: Memory, port: int) -> None:
    """Takes in what waits, describes, declares, restricts, publishes; until nobody answers."""
    browser = Browser(port, {SESSION_COOKIE: (EMAIL * 43)[:43]})
    while True:
        listed = re.findall(r'href="(/desk/submissions/[a-z0-9]+)"', browser.get("/desk/submissions?state=sent").text)
        if listed:
            taken = browser.send(listed[0], act="accept", collection="valley", title=f"Told {memory.number()}")
            if taken.status == 303 and "/testimonies/" in taken.location:
                id = taken.location.rpartition("/")[2]
                memory.told.setdefault(id, Told(id))
        for told in [memory.told["the-bell"], *list(memory.told.values())[-1:]]:
            works_on(memory, browser, told)


def works_on(memory: Memory, browser: Browser, told: Told) -> None:
    one, proof = f"/desk/testimonies/{told.id}", f"%PDF-1.4 form {memory.number()}".encode()
    told.trying = ("staff", "registered", "public")[memory.number() % 3]
    answer = browser.send(f"{one}/consent", capacity="narrator", access_description=told.trying, proof="form", note="the form",
                          file=FileStorage(io.BytesIO(proof), "form.pdf"))
    if answer.status == 303:
        told.declared, told.trying = told.trying, ""
        told.evidence.append(hashlib.sha256(proof).hexdigest())
    page = browser.get(f"{one}/description").text
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    if seen is not None:
        told.tried = f"Title {memory.number()}"
        if browser.send(f"{one}/description", seen=seen[1], title=told.tried, languages="en").status == 303:
            told.title, told.tried = told.tried, ""
            memory.hears()
    if browser.send(f"{one}/restrictions", first="1", words="1", reason="asked", access="staff", seen="1").status == 303:
        told.restrictions += 1
        memory.hears()
    if browser.send(f"{one}/publish").status == 303:
        told.published = True


def until_it_dies(work: Callable[[Memory, int], None], memory: Memory, port: int, wrong: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            work(memory, port)
        except GONE:
            pass
        except BaseException as error:
            wrong.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


# What has to hold

def opens(memory: Memory, room: FamilyRoom, archive: Archive, since: int) -> None:
    """Each receipt that was shown opens what was acknowledged."""
    for account in memory.accounts[since:]:
        visit = family_room.enter(room, account.receipt)
        family = family_room.visiting(room, visit or "")
        assert family is not None, "a receipt that was shown opens nothing"
        status, saved = submitting.status(room, family), submitting.answers(room, family)
        assert STATES.index(status.state) >= STATES.index(account.state), (status.state, account.state)
        if status.state == "withdrawn":
            assert "withdrawn" in (account.state, account.next_state)
            continue
        for step, words in account.steps.items():
            assert next(iter(saved[step].values())) in (words, account.tried.get(step)), step
        files = {each.name: each for each in submitting.attachments(room, family)}
        for name, digest in account.files.items():
            with submitting.bytes_of(room, family, files[name].id) as stream:
                assert hashlib.sha256(stream.read()).hexdigest() == digest
        assert {each.words for each in submitting.messages(room, family)} >= set(account.messages)


def stands(memory: Memory, archive: Archive) -> None:
    """Each thing that was acknowledged at the desk."""
    with reading(archive.engine) as session:
        desk = Desk(session, viewer("custodian"))
        for told in memory.told.values():
            kept = desk.testimony(told.id)
            assert not told.title or kept.description.title in (told.title, told.tried), (kept.description.title, told)
            assert len(kept.restrictions) >= told.restrictions
            assert not told.published or any(each.capacity == "archive" and not each.ended for each in kept.statements)
            permitted = {whom for each in kept.statements if each.capacity == "narrator" and not each.ended for layer, whom in each.layers if layer == "description"}
            assert not told.declared or permitted, told
            for digest in told.evidence:
                archive.vault.check(digest)


def prepared(data: Path) -> None:
    chosen = prepare(settings({"ARCHIVE_DATA_DIR": str(data)}))
    serving.bring_up_to_date(chosen)
    with kills.opened(data) as archive:
        archive.write("bell.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nThe bell\n\n00:02.000 --> 00:04.000\nquellwater\n")
        archive.bring({"identifier": "the-bell", "title": "The bell", "languages": "en", "narrators": "Vellan, Hesta", "transcripts": "bell.vtt|en|verbatim"})
        signed_in.browser(archive, archive.app(), "custodian", email=EMAIL)


def one_life(server: Serving, memory: Memory, rng: random.Random) -> None:
    """Start it, come back by the last receipt, let both work for a while, and kill it in the midst of what comes next."""
    wrong = list[BaseException]()
    server.begin()
    if memory.accounts:
        back = Browser(server.port).post("/submit/return", receipt=memory.accounts[-1].receipt)
        assert (back.status, back.location) == (303, "/submit/room"), "the receipt opens it after the restart"
    workers = [until_it_dies(work, memory, server.port, wrong) for work in (a_family, an_archivist)]
    memory.after(rng.randint(2, 16))
    threading.Event().wait(rng.uniform(0, 0.3))
    server.kill()
    for worker in workers:
        worker.join(60)
    assert not wrong and not any(worker.is_alive() for worker in workers), wrong


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_killed_at_random_moments_nothing_that_was_acknowledged_is_lost(tmp_path: Path, seed: int, as_in_service: None, request: pytest.FixtureRequest) -> None:
    """Twenty archives, each killed five times and started again: a hundred moments."""
    data, memory, rng, deaths = tmp_path / "data", Memory(told={"the-bell": Told("the-bell")}), random.Random(seed), 5
    prepared(data)
    chosen = prepare(settings({"ARCHIVE_DATA_DIR": str(data)}))
    server = Serving(data, tmp_path / "log")
    request.addfinalizer(server.kill)
    for _ in range(deaths):
        since = len(memory.accounts)
        one_life(server, memory, rng)
        with kills.opened(data) as archive:
            opens(memory, open_room(archive.engine, archive.vault, chosen), archive, since)
            stands(memory, archive)
            kills.nothing_is_lost(archive)
    assert len(memory.accounts) >= 2 and sum(told.restrictions for told in memory.told.values())
    with kills.opened(data) as archive:
        opens(memory, open_room(archive.engine, archive.vault, chosen), archive, 0)
        archive.settle()
        archive.derive()
        kills.nothing_is_left_over(archive)
    assert kills.command(data, "verify", "--media") is not None
    assert not [word for word in ("Traceback", "quellwater", EMAIL, *(account.receipt for account in memory.accounts)) if word in server.log.read_text()]
    assert os.listdir(data)

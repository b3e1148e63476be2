"""What families entrust to the archive, each word of it known by its place; and where in files, logs and letters one of these words stands in
the clear.

What may not live here: what is to be concluded from it.
"""

from __future__ import annotations

import io
import logging
import re
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from archive_app.actions import backing_up
from archive_app.jobs import mailing, posting
from archive_app.web import letters
from tests.promises.doors import HERE, House

MARK = "zqbafedigo"
PLACES = ("name", "pseudonym", "title", "place", "text", "person", "why", "contact", "note", "label", "message", "filename", "inside", "refused",
          "refusedname", "answer", "decline", "concern", "about", "wrong")
SAID = {place: f"{MARK}{place}" for place in PLACES}
"""Place -> the word that was put there, and nowhere else."""
BIG = 5 << 20
"""Bytes of an upload that is too large for memory."""


class Course:
    """What was told; `logs` and `letters` as they came out, `temporary`: everything that was written to files for a while."""

    def __init__(self, house: House, temporary: Path) -> None:
        self.house, self.temporary = house, temporary
        self.receipts: list[str] = []
        self.letters: list[posting.Letter] = []
        self.logs = ""

    def family(self) -> FlaskClient:
        client = self.house.app.test_client()
        shown = client.post("/submit/begin", base_url=HERE).text
        self.receipts.append(" ".join(re.findall(r"<li><b>(.*?)</b></li>", shown)))
        return client

    def send(self, client: FlaskClient, path: str, **fields: Any) -> Any:
        self.house.forgive()
        stream, _, boundary = stream_encode_multipart({**self.house.token(client, path), **fields}, use_tempfile=False)
        return client.post(path, data=stream.read(), content_type=f'multipart/form-data; boundary="{boundary}"', base_url=HERE)

    def goes(self) -> Course:
        """Everything that both sides do until an account is accepted, and then some that is not."""
        first, second = self.family(), self.family()
        for client in (first, second):
            self.tells(client)
        self.send(first, "/submit/summary")
        self.send(first, "/submit/room/message", words=SAID["message"])
        concerned = self.house.app.test_client().post("/submit/concern", base_url=HERE, data={"about": SAID["about"], "words": SAID["concern"]})
        self.receipts.append(" ".join(re.findall(r"<li><b>(.*?)</b></li>", concerned.text)))
        back = self.house.app.test_client()
        back.post("/submit/return", data={"receipt": self.receipts[0]}, base_url=HERE)
        back.post("/submit/return", data={"receipt": SAID["wrong"]}, base_url=HERE)
        for path in ("/submit/room", "/submit/summary", "/submit/files", "/submit/copy"):
            assert back.get(path, base_url=HERE).data
        self.at_the_desk()
        self.by_mail()
        self.later()
        return self

    def tells(self, client: FlaskClient) -> None:
        said = SAID
        self.send(client, "/submit/questions/name", name=said["name"], pseudonym=said["pseudonym"])
        self.send(client, "/submit/questions/told", title=said["title"], place=said["place"])
        self.send(client, "/submit/questions/account", text=f"{said['text']} " * 30, language="en")
        self.send(client, "/submit/questions/people", person=said["person"], why=said["why"])
        self.send(client, "/submit/questions/contact", words=f"{said['contact']}@example.org")
        self.send(client, "/submit/questions/note", words=said["note"])
        inside = (said["inside"] + " ").encode()
        taken = self.send(client, "/submit/files", file=a_file(inside * 40, f"{said['filename']}.txt"))
        assert taken.status_code == 303, taken.status_code
        if len(self.receipts) > 2:
            return
        refused = self.send(client, "/submit/files", file=a_file(b"MZ" + said["refused"].encode() * (BIG // len(said["refused"])), f"{said['refusedname']}.exe"))
        assert refused.status_code == 400
        files = re.findall(r'action="(/submit/files/[^"]+)"', client.get("/submit/files", base_url=HERE).text)
        one = files[0].rsplit("/", 1)[1]
        self.send(client, "/submit/files", **{f"label-{one}": said["label"], f"audience-{one}": "staff", "save": "1"})

    def at_the_desk(self) -> None:
        archivist = self.house.person("archivist")
        listed = re.findall(r'href="(/desk/submissions/[^"/]+)"', archivist.get("/desk/submissions", base_url=HERE).text)
        pages = {path: archivist.get(path, base_url=HERE).text for path in dict.fromkeys(listed)}
        ours = [path for path, text in pages.items() if SAID["text"] in text]
        assert ours and any(SAID["concern"] in text for text in pages.values())
        archivist.get(re.findall(rf'href="({ours[0]}/files/[^"]+)"', pages[ours[0]])[0], base_url=HERE).close()
        self.send(archivist, ours[0], act="answer", words=SAID["answer"])
        self.send(archivist, ours[0], act="decline", words=SAID["decline"])

    def by_mail(self) -> None:
        """Letters of every kind that is asked for here, each written and posted."""
        client = self.house.app.test_client()
        for path, fields in (("/register", {"email": "new@example.org", "password": "seven quiet rivers"}), ("/account/recover", {"email": "archivist@example.org"}),
                             ("/register", {"email": "archivist@example.org", "password": "seven quiet rivers"})):
            self.house.forgive()
            client.post(path, data={**self.house.token(client, path), **fields}, base_url=HERE)
        office = mailing.Office(lambda facts: letters.write(facts, HERE, ("en",)), self.letters.append)
        mailing.run_due(self.house.archive.engine, office, "tests")

    def later(self) -> None:
        """What the worker does, a backup, and the ledger."""
        archive = self.house.archive
        archive.settle()
        backing_up.back_up(archive.engine, archive.vault, archive.settings(), self.temporary / "backup")

    def in_the_clear(self) -> list[str]:
        """Where one of the words, or a part of a receipt, can be read: files of the archive and temporary ones, logs, letters."""
        wanted = [*SAID.values(), *(part for receipt in self.receipts for part in parts_of(receipt))]
        found = [f"{path.relative_to(root)}: {word}" for root in (self.house.archive.folder, self.temporary)
                 for path in sorted(root.rglob("*")) if path.is_file() for word in readable(path.read_bytes(), wanted)]
        found += [f"the log: {word}" for word in readable(self.logs.encode(), [*wanted, "example.org", "seven quiet rivers"])]
        return found + [f"a letter: {word}" for letter in self.letters for word in readable(f"{letter.subject}\n{letter.text}".encode(), [
            *wanted, "the-bell", "Of quellwater", "Vellan"])]


def a_file(data: bytes, name: str) -> FileStorage:
    return FileStorage(io.BytesIO(data), name)


def parts_of(receipt: str) -> list[str]:
    """Three words of a receipt in a row, as they may be joined: single words are words of the language."""
    words = receipt.split()
    return [mark.join(words[at:at + 3]) for at in range(len(words) - 2) for mark in (" ", "-", '", "', "', '", "+", "%20")]


def readable(data: bytes, wanted: Iterable[str]) -> Iterator[str]:
    """Those of the words that stand in bytes, in the plain, in two bytes a letter, or packed with zlib."""
    forms = {form: word for word in wanted for form in (word.lower().encode(), word.lower().encode("utf-16-le"))}
    every = re.compile(b"|".join(map(re.escape, sorted(forms, key=len, reverse=True))))
    yield from sorted({forms[found[0]] for piece in (data.lower(), *unpacked(data)) for found in every.finditer(piece)})


def unpacked(data: bytes) -> Iterator[bytes]:
    for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):
        try:
            yield zlib.decompressobj().decompress(data[match.start():], 1 << 20).lower()
        except zlib.error:
            continue


@contextmanager
def overheard(course: Course, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Keep what is logged, said, and written to temporary files while the block lasts."""
    course.temporary.mkdir(exist_ok=True)

    def lasting(*given: Any, **more: Any) -> Any:
        return tempfile.NamedTemporaryFile(dir=course.temporary, delete=False)

    with pytest.MonkeyPatch.context() as patch, caplog.at_level(logging.DEBUG):
        patch.setattr(tempfile, "tempdir", str(course.temporary))
        patch.setattr(tempfile, "TemporaryFile", lasting)
        yield
    said = capfd.readouterr()
    course.logs = caplog.text + said.out + said.err

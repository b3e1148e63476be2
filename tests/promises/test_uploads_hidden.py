"""What others send is nobody's to know: an archive in which other families and other archivists have files on their way answers as one in
which they have none, byte for byte; a file's name is said back to nobody and stands nowhere on the disk. And each way in which that could
break is planted once, and seen."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Response

from archive_app.actions import uploading
from archive_app.actions.family_keys import LEAST
from archive_app.storage import uploads
from archive_app.storage.uploads import Uploads
from archive_app.web import tus
from tests.factories.archives import Archive
from tests.factories.signed_in import browser
from tests.factories.uploads import Sender, sender
from tests.promises.conftest import Making

CANARY, SIZE = "zqbadefigo", 9
PRINT = "f" * 64
Told = tuple[str, int, bytes, tuple[tuple[str, str], ...]]
NAMES = re.compile(r"[0-9a-f]{32,}")
"""Names of uploads, and tokens."""


@dataclass
class Place:
    """An archive; who asks there, as a family and at the desk; and the addresses of what others have on its way, where they have."""

    archive: Archive
    family: Sender
    desk: Sender
    others: list[str]


def others(archive: Archive, app: Any) -> list[str]:
    """Another family, a colleague, and a testimony that only another collection's archivist tends."""
    theirs = app.test_client()
    theirs.post("/submit/begin")
    colleague, hills = browser(archive, app, "archivist", "valley", email="b@example.org"), browser(archive, app, "archivist", "hills", email="h@example.org")
    senders = [sender(theirs, "family"), sender(colleague, "desk")]
    hidden = Sender(hills, "/desk/uploads/hid-in-hills", sender(colleague, "desk").token)
    hidden.token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', hills.get("/desk/testimonies/hid-in-hills/recordings").text).group(1)  # type: ignore[union-attr]
    found = []
    for each in (*senders, hidden):
        path = each.begin(SIZE, filename=f"{CANARY}.wav", fingerprint=PRINT)
        assert each.piece(path, 0, CANARY[:4].encode()).status_code == 204
        assert CANARY not in str(list(each.ask("HEAD", path).headers)), "nor to who sends it"
        found.append(path)
    return found


def made(making: Making, within: bool) -> Place:
    archive = making.archive()
    told = {"languages": "en", "narrators": "Vellan, Hesta", "publish": "no"}
    archive.bring({**told, "identifier": "the-bell", "title": "The bell"}, *([{**told, "identifier": "hid-in-hills", "collection": "hills"}] if within else []))
    if not within:
        archive.bring(collections=[{"identifier": "hills", "names": "Hills", "access": "public"}])
    app = archive.app()
    known = others(archive, app) if within else []
    family = app.test_client()
    family.post("/submit/begin")
    return Place(archive, sender(family, "family"), sender(browser(archive, app, "archivist", "valley", email="a@example.org"), "desk"), known)


Build = Callable[[], tuple[Place, Place]]


@pytest.fixture(scope="module")
def twins(making: Making) -> Iterator[Build]:
    def build() -> tuple[Place, Place]:
        within = made(making, True)
        return replace(made(making, False), others=within.others), within

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("archive_app.actions.family_room.USUAL", LEAST)
        yield build


@pytest.fixture(scope="module")
def pair(twins: Build) -> tuple[Place, Place]:
    """Built once: what is asked of them changes nothing of what others have."""
    return twins()


def asked(place: Place) -> Iterator[Told]:
    """Everything that a stranger can ask of the uploads of others, and what they are told."""
    bodies = [("HEAD", {}), ("PATCH", {"Upload_Offset": "0"}), ("PATCH", {"Upload_Offset": "4"}), ("PATCH", {"Upload_Offset": "5"}), ("DELETE", {}),
              ("POST", {"X_HTTP_Method_Override": "PATCH", "Upload_Offset": "4"}), ("OPTIONS", {})]
    for path in place.others:
        name = path.rpartition("/")[2]
        for each in (path, f"/submit/uploads/{name}", f"/desk/uploads/the-bell/{name}", f"/desk/uploads/hid-in-hills/{name}"):
            who = place.family if each.startswith("/submit") else place.desk
            for method, headers in bodies:
                said = who.ask(method, each, b"x" if method != "HEAD" else b"", Content_Type="application/offset+octet-stream", **headers)
                yield _told(f"{method} {each} {headers}", said)
    for who, begins in ((place.family, place.family.begins), (place.desk, place.desk.begins), (place.desk, "/desk/uploads/hid-in-hills")):
        began = Sender(who.client, begins, who.token).announce(SIZE, filename="mine.wav", fingerprint=PRINT)
        yield _told(f"announce {begins}", began)
        if "Location" in began.headers:
            yield _told("how far", who.ask("HEAD", began.headers["Location"]))
    form = {"token": place.family.token, "upload": place.others[0][-32:] if place.others else ""}
    yield _told("taken", place.family.client.post("/submit/files", data=form))


def _told(what: str, answer: Any) -> Told:
    headers = tuple(sorted((name, NAMES.sub("NAME", value)) for name, value in answer.headers.items() if name != "Upload-Expires"))
    return what, answer.status_code, NAMES.sub("NAME", answer.text).encode(), headers


def differences(pair: tuple[Place, Place]) -> list[str]:
    without, within = (list(asked(place)) for place in pair)
    assert min(len(without), len(within)) > 80
    return ["another number of answers"] * (len(without) != len(within)) + [one[0] for one, other in zip(without, within, strict=False) if one != other or CANARY.encode() in other[2] or CANARY in str(other[3])]


def met(folder: Path) -> list[Path]:
    """Where the canary stands on the disk, in a name or in bytes."""
    return [path for path in folder.rglob("*") if CANARY in path.name or (path.is_file() and CANARY.encode() in path.read_bytes())]


def test_what_others_send_changes_no_byte(pair: tuple[Place, Place], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG):
        assert differences(pair) == []
    said = capfd.readouterr()
    assert CANARY not in caplog.text + said.out + said.err
    assert met(pair[1].archive.folder) == []
    assert len([path for path in (pair[1].archive.folder / "instance/uploads").rglob("of")]) == 5


# --- seeded: each must be seen

def shared_by_families(patch: pytest.MonkeyPatch) -> None:
    """One folder and one key for all families."""
    patch.setattr(uploading, "of_family", lambda room, family: Uploads(room.uploads, "families/all", bytes(32), room.beside, room.upload_most))


def shared_by_colleagues(patch: pytest.MonkeyPatch) -> None:
    """The key of the desk does not say whose it is."""
    real = uploading.account_by_email

    def anybody(session: Any, email: str) -> Any:
        return SimpleNamespace(id=0) if real(session, email) is not None else None

    patch.setattr(uploading, "account_by_email", anybody)


def no_gate_at_the_desk(patch: pytest.MonkeyPatch) -> None:
    """Whether a testimony may be tended is not asked, only whether it is there."""
    real = uploading.may_add

    def asks_less(engine: Any, actor: Any, public_id: str) -> None:
        from archive_app.actions.change import operator

        real(engine, operator(), public_id)

    patch.setattr(uploading, "may_add", asks_less)


def another_refusal(patch: pytest.MonkeyPatch) -> None:
    """Another's upload is refused, one that never was is not there."""
    from archive_app.errors import NotAllowed

    real = Uploads.state

    def state(self: Uploads, name: str) -> Any:
        if any(path.name == name for path in self.root.glob("*/*/*")) and not (self.root / self.owner / name).exists():
            raise NotAllowed("attach", "this is somebody else's")
        return real(self, name)

    patch.setattr(Uploads, "state", state)


def offset_before_whose(patch: pytest.MonkeyPatch) -> None:
    """An offset that does not fit is told before it is asked whose upload it is."""
    real = tus.goes_on

    def goes_on(most: int, held: Uploads, name: str) -> Response:
        found = next(iter(held.root.glob(f"*/*/{name}")), None)
        given = tus.request.headers.get("Upload-Offset", "0")
        if found is not None and given.isdigit() and int(given) != uploads._end(uploads._pieces(found)):
            return Response("", 409)
        return real(most, held, name)

    patch.setattr(tus, "goes_on", goes_on)


def same_file_anywhere(patch: pytest.MonkeyPatch) -> None:
    """The same file goes on wherever it was begun: by that one learns who else has sent it."""
    real = uploading.begin_of_family

    def begin(room: Any, family: Any, length: int, told: Any) -> str:
        made = real(room, family, length, told)
        other = next((path for path in room.uploads.glob("families/*/*") if path.name != made), None)
        if other is not None:
            (room.uploads / "families" / family.id / made / f"{0:016x}-{4:016x}").write_bytes(b"")
        return made

    patch.setattr(uploading, "begin_of_family", begin)


@pytest.mark.slow
@pytest.mark.parametrize("plant", [shared_by_families, shared_by_colleagues, no_gate_at_the_desk, another_refusal, offset_before_whose, same_file_anywhere],
                         ids=lambda plant: plant.__name__)
def test_a_leak_would_be_seen(twins: Build, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]) -> None:
    plant(monkeypatch)
    assert differences(twins()), plant.__doc__


def test_another_refusal_would_be_seen(pair: tuple[Place, Place], monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them without building anew, for the fast suite."""
    another_refusal(monkeypatch)
    assert differences(pair)


@pytest.mark.slow
def test_a_name_that_is_said_back_would_be_seen(twins: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the protocol itself asks."""
    real = tus.goes_on

    def goes_on(most: int, held: Uploads, name: str) -> Response:
        answer = real(most, held, name)
        answer.headers["Upload-Metadata"] = "filename " + held.told(name)["filename"]
        return answer

    monkeypatch.setattr(tus, "goes_on", goes_on)
    with pytest.raises(AssertionError, match="nor to who sends it"):
        twins()


@pytest.mark.slow
def test_a_name_on_the_disk_would_be_seen(twins: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "seal", lambda data, key: data)
    monkeypatch.setattr(uploads, "unseal", lambda data, key: data)
    assert met(twins()[1].archive.folder)

"""sample: the small invented archive that a first start puts in, with demo accounts, and with what a family has sent and nobody has read.

What may not live here: how anything is brought in (actions.importing, actions.submitting): the sample goes through the doors of all.
"""

from __future__ import annotations

import json
import secrets
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive_app.cli.frame import DONE, FINDINGS, Command
from archive_app.cli.opening import Opened, acting, archive, follow, follow_index
from archive_app.config import Settings
from archive_app.errors import Conflict, NotFound

if TYPE_CHECKING:
    from archive_app.actions.family_room import Begun, FamilyRoom

SAMPLE = Path(__file__).resolve().parents[1] / "sample"
DEMO = (("researcher@example.org", "researcher"), ("archivist@example.org", "archivist"),
        ("custodian@example.org", "custodian"), ("admin@example.org", "admin"))
ASKED = ("cold-stove", "I am writing a study of how winters are told of in Tessen, and would like to hear the voice beside the words. "
         "I would quote two or three sentences, and play the recording to nobody.")
"""What the researcher of the sample archive has asked for, so that a request waits at the desk: a voice kept for the reading room."""


def _sample(chosen: Settings, given: Namespace) -> int:
    from archive_app.actions.change import operator
    from archive_app.actions.importing import import_path
    from archive_app.actions.preparing import Options
    from archive_app.records.demo import open_demo_accounts

    with archive(chosen) as opened:
        found = import_path(opened.engine, opened.vault, operator(), SAMPLE, Options())
        (follow_index if given.leave_copies else follow)(opened)
        if not open_demo_accounts(opened.engine):
            _families(opened)
            _accounts(opened)
            _request(opened)
    return FINDINGS if found.refused else DONE


def _accounts(opened: Opened) -> None:
    from archive_app.actions.accounts import SHELL, add_account

    print("Accounts of the sample archive (shown this once):")
    for email, role in DEMO:
        password = "-".join(secrets.token_hex(2) for _ in range(4))
        add_account(opened.engine, email, role, [], password, demo=True, actor=SHELL)
        print(f"  {role:11} {email:24} {password}")


def _request(opened: Opened) -> None:
    """What waits to be decided; of an archive in which that testimony was changed since, nothing is asked for."""
    from archive_app.actions.requesting import ask

    with suppress(NotFound, Conflict):
        ask(opened.engine, acting(opened, DEMO[0][0]), ASKED[1], testimony=ASKED[0])


def _families(opened: Opened) -> None:
    """An account that waits to be read, and a word about somebody else's testimony; the receipt of the account is shown this once."""
    from archive_app.actions.family_room import open_room

    room = open_room(opened.engine, opened.vault, opened.settings)
    begun = send_account(room, _read("account"))
    send_concern(room, _read("concern"))
    print("An account that a family has sent waits at the desk; its receipt opens it at /submit/return:")
    print(f"  {' '.join(begun.receipt)}")


def send_account(room: FamilyRoom, told: dict[str, Any]) -> Begun:
    """Answer every question that `told` answers, attach its files, and send it, as a family does."""
    from archive_app.actions import attaching, family_room, submitting

    begun = family_room.begin(room, told["language"])
    family = family_room.visiting(room, begun.visit)
    assert family is not None
    for step, answers in told["answers"].items():
        submitting.save(room, family, step, answers)
    for file in told["files"]:
        with (SAMPLE / "recordings" / file["name"]).open("rb") as source:
            attached = attaching.attach(room, family, source, file["name"])
        attaching.describe(room, family, attached.id, file["label"])
    submitting.send(room, family)
    family_room.leave(room, begun.visit)
    return begun


def send_concern(room: FamilyRoom, told: dict[str, Any]) -> Begun:
    """Write about a testimony to the archivists."""
    from archive_app.actions import submitting

    return submitting.concern(room, told["language"], told["about"], told["words"])


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLE / "family" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--leave-copies", action="store_true", help="leave the copies of recordings to the worker")


COMMANDS = (Command("sample", "Put the small invented sample archive in, with demo accounts.", _sample, _arguments),)

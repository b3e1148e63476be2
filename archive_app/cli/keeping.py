"""reindex, verify, stats: keeping an archive in order, and looking at what it holds.

What may not live here: what is looked for (actions.verifying), what is counted (access.kept).
"""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser, Namespace

from archive_app import clock
from archive_app.cli.frame import DONE, FINDINGS, Command, json_option, report
from archive_app.cli.opening import archive, follow
from contextlib import suppress
from pathlib import Path

from archive_app import clock
from archive_app.cli.frame import DONE, FINDINGS, Command, json_option, report
from archive_app.cli.opening import acting, archive, follow, follow_index
from archive_app.config import Settings
from archive_app.errors import Conflict, NotFound

SAMPLE = Path(__file__).resolve().parents[1] / "sample"
DEMO = (("researcher@example.org", "researcher"), ("archivist@example.org", "archivist"),
        ("custodian@example.org", "custodian"), ("admin@example.org", "admin"))
ASKED = ("cold-stove", "I am writing a study of how winters are told of in Tessen, and would like to hear the voice beside the words. "
         "I would quote two or three sentences, and play the recording to nobody.")
"""What the researcher of the sample archive has asked for, so that a request waits at the desk: a voice kept for the reading room."""


def _reindex(chosen: Settings, given: Namespace) -> int:
    from archive_app.jobs import indexing

    with archive(chosen) as opened:
        count = indexing.rebuild(opened.engine, opened.index)
        follow(opened)
    print(f"The index was made anew from {count} testimonies.")
    return DONE


def _verify_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--media", action="store_true", help="only read every recording and file again, and write each check down")
    json_option(parser)


def _verify(chosen: Settings, given: Namespace) -> int:
    from archive_app.actions import verifying
    from archive_app.actions.fixity import check_all
    from archive_app.records.base import reading

    with archive(chosen, only_looks=True) as opened, reading(opened.engine) as session:
        if given.media:
            found = [*verifying.stored(session, opened.vault, media=False, also_new=False),
                     *(verifying.with_use(session, damage) for damage in check_all(opened.engine, opened.vault))]
        else:
            found = list(verifying.findings(session, opened.vault, opened.index, clock.now(), ledger=opened.settings.ledger_file))
    rows = [{"where": damage.where, "expected": damage.expected, "found": damage.found} for damage in found]
    closing = f"{len(found)} findings." if found else "Everything is as it should be."
    report(given, {"findings": rows}, [*(str(damage) for damage in found), closing])
    return FINDINGS if found else DONE


def _stats(chosen: Settings, given: Namespace) -> int:
    from archive_app.access import kept
    from archive_app.records.base import reading

    with archive(chosen, only_looks=True) as opened, reading(opened.engine) as session:
        counts = kept.counts(session, clock.now())
        held = kept.digest(session) + opened.index.digest()
        passages = sum(len(found) for shelf in opened.index.shelves() for _, found in opened.index.contents(shelf))
    figures = {**vars(counts), "passages": passages, "digest": hashlib.sha256(held.encode()).hexdigest()}
    report(given, figures, [f"{name}: {value}" for name, value in figures.items()])
    return DONE


def _sample(chosen: Settings, given: Namespace) -> int:
    from archive_app.actions.accounts import SHELL, add_account
    from archive_app.actions.change import operator
    from archive_app.actions.importing import import_path
    from archive_app.actions.preparing import Options
    from archive_app.actions.requesting import ask
    from archive_app.records.demo import open_demo_accounts

    with archive(chosen) as opened:
        found = import_path(opened.engine, opened.vault, operator(), SAMPLE, Options())
        (follow_index if given.leave_copies else follow)(opened)
        if not open_demo_accounts(opened.engine):
            print("Accounts of the sample archive (shown this once):")
            for email, role in DEMO:
                password = "-".join(secrets.token_hex(2) for _ in range(4))
                add_account(opened.engine, email, role, [], password, demo=True, actor=SHELL)
                print(f"  {role:11} {email:24} {password}")
            with suppress(NotFound, Conflict):  # of an archive in which that testimony was changed since, nothing is asked for
                ask(opened.engine, acting(opened, DEMO[0][0]), ASKED[1], testimony=ASKED[0])
    return FINDINGS if found.refused else DONE


def _sample_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--leave-copies", action="store_true", help="leave the copies of recordings to the worker")


COMMANDS = (
    Command("reindex", "Throw the search index away and make it anew.", _reindex),
    Command("verify", "Check that everything kept is there, unchanged, and that what was derived from it follows.", _verify,
            _verify_arguments),
    Command("stats", "Count what the archive holds, with a digest of all of it.", _stats, json_option),
)

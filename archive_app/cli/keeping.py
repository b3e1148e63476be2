"""reindex, verify, stats: keeping an archive in order, and looking at what it holds.

What may not live here: what is looked for (actions.verifying), what is counted (access.kept).
"""

from __future__ import annotations

import hashlib
from argparse import ArgumentParser, Namespace

from archive_app import clock
from archive_app.cli.frame import DONE, FINDINGS, Command, json_option, report
from archive_app.cli.opening import archive, follow
from archive_app.config import Settings


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


COMMANDS = (
    Command("reindex", "Throw the search index away and make it anew.", _reindex),
    Command("verify", "Check that everything kept is there, unchanged, and that what was derived from it follows.", _verify,
            _verify_arguments),
    Command("stats", "Count what the archive holds, with a digest of all of it.", _stats, json_option),
)

"""THE COMMAND LINE: `archive-app`. Every command is one call of a verb.

    frame      what a command is; how reports are written and errors become one sentence
    opening    what commands that work on an archive open; who acts; the index follows
    starting   init, serve, worker
    accounts   user add, user code
    archive    import, publish, unpublish, withdraw
    keeping    reindex, verify, stats
    sample     sample
    backups    backup, restore

A new command is one `Command` in a module here, named in `COMMANDS` below and described in docs/commands.md (a test holds both
together): a name (two words make a group: `user add`), a sentence, a function that adds its arguments, a function that runs it.
Verbs are imported inside the running function, so that `archive-app --help` and a quick start load nothing they do not need.

What may not live here: decisions, queries, formats.
"""

from __future__ import annotations

from collections.abc import Sequence

from archive_app.cli import accounts, archive, backups, frame, keeping, sample, starting

COMMANDS: tuple[frame.Command, ...] = (*starting.COMMANDS, *accounts.COMMANDS, *archive.COMMANDS, *keeping.COMMANDS, *sample.COMMANDS,
                                        *backups.COMMANDS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command: 0 = done, 1 = findings or refused rows, 2 = usage. `arguments` default to the command line's own."""
    return frame.run(COMMANDS, arguments)

"""What a command is, and what all commands share: the parser, reports in words or JSON, exit codes, errors as one sentence.

What may not live here: any command.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive_app.config import Settings, settings
from archive_app.errors import ArchiveError, Invalid

LONG_WORD = re.compile(r"\S{200,}")
DONE, FINDINGS, USAGE, INTERRUPTED = 0, 1, 2, 130


def no_arguments(parser: ArgumentParser) -> None:
    """For commands that take none."""


@dataclass(frozen=True)
class Command:
    """`name`: one word, or two for a group; `run` gets the settings and the parsed arguments and answers the exit code."""

    name: str
    help: str
    run: Callable[[Settings, Namespace], int]
    arguments: Callable[[ArgumentParser], None] = no_arguments


def run(commands: Sequence[Command], arguments: Sequence[str] | None) -> int:
    """Parse, read the settings, run. What went wrong is one sentence on stderr: 2 for what was given wrongly, else 1. Only what
    nobody foresaw is left to Python, with its trace."""
    given = parser(commands).parse_args(arguments)
    os.umask(0o077)  # whatever is written (database, index, reports) is for whoever runs the archive
    if sys.stdin is None:  # closed by whoever started this: nobody types
        sys.stdin = io.StringIO()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names of files need not be text
    try:
        chosen: Command = given.command
        return chosen.run(settings(), given)
    except KeyboardInterrupt:
        _say("stopped")
        return INTERRUPTED
    except Exception as error:
        ours = error if isinstance(error, ArchiveError) else _explained(error)
        if ours is None:
            raise
        _say(str(ours))
        return USAGE if isinstance(ours, Invalid) else FINDINGS


def _explained(error: Exception) -> ArchiveError | None:
    """What the machine says, as an error of ours; None for what is a fault of the program."""
    if isinstance(error, OSError):
        return MachineError(f"{error.filename or 'this machine'}: {error.strerror or type(error).__name__}")
    from archive_app.records.base import explained  # here: it loads all that speaks to databases

    return explained(error)


class MachineError(ArchiveError):
    """What the operating system refused."""


def _say(sentence: str) -> None:
    """One line on stderr; a word of hundreds of letters (a path, mostly) is shown by its two ends."""
    line = LONG_WORD.sub(lambda word: f"{word.group()[:60]}…{word.group()[-40:]}", " ".join(sentence.split()))
    print(f"archive-app: {line}", file=sys.stderr)


def parser(commands: Sequence[Command]) -> ArgumentParser:
    """The whole command line. The parsed `command` is the Command itself."""
    whole = ArgumentParser(prog="archive-app", description="Keeps testimony, makes it findable, shows what its narrators allow.")
    places = {"": whole.add_subparsers(metavar="COMMAND", required=True)}
    for command in commands:
        group, _, word = command.name.rpartition(" ")
        if group not in places:
            inner = places[""].add_parser(group, help=f"commands about {group}s")
            places[group] = inner.add_subparsers(metavar="COMMAND", required=True)
        own = places[group].add_parser(word, help=command.help, description=command.help)
        own.set_defaults(command=command)
        command.arguments(own)
    return whole


def json_option(parser: ArgumentParser) -> None:
    """Adds `--json` to a command that has a report."""
    parser.add_argument("--json", action="store_true", help="write the report as JSON")


def report(given: Namespace, figures: Mapping[str, Any], sentences: Iterable[str]) -> None:
    """Write a report to stdout: `figures` as one JSON object where `--json` was given, else the sentences, one a line."""
    if given.json:
        print(json.dumps(figures, ensure_ascii=False, indent=2, sort_keys=True))
    else:
        for sentence in sentences:
            print(sentence)

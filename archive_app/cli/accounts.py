"""user add, user close, user code: an account made or closed, or a one-time code, at the command line, by whoever runs the archive.

Passwords and secrets are typed or read from the standard input, never given as arguments, which every process here could read.
What may not live here: which passwords are taken, what a role holds (actions.accounts).
"""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser, Namespace

from archive_app import serving
from archive_app.access.law import HOLDS
from archive_app.cli.frame import DONE, Command
from archive_app.config import Settings, prepare
from archive_app.errors import Invalid


def _whose(parser: ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")


def _arguments(parser: ArgumentParser) -> None:
    _whose(parser)
    parser.add_argument("--role", required=True, choices=tuple(HOLDS))
    parser.add_argument("--collection", metavar="SLUG", action="extend", nargs="+", default=[],
                        help="the collections an archivist or custodian tends (none named: all)")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from the standard input, one line")
    parser.add_argument("--totp-stdin", action="store_true",
                        help="read the second-factor secret (base32) from the standard input, one line, after the password")


def add_user_command(chosen: Settings, given: Namespace) -> int:
    """Run `user add`. Raises Invalid, Conflict."""
    from archive_app.actions.accounts import SHELL, add_account
    from archive_app.records.base import open_engine

    password = _line("password") if given.password_stdin else _typed()
    secret = _line("totp") if given.totp_stdin else None
    chosen = prepare(chosen)
    serving.bring_up_to_date(chosen)
    engine = open_engine(chosen.database_url)
    try:
        added = add_account(engine, given.email, given.role, given.collection, password, secret, actor=SHELL)
    finally:
        engine.dispose()
    print(f"Added {added.email} as {added.role}.")
    return DONE


def close_user_command(chosen: Settings, given: Namespace) -> int:
    """Run `user close`. Raises Invalid."""
    from archive_app.actions.accounts import SHELL, close_account
    from archive_app.records.base import open_engine

    chosen = prepare(chosen)
    serving.bring_up_to_date(chosen)
    engine = open_engine(chosen.database_url)
    try:
        close_account(engine, given.email, actor=SHELL)
    finally:
        engine.dispose()
    print("The account is closed and its sessions have ended.")
    return DONE


def _line(field: str) -> str:
    try:
        line = sys.stdin.readline().rstrip("\r\n")
        line.encode()  # in a locale without UTF-8 other bytes come as half letters
    except UnicodeError:
        raise Invalid(field, "what came on the standard input is not written in UTF-8") from None
    if not line:
        raise Invalid(field, "nothing came on the standard input: write it there, on a line of its own")
    return line


def _typed() -> str:
    if not sys.stdin.isatty():
        raise Invalid("password", "there is no terminal to type it: give it on the standard input, with --password-stdin")
    try:
        password = getpass.getpass("Password: ")
        again = getpass.getpass("The same again: ")
    except EOFError:
        raise Invalid("password", "nothing was typed: no account was added") from None
    if again != password:
        raise Invalid("password", "the two are not the same")
    return password


def _code_arguments(parser: ArgumentParser) -> None:
    _whose(parser)
    parser.add_argument("--second-factor", action="store_true", help="for somebody who lost their second factor and the recovery codes")


def code_command(chosen: Settings, given: Namespace) -> int:
    """Run `user code`: the code is written once, to the standard output. Raises Invalid, Conflict."""
    from archive_app.actions import one_time
    from archive_app.actions.recovering import issue
    from archive_app.records.base import open_engine

    chosen = prepare(chosen)
    serving.bring_up_to_date(chosen)
    engine = open_engine(chosen.database_url)
    try:
        issued = issue(engine, given.email, second_factor=given.second_factor)
    finally:
        engine.dispose()
    where = {one_time.PASSWORD: "for a new password, at /account/new-password",
             one_time.REGISTER: "to confirm the registration, at /register/confirm",
             one_time.SECOND_FACTOR: "in place of the second factor, after the password, at /account/lost-second-factor"}
    print(issued.code)
    print(f"It works once, within an hour, {where[issued.purpose]}. Give it to nobody but its owner, on a way on which you know them.")
    return DONE


COMMANDS = (
    Command("user add", "Add an account.", add_user_command, _arguments),
    Command("user close", "Close an account for good and end its sessions.", close_user_command, _whose),
    Command("user code", "Make a one-time code for a forgotten password, a registration or a lost second factor.", code_command,
            _code_arguments),
)

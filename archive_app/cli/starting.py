"""init, serve, worker: what brings an archive to life and keeps it running.

What may not live here: how processes are started and stopped (serving).
"""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace

from archive_app import serving
from archive_app.cli.frame import DONE, Command
from archive_app.config import Settings, prepare, settings


def _init(chosen: Settings, given: Namespace) -> int:
    new = serving.bring_up_to_date(prepare(chosen))
    print(f"{'Made' if new else 'Up to date:'} the archive in {chosen.data_dir}.")
    return DONE


def _serve_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", help="the address to listen on (ARCHIVE_HOST)")
    parser.add_argument("--port", help="the port to listen on, 0 for any free one (ARCHIVE_PORT)")
    parser.add_argument("--with-worker", action="store_true", help="run a worker beside it, which stops when this stops")
    parser.add_argument("--sample", action="store_true", help="put the sample archive into an archive that is made by this start")


def _serve(chosen: Settings, given: Namespace) -> int:
    named = {f"ARCHIVE_{name}": value for name, value in (("HOST", given.host), ("PORT", given.port)) if value is not None}
    if named:
        chosen = settings({**os.environ, **named})
    return serving.serve(prepare(chosen), with_worker=given.with_worker, sample=given.sample)


def _worker_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--beside", action="store_true", help="stop when the standard input closes, as it does when `serve` ends")


def _worker(chosen: Settings, given: Namespace) -> int:
    return serving.work(prepare(chosen), until_input_closes=given.beside)


COMMANDS = (
    Command("init", "Make the archive, or bring it to this version.", _init),
    Command("serve", "Serve the archive to browsers until it is told to stop.", _serve, _serve_arguments),
    Command("worker", "Do what was promised for later (index, copies, imports, erasing, letters) until it is told to stop.", _worker,
            _worker_arguments),
)

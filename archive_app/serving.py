"""How the processes of an archive are started and stopped: the web server, and a worker beside it.

Three processes: this one, which only watches; the web server's, with threads; the worker's. Whichever of them is killed, the
others end too, so nothing is left behind to hold the port or the database. Like `create_app`, this is a joint: it may see
every room, and nothing but `cli` may see it. What may not live here: anything about testimony.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from archive_app.config import PREFIX, Settings, is_loopback, refuse_unsafe
from archive_app.errors import Conflict, Invalid

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from archive_app.actions.account_letters import Facts
    from archive_app.jobs.mailing import Office

STOP_SECONDS = 5
"""How long what is under way may take when the archive is told to stop; after that it is cut off."""
PAUSE_SECONDS = 2.0
"""How long to wait before a worker that died is started again."""
PENDING = "sample-pending"
"""The name in instance/ of the mark of a first start whose sample archive is not complete."""
WORKER = (sys.executable, "-m", "archive_app.cli", "worker", "--beside")
LOG_LINE = "%(time)s %(method)s %(path)s %(status)d %(dt_ms).0f ms"


def bring_up_to_date(chosen: Settings) -> bool:
    """Bring the database to the newest migration; answers whether it was empty before. Raises Conflict where a restore is not finished."""
    from sqlalchemy import inspect

    from archive_app.actions.restoring import refuse_unfinished
    from archive_app.records.base import migrate, open_engine

    refuse_unfinished(chosen)
    engine = open_engine(chosen.database_url)
    try:
        new = not inspect(engine).has_table("alembic_version")
    finally:
        engine.dispose()
    migrate(chosen.database_url)
    return new


def agree_with_ledger(chosen: Settings) -> None:
    """What the ledger of withdrawals lacks is written into it; what it knows to be closed and the database does not is closed. Raises
    Damaged where the ledger cannot be read."""
    from archive_app.actions import restoring, withdrawals
    from archive_app.records.base import open_engine
    from archive_app.storage import ledger

    engine = open_engine(chosen.database_url, chosen.ledger_file)
    try:
        if added := withdrawals.follow(engine):
            print(f"Written into the ledger of withdrawals, which lacked what the database knows: {added}.", file=sys.stderr)
        replayed = restoring.replay(engine, ledger.read(chosen.ledger_file))
    finally:
        engine.dispose()
    if replayed != restoring.Replayed():
        print(f"The database did not know of withdrawals in the ledger. Testimonies closed now: {len(replayed.closed)}; taken back to the "
              f"desk: {len(replayed.unpublished)}; not here, and kept out: {len(replayed.kept_out)}.", file=sys.stderr)


def serve(chosen: Settings, *, with_worker: bool, sample: bool) -> int:
    """Serve until SIGINT, SIGTERM or SIGHUP; answers the exit code. `sample` fills an archive that is made by this start.
    Raises Invalid where the settings are not safe, Conflict where the port is taken."""
    refuse_unsafe(chosen, chosen.host)
    port = free_port(chosen.host, chosen.port)
    pending = chosen.instance_dir / PENDING
    if bring_up_to_date(chosen) and sample:
        pending.touch()
    agree_with_ledger(chosen)
    refuse_demo_accounts(chosen, pending.exists())
    if pending.exists():
        command = [sys.executable, "-m", "archive_app.cli", "sample", *(["--leave-copies"] if with_worker else [])]
        if subprocess.run(command, check=False).returncode != 0:
            return 1
        pending.unlink()
    beside = Beside() if with_worker else None
    try:
        return _serve_web(chosen, port)
    finally:
        if beside:
            beside.stop()


def refuse_demo_accounts(chosen: Settings, about_to_be_made: bool) -> None:
    """Raises Invalid where others than this machine could sign in with the demo accounts of the sample archive."""
    from archive_app.records.base import open_engine
    from archive_app.records.demo import open_demo_accounts

    if is_loopback(chosen.host):
        return
    engine = open_engine(chosen.database_url)
    try:
        if about_to_be_made or open_demo_accounts(engine):
            raise Invalid(PREFIX + "HOST", "the demo accounts of the sample archive would be open to everybody who reaches "
                                           f"{chosen.host}: serve it on 127.0.0.1, or start an archive without them (--empty)")
    finally:
        engine.dispose()


def free_port(host: str, port: int) -> int:
    """`port`, or any free one for 0, after trying it: the server itself would share a taken port without a word."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            return int(trial.getsockname()[1])
    except socket.gaierror as error:
        raise Invalid(PREFIX + "HOST", f"{host} is not known here: {error.strerror}") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Conflict(f"port {port}", "something else listens on it; stop that, or choose another with --port") from error
        raise Invalid(PREFIX + "PORT", f"cannot listen on {host} port {port}: {error.strerror}") from error


def _serve_web(chosen: Settings, port: int) -> int:
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        target="archive_app:create_app", address=chosen.host, port=port, interface=Interfaces.WSGI, http=HTTPModes.http1,
        blocking_threads=chosen.threads, backpressure=4 * chosen.threads, workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.error, log_dictconfig=_logging(), log_access=True, log_access_format=LOG_LINE)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # a closed terminal stops it, unless nohup says otherwise
        server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
    try:
        server.serve(target_loader=partial(load, chosen, port), wrap_loader=False)
    except SystemExit as end:  # Ctrl-C reaches both processes: the child's end may be noticed first
        return 0 if server.interrupt_signal else int(end.code or 0)
    return 0


def load(chosen: Settings, port: int) -> WSGIApplication:
    """In the web server's process: make the application, and end when the process that watches is gone."""
    import multiprocessing

    from archive_app import create_app

    def end_with_parent() -> None:
        if watching := multiprocessing.parent_process():
            watching.join()
            os.kill(os.getpid(), signal.SIGTERM)

    application: WSGIApplication = create_app(chosen)
    threading.Thread(target=end_with_parent, daemon=True).start()
    threading.Thread(target=announce, args=(chosen.host, port), daemon=True).start()
    return application


def announce(host: str, port: int) -> None:
    """Print where the archive is as soon as it answers there, not before: people and scripts go by this line."""
    while True:
        try:
            socket.create_connection((host, port), timeout=STOP_SECONDS).close()
        except OSError:
            threading.Event().wait(0.02)
        else:
            break
    print(f"The archive is at http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl-C stops it).", flush=True)


class OnlyTheRoom(logging.Filter):
    """Leaves of a path its first part, and nothing where there is no such page: ids, names and what was typed stay out of logs.
    Neither queries nor the visitors' addresses are in the line at all."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the path in place; every record passes."""
        if isinstance(record.args, dict):
            first = re.match(r"/[a-z-]*", str(record.args.get("path", "")))
            known = first and record.args.get("status") != 404
            record.args = {**record.args, "path": first.group() if first and known else "-"}
        return True


def _logging() -> dict[str, Any]:
    line = {"()": "logging.Formatter", "fmt": "%(message)s"}
    handler = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "line"}
    return {"formatters": {"line": line}, "filters": {"room": {"()": OnlyTheRoom}},
            "handlers": {"plain": handler, "access": {**handler, "filters": ["room"]}},
            "loggers": {"_granian": {"handlers": ["plain"], "propagate": False},
                        "granian.access": {"handlers": ["access"], "level": "INFO", "propagate": False}}}


class Beside:
    """A worker beside the web server: started again when it dies, ended with `stop`. It holds the reading end of a pipe from this
    process and ends by itself when the pipe closes."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._turn = threading.Lock()
        self.process = self._start()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Ask it to end; cut it off after STOP_SECONDS (its jobs are rows: another worker takes them up)."""
        self._stopping.set()
        with self._turn:  # either the next worker was started before this, and is ended here, or it never is
            self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._watcher.join()
        self._close_input()

    def _start(self) -> subprocess.Popen[bytes]:
        # its own session: Ctrl-C in the terminal reaches only the process that watches, which then ends it in order
        return subprocess.Popen(WORKER, stdin=subprocess.PIPE, start_new_session=True)

    def _close_input(self) -> None:
        if self.process.stdin:
            self.process.stdin.close()

    def _watch(self) -> None:
        while True:
            code = self.process.wait()
            if self._stopping.is_set():
                return
            self._close_input()
            print(f"The worker ended with {code} and is started again.", file=sys.stderr, flush=True)
            if self._stopping.wait(PAUSE_SECONDS):
                return
            with self._turn:
                if self._stopping.is_set():
                    return
                self.process = self._start()


def work(chosen: Settings, *, until_input_closes: bool) -> int:
    """Run a worker until SIGINT, SIGTERM, or, where asked for, until the standard input closes; answers the exit code."""
    from archive_app.jobs import worker

    stop = threading.Event()

    def end_with_input() -> None:
        while os.read(0, 1024):  # not sys.stdin: its lock would be held by this thread when Python ends
            pass
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if until_input_closes:
        threading.Thread(target=end_with_input, daemon=True).start()
    worker.run(chosen, stop, _office(chosen) if chosen.by_mail else None)
    return 0


def _office(chosen: Settings) -> Office:
    """How letters are written and sent. Pages know the words; they are loaded when there is a letter."""
    from archive_app.jobs.mailing import Office
    from archive_app.jobs.posting import post

    def write(facts: Facts) -> tuple[str, str]:
        from archive_app.web.letters import write as written

        return written(facts, chosen.base_url, chosen.languages)

    return Office(write, post(chosen.mail_url, chosen.base_url))

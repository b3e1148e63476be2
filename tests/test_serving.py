"""Processes: what refuses to start, what a log line holds, and that nothing is left behind however the archive ends."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive_app import serving
from archive_app.config import Settings, prepare, settings
from archive_app.errors import Conflict, Invalid
from archive_app.records.accounts import Account
from archive_app.records.base import open_engine, writing
from tests.factories.suites import spread

CHILDREN = """
import sys
import archive_app
from archive_app import serving
from archive_app.config import prepare, settings

def hello(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]

archive_app.create_app = lambda chosen: hello
serving.WORKER = ("/bin/sh", "-c", "echo worker; read line")
sys.exit(serving.serve(prepare(settings()), with_worker=True, sample=False))
"""
WORK = """
import sys, types
import archive_app.jobs
from archive_app import serving
from archive_app.config import settings

def run(chosen, stop, office):
    print("working", flush=True)
    stop.wait()
    print("stopped", flush=True)

archive_app.jobs.worker = sys.modules["archive_app.jobs.worker"] = types.SimpleNamespace(run=run)
sys.exit(serving.work(settings(), until_input_closes=True))
"""


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    return prepare(settings({"ARCHIVE_DATA_DIR": str(tmp_path), "ARCHIVE_PORT": "0"}))


@contextmanager
def started(script: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    environ, pipe = {**os.environ, "ARCHIVE_DATA_DIR": str(folder), "ARCHIVE_PORT": "0"}, subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", script], env=environ, stdin=pipe, stdout=pipe, text=True) as run:
        try:
            yield run
        except BaseException:
            run.kill()  # its children follow by themselves
            raise


@pytest.mark.parametrize("ending", spread([signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL][::-1], 2))
def test_the_archive_serves_and_ends_without_leaving_anything_behind(ending: signal.Signals, tmp_path: Path) -> None:
    with started(CHILDREN, tmp_path) as process:
        assert process.stdout
        lines = sorted([process.stdout.readline(), process.stdout.readline()])
        assert lines[0].startswith("The archive is at http://127.0.0.1:") and lines[1] == "worker\n"
        with urllib.request.urlopen(lines[0].split()[4], timeout=20) as page:
            assert page.read() == b"hello"
        process.send_signal(ending)
        rest = process.stdout.read()  # ends when the last process that holds the pipe has ended: a child left behind hangs here
        assert process.wait(30) == (-signal.SIGKILL if ending is signal.SIGKILL else 0)
        assert rest == ""


def test_a_worker_ends_in_order_when_its_input_closes_or_it_is_told_to(tmp_path: Path) -> None:
    for told in (False, True):
        with started(WORK, tmp_path) as process:
            assert process.stdout and process.stdin
            assert process.stdout.readline() == "working\n"
            if told:
                process.terminate()
            else:
                process.stdin.close()
            assert process.stdout.read() == "stopped\n"
            assert process.wait(30) == 0


def test_a_worker_that_dies_is_started_again_and_stop_ends_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pipe = tmp_path / "starts"
    os.mkfifo(pipe)
    monkeypatch.setattr(serving, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(serving, "WORKER", ("/bin/sh", "-c", 'echo started > "$0"; read line', str(pipe)))
    beside = serving.Beside()
    assert pipe.read_text() == "started\n"
    beside.process.kill()
    assert pipe.read_text() == "started\n"
    beside.stop()
    assert beside.process.returncode == -signal.SIGTERM


def test_a_taken_port_is_said_to_be_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Conflict, match="something else listens"):
        serving.free_port("127.0.0.1", taken.getsockname()[1])
    assert serving.free_port("127.0.0.1", 0) > 0


def test_an_address_that_is_not_ours_is_refused() -> None:
    with pytest.raises(Invalid, match="cannot listen on 192.0.2.1"):
        serving.free_port("192.0.2.1", 0)


def test_demo_accounts_are_refused_where_others_reach_them(tmp_path: Path) -> None:
    public = prepare(settings({"ARCHIVE_DATA_DIR": str(tmp_path), "ARCHIVE_HOST": "0.0.0.0"}))
    assert serving.bring_up_to_date(public)
    assert not serving.bring_up_to_date(public)
    serving.refuse_demo_accounts(public, about_to_be_made=False)
    with pytest.raises(Invalid, match="serve it on 127"):
        serving.refuse_demo_accounts(public, about_to_be_made=True)
    engine = open_engine(public.database_url)
    with writing(engine) as session:
        account = Account(email="reader@demo.example", role="researcher", password_hash="-", demo=True, created_at=1)
        session.add(account)
        session.commit()
        with pytest.raises(Invalid, match="demo accounts"):
            serving.refuse_demo_accounts(public, about_to_be_made=False)
        serving.refuse_demo_accounts(settings({"ARCHIVE_DATA_DIR": str(tmp_path)}), about_to_be_made=True)
        account.closed_at = 2
        session.commit()
    serving.refuse_demo_accounts(public, about_to_be_made=False)
    engine.dispose()


def test_an_unsafe_archive_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        serving.serve(settings({"ARCHIVE_DATA_DIR": str(tmp_path)}), with_worker=False, sample=False)


def test_a_sample_that_fails_is_tried_again_at_the_next_start(chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([1, 0])
    calls: list[list[str]] = []

    def run(command: list[str], check: bool) -> subprocess.CompletedProcess[str]:
        calls.append(command[-1:])
        return subprocess.CompletedProcess(command, next(answers))

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(serving, "_serve_web", lambda chosen, port: 0)
    assert serving.serve(chosen, with_worker=False, sample=True) == 1
    assert serving.serve(chosen, with_worker=False, sample=True) == 0
    assert serving.serve(chosen, with_worker=False, sample=True) == 0
    assert calls == [["sample"], ["sample"]]


@pytest.mark.parametrize(("path", "status", "shown"), [
    ("/testimonies/karimova-1992", 200, "/testimonies"), ("/", 200, "/"), ("/people.json", 200, "/people"),
    ("/Karimova", 404, "-"), ("/submit/seven-secret-words", 404, "-"), ("/search\nGET /forged", 200, "/search"), ("", 400, "-")])
def test_a_log_line_holds_no_name_query_address_or_id(path: str, status: int, shown: str) -> None:
    record = logging.LogRecord("granian.access", logging.INFO, "", 0, serving.LOG_LINE, None, None)
    record.args = {"path": path, "status": status, "method": "GET", "time": "now", "dt_ms": 1.0,
                   "query_string": "q=Karimova", "addr": "192.0.2.7"}
    assert serving.OnlyTheRoom().filter(record)
    assert record.getMessage() == f"now GET {shown} {status} 1 ms"

"""The frame of the command line: what is printed where, and with which exit code."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

import pytest

from archive_app import cli, serving
from archive_app.cli import frame
from archive_app.config import Settings
from archive_app.errors import ArchiveError, Damaged, Invalid, NotFound


@pytest.fixture(autouse=True)
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("ARCHIVE_") and not name.startswith("ARCHIVE_TEST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def command(name: str, error: BaseException | None = None) -> frame.Command:
    def run(chosen: Settings, given: Namespace) -> int:
        if error:
            raise error
        frame.report(given, {"name": given.name, "folder": chosen.data_dir.name}, [f"{given.name} is done."])
        return frame.FINDINGS

    def arguments(parser: ArgumentParser) -> None:
        parser.add_argument("name")
        frame.json_option(parser)

    return frame.Command(name, "Does a thing.", run, arguments)


def test_every_command_has_a_sentence_and_its_own_name() -> None:
    names = [command.name for command in cli.COMMANDS]
    assert len(set(names)) == len(names)
    assert [command.name for command in cli.COMMANDS if not command.help.endswith(".")] == []


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["--help"])
    shown = capsys.readouterr().out
    assert end.value.code == 0
    assert [command.name for command in cli.COMMANDS if command.name.split()[0] not in shown] == []


@pytest.mark.parametrize("arguments", [[], ["no-such-command"], ["init", "--no-such-option"], ["thing"], ["thing", "add"]])
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        frame.run([command("thing add"), *cli.COMMANDS], arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err


def test_a_command_answers_the_exit_code_and_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert frame.run([command("look")], ["look", "Ada"]) == 1
    assert capsys.readouterr().out == "Ada is done.\n"


def test_two_words_are_a_command_in_a_group_and_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert frame.run([command("user add"), command("user close"), command("look")], ["user", "close", "Əsmər", "--json"]) == 1
    shown = capsys.readouterr().out
    assert json.loads(shown) == {"name": "Əsmər", "folder": "data"}
    assert "Əsmər" in shown


@pytest.mark.parametrize(("error", "code"), [(Invalid("date", "say when"), 2), (NotFound(), 1), (Damaged("a", "b", "c"), 1)])
def test_an_error_of_ours_is_one_sentence(error: ArchiveError, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert frame.run([command("look", error)], ["look", "x"]) == code
    written = capsys.readouterr()
    assert written.err == f"archive-app: {error}\n" and written.out == ""


def test_any_other_error_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        frame.run([command("look", ZeroDivisionError())], ["look", "x"])


def test_ctrl_c_is_no_trace(capsys: pytest.CaptureFixture[str]) -> None:
    assert frame.run([command("look", KeyboardInterrupt())], ["look", "x"]) == 130
    assert capsys.readouterr().err == "archive-app: stopped\n"


def test_a_bad_setting_ends_with_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ARCHIVE_PORT", "many")
    assert cli.main(["init"]) == 2
    assert capsys.readouterr().err.startswith("archive-app: ARCHIVE_PORT: ")


def test_init_makes_an_archive_and_then_finds_it(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["init"]) == 0
    assert capsys.readouterr().out == f"Made the archive in {archive}.\n"
    assert (archive / "instance" / "archive.sqlite3").is_file() and (archive / "instance" / "secret").is_file()
    assert cli.main(["init"]) == 0
    assert capsys.readouterr().out == f"Up to date: the archive in {archive}.\n"


def test_serve_gives_options_the_weight_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int, bool, bool, bool]] = []

    def serve(chosen: Settings, *, with_worker: bool, sample: bool) -> int:
        seen.append((chosen.host, chosen.port, chosen.require_second_factor, with_worker, sample))
        return 0

    monkeypatch.setattr(serving, "serve", serve)
    monkeypatch.setenv("ARCHIVE_PORT", "9000")
    assert cli.main(["serve"]) == 0
    assert cli.main(["serve", "--host", "0.0.0.0", "--port", "0", "--with-worker", "--sample"]) == 0
    assert seen == [("127.0.0.1", 9000, False, False, False), ("0.0.0.0", 0, True, True, True)]
    assert cli.main(["serve", "--port", "x"]) == 2

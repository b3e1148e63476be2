"""The documents say what the code does: every setting, command, address and dependency, and nothing that is not there."""

from __future__ import annotations

import ast
import re
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from configparser import ConfigParser
from pathlib import Path

import pytest

from archive_app import create_app
from archive_app.cli import COMMANDS
from archive_app.cli.frame import Command
from archive_app.config import TABLE, Setting, prepare, settings
from archive_app.exchange.formats import FORMATS, offered
from archive_app.exchange.table import COLUMNS

CHECKOUT = Path(__file__).resolve().parents[2]
HOUSE = CHECKOUT / "archive_app"
ROOMS = sorted(path.parent.relative_to(HOUSE).as_posix() for path in HOUSE.rglob("__init__.py") if path.parent != HOUSE)


def rows(name: str) -> list[tuple[str, ...]]:
    """The cells of every table of a document, without headings and rules."""
    lines = (CHECKOUT / "docs" / name).read_text(encoding="utf-8").splitlines()
    cells = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in lines if line.startswith("| ")]
    return [row for row in cells if row[0] not in ("variable", "command", "address", "distribution", "column")]


def setting_row(row: Setting) -> tuple[str, ...]:
    default = f"`{row.default.replace('{data}', 'DATA_DIR')}`" if row.default else "empty"
    return f"`{row.variable}`", row.kind, "the checkout" if row.name == "DATA_DIR" else default, row.reason


def command_row(command: Command) -> tuple[str, ...]:
    parser = ArgumentParser(add_help=False)
    command.arguments(parser)
    names = [action.option_strings[0] if action.option_strings else str(action.metavar or action.dest.upper())
             for action in parser._actions]
    return f"`{command.name}`", " ".join(f"`{name}`" for name in names), command.help


def twin_of(address: str) -> str:
    return "/index.json" if address == "/" else f"{address}.json"


def repeated(names: Iterable[str]) -> list[str]:
    return sorted(name for name, times in Counter(names).items() if times > 1)


def requirements(text: str) -> list[str]:
    return [re.split(r"[=<>!~; ]", line)[0] for line in text.split("\n") if line.strip()]


def test_settings() -> None:
    assert rows("settings.md") == [setting_row(row) for row in TABLE]


def test_commands() -> None:
    assert sorted(rows("commands.md")) == sorted(command_row(command) for command in COMMANDS)


def test_addresses(tmp_path: Path) -> None:
    app = create_app(prepare(settings({"ARCHIVE_DATA_DIR": str(tmp_path)})))
    served = {re.sub(r"<[^<>]*:(\w+)>", r"<\1>", str(rule)) for rule in app.url_map.iter_rules()}
    described = [(row[0].strip("`"), row[1]) for row in rows("addresses.md")]
    assert repeated(address for address, _ in described) == []
    twins = [twin_of(address) for address, twin in described if twin == "twin"]
    assert sorted(served) == sorted([*(address for address, _ in described), *twins])
    assert [row[0] for row in rows("addresses.md") if len(row[2]) < 5] == []


def test_every_ending_is_named_where_it_is_read_and_where_it_is_written() -> None:
    imported = (CHECKOUT / "docs" / "import.md").read_text(encoding="utf-8")
    folder, _, formats = imported.partition("## Formats of transcripts")
    assert endings(folder) >= set(FORMATS) and endings(formats) >= set(FORMATS) - {"xml"} and "## OHMS" in formats
    written = next(line for line in formats.splitlines() if line.startswith("Written are "))
    assert endings(written) == set(offered())
    served = next(row for row in rows("addresses.md") if row[0] == "`/testimonies/<id>/transcripts/<n>.<extension>`")
    assert set(re.findall(r"`(\w+)`", served[2])) - {"n"} == set(offered())


def endings(text: str) -> set[str]:
    """`a.vtt .srt` names vtt and srt."""
    return set(re.findall(r"\.(\w+)", text))


def test_every_cell_of_a_manifest_is_described() -> None:
    cells = "\n".join(row[0] for row in rows("import.md"))
    named = set(re.findall(r"`(\w+)`", cells))
    layers = {f"access_{name}" for name in named}
    assert [column for column in COLUMNS["manifest"] if column not in named | layers] == []


def test_dependencies() -> None:
    parser = ConfigParser()
    parser.read(CHECKOUT / "setup.cfg", encoding="utf-8")
    named = requirements(parser["options"]["install_requires"])
    for extra in parser["options.extras_require"].values():
        named += requirements(extra)
    assert sorted(named) == sorted(row[0] for row in rows("dependencies.md"))
    assert [row[0] for row in rows("dependencies.md") if len(row[1]) < 10] == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_names_every_module_in_it(room: str) -> None:
    picture = ast.get_docstring(ast.parse((HOUSE / room / "__init__.py").read_text(encoding="utf-8"))) or ""
    there = {path.stem for path in (HOUSE / room).glob("*.py")} | {path.parent.name for path in (HOUSE / room).glob("*/__init__.py")}
    assert undrawn(picture, there - {"__init__", "__main__"}) == ([], [])


def test_rooms_inside_rooms_are_among_them() -> None:
    assert {"web", "web/desk", "web/submit"} <= set(ROOMS)


def undrawn(picture: str, there: set[str]) -> tuple[list[str], list[str]]:
    """(modules that a picture does not name, rows of it that are no module)."""
    return sorted(there - set(re.findall(r"\w+", picture))), sorted(set(re.findall(r"(?m)^    (\w+)  +\S", picture)) - there)


def test_what_is_not_drawn_would_be_seen() -> None:
    assert undrawn("A room.\n\n    gate     one clause\n    names, words    both\n", {"gate", "names", "words"}) == ([], [])
    assert undrawn("A room.\n\n    gate     one clause\n    gone    away", {"gate", "names"}) == (["names"], ["gone"])


def test_a_document_that_says_too_little_or_too_much_would_be_seen() -> None:
    assert len(rows("settings.md")) == len(TABLE) and all(len(row) == 4 for row in rows("settings.md"))
    assert repeated(["/a", "/b", "/a"]) == ["/a"] and repeated(["/a", "/b"]) == []
    assert len(rows("commands.md")) > 2 and len(rows("dependencies.md")) > 10 and len(rows("addresses.md")) > 10
    assert requirements("\na==1\npsycopg[binary]==3.3.9\npyparsing<3.3") == ["a", "psycopg[binary]", "pyparsing"]

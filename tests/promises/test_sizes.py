"""The house stays small enough to be read: sizes of modules and functions, a docstring for each, and nothing new at the top."""

from __future__ import annotations

import ast
import subprocess
from importlib.metadata import packages_distributions
from pathlib import Path
from statistics import median

import pytest

import archive_app

HOUSE = Path(archive_app.__file__).parent
CHECKOUT = HOUSE.parent
MOST_LINES, MOST_LINES_OF_A_FUNCTION, MEDIAN_LINES = 300, 50, 120
TOP = {"archive_app", "media", "search_index", "migrations", "tests", "bench", "docs", ".ci", "setup.cfg", "pyproject.toml",
       "README.md", "LICENSE", "run", "test", ".gitignore", "ruff.toml"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def too_long(path: str, source: str) -> list[str]:
    """What exceeds the sizes in one module."""
    lines = source.count("\n")
    wrong = [f"{path} has {lines} lines"] if lines > MOST_LINES else []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, FUNCTIONS) and (size := (node.end_lineno or 0) - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION:
            wrong.append(f"{path}:{node.lineno} {node.name} has {size} lines")
    return wrong


def undescribed(path: str, source: str) -> list[str]:
    """The module, and its public functions, without a docstring."""
    tree = ast.parse(source)
    wrong = [] if ast.get_docstring(tree) else [f"{path} has no docstring"]
    for function in [node for node in tree.body if isinstance(node, FUNCTIONS)]:
        if not function.name.startswith("_") and not ast.get_docstring(function):
            wrong.append(f"{path}:{function.lineno} {function.name} has no docstring")
    return wrong


def strangers(names: list[str]) -> list[str]:
    """Top-level names that nobody agreed on."""
    return sorted({name.split("/")[0] for name in names} - TOP)


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    return {path.relative_to(CHECKOUT).as_posix(): path.read_text(encoding="utf-8") for path in sorted(HOUSE.rglob("*.py"))}


def test_nothing_is_too_long(sources: dict[str, str]) -> None:
    wrong = [line for path, source in sources.items() for line in too_long(path, source)]
    assert not wrong, "\n".join(wrong)


def test_most_modules_are_short(sources: dict[str, str]) -> None:
    assert median(source.count("\n") for source in sources.values()) <= MEDIAN_LINES


def test_everything_public_is_described(sources: dict[str, str]) -> None:
    wrong = [line for path, source in sources.items() for line in undescribed(path, source)]
    assert not wrong, "\n".join(wrong)


def test_nothing_new_stands_at_the_top() -> None:
    if not (CHECKOUT / ".git").exists():
        pytest.skip("no git here: what belongs to the project cannot be told from what lies beside it")
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=CHECKOUT, check=True,
                            capture_output=True, text=True).stdout.splitlines()
    assert strangers([name for name in listed if (CHECKOUT / name).exists()]) == []


def test_one_distribution_provides_whoosh() -> None:
    assert packages_distributions()["whoosh"] == ["Whoosh-Reloaded"]


def test_what_is_too_long_is_seen() -> None:
    body = "    pass\n" * 50
    assert too_long("a.py", f"def f():\n{body}") == ["a.py:1 f has 51 lines"]
    assert too_long("a.py", f"class A:\n  async def f():\n{body}") == ["a.py:2 f has 51 lines"]
    assert too_long("a.py", "x = 1\n" * 301) == ["a.py has 301 lines"]
    assert too_long("a.py", "x = 1\n" * 300) == []


def test_what_is_undescribed_is_seen() -> None:
    assert undescribed("a.py", "def f(): pass") == ["a.py has no docstring", "a.py:1 f has no docstring"]
    assert undescribed("a.py", "'Says.'\ndef _f(): pass\ndef g():\n    'Does.'\n") == []


def test_a_stranger_is_seen() -> None:
    assert strangers(["archive_app/a.py", "helpers/x.py", "run", "notes.txt"]) == ["helpers", "notes.txt"]

"""Imports fall one way, and three doors stay closed (docs/architecture.md). Read from the source: nothing is run to see it.

Each rule is a function from one module to what is wrong in it; each is also fed a bad module, because a check that cannot fail
proves nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import archive_app

HOUSE = Path(archive_app.__file__).parent
FLOORS = (("web", "cli", "jobs"), ("actions",), ("search", "exchange"), ("access",), ("storage",), ("records",), ("language",),
          ("errors", "clock", "ids", "files", "config"))
"""A room imports only from floors below its own, and itself."""
GROUND = FLOORS[-1]
NARROWER = {"language": (), "records": GROUND}
"""Rooms that see less than the floors below them."""
JOINTS = ("", "serving")
"""`archive_app/__init__.py` joins the parts, `serving.py` the processes: they see everything."""
SEEN_BY = {"": ("serving",), "serving": ("cli",)}
SIDEWAYS = {
    ("cli", "jobs", "indexing"): "a command is done when its index jobs are: it does them itself where no worker is",
    ("cli", "jobs", "deriving"): "so with the copies of recordings",
    ("cli", "jobs", "erasing"): "and with what was erased",
}
"""The ways between rooms that stand side by side."""

READINGS_ONLY = ("web/", "exchange/", "search/documents.py")
READINGS = ("readings", "registry_readings", "request_readings", "index_readings")
OPEN = (*READINGS, "terms")
"""What pages and formats may take from `access`; of these, `terms` is the lattice itself: pure, and nobody's."""
OPEN_TO_WEB = (*OPEN, "reading_room", "viewer")
OPEN_TO_DESK = (*OPEN_TO_WEB, "desk", "kept_readings", "kept_registry_readings", "kept_transcript_readings", "kept_erasure_readings",
                "explaining", "law")
"""Kept readings go to the pages of the desk, and to no others."""
QUERYING = ("access/", "records/", "jobs/leases.py")
COMMITTING = {
    "actions/change.py": "what people entrusted to us",
    "actions/fixity.py": "fixity checks",
    "actions/erasing.py": "what is left to be done of an erasure",
    "actions/restoring.py": "that visits of the old machine end, and which testimonies are kept out",
    "actions/accounts.py": "accounts of people who sign in",
    "actions/sessions.py": "sessions of signed-in people",
    "actions/joining.py": "accounts that readers ask for",
    "actions/recovering.py": "one-time codes",
    "actions/enrolling.py": "second factors",
    "actions/own_account.py": "accounts changed by their owners",
    "actions/account_letters.py": "codes of letters",
    "actions/requesting.py": "what readers ask for, which opens nothing",
    "actions/uses.py": "the log of used grants",
    "actions/family_room.py": "what families bring in, sealed, before anybody has accepted it",
    "actions/drafting.py": "drafts of transcripts, which nobody has made a version yet",
    "actions/bringing_in.py": "imports by upload on their way, before anything of them is in",
    "jobs/leases.py": "job leases",
}
RANDOM = {
    "ids.py": "public ids",
    "config.py": "the secret of a first run",
    "actions/sessions.py": "sign-in tokens",
    "actions/one_time.py": "one-time codes",
    "actions/erasing.py": "the salt of what was erased",
    "actions/family_keys.py": "receipts, and the keys of what families bring in",
    "storage/archive_key.py": "the archive's own key",
    "storage/spool.py": "keys of files on their way",
    "storage/uploads.py": "names of files on their way",
    "cli/sample.py": "passwords of demo accounts",
    "storage/sealed.py": "the salt of what is sealed",
    "web/errors.py": "the number of a page that says something went wrong",
}
WALL_CLOCKS = {"clock.py": "the clock"}


@dataclass(frozen=True)
class Module:
    """`path` from archive_app on, with slashes; `imports` = (line, dotted name) of all of it that is ours or not."""

    path: str
    tree: ast.Module

    @property
    def room(self) -> str:
        first = self.path.split("/")[0].removesuffix(".py")
        return "" if first == "__init__" else first

    @property
    def imports(self) -> list[tuple[int, str]]:
        return [found for node in ast.walk(self.tree) for found in _imported(self.path, node)]

    @property
    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


def module(path: str, source: str) -> Module:
    return Module(path, ast.parse(source))


def _imported(path: str, node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Import):
        yield from ((node.lineno, alias.name) for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        parents = ["archive_app", *path.split("/")[:-1]]
        base = ".".join([*parents[: len(parents) - node.level + 1], *([node.module] if node.module else [])]) if node.level \
            else node.module or ""
        yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def _inside(path: str, places: Iterable[str]) -> bool:
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)


def _ours(found: str) -> tuple[str, str] | None:
    """(room, module in it) of an import of ours; room '' for what `archive_app/__init__.py` itself holds."""
    parts = found.split(".")
    if parts[0] != "archive_app":
        return None
    room = parts[1] if len(parts) > 1 else ""
    known = room in JOINTS or any(room in floor for floor in FLOORS)
    return (room if known else "", parts[2] if known and len(parts) > 2 else "")


def _below(room: str) -> tuple[str, ...]:
    if room in NARROWER:
        return NARROWER[room]
    level = next(number for number, floor in enumerate(FLOORS) if room in floor)
    return tuple(name for floor in FLOORS[level + 1 :] for name in floor) + (GROUND if room in GROUND else ())


def arrows(seen: Module) -> list[str]:
    """Imports that do not fall."""
    if seen.room in JOINTS:
        return []
    wrong = []
    for line, name in seen.imports:
        target = _ours(name)
        if target is None or target[0] == seen.room or (seen.room, *target) in SIDEWAYS:
            continue
        if seen.room not in SEEN_BY[target[0]] if target[0] in SEEN_BY else target[0] not in _below(seen.room):
            wrong.append(f"{seen.path}:{line} imports {name}")
    return wrong


def known_rooms(seen: Module) -> list[str]:
    """Rooms that nobody gave a floor."""
    return [] if seen.room in JOINTS or any(seen.room in floor for floor in FLOORS) else [f"{seen.path} is in no room we know"]


def no_hidden_imports(seen: Module) -> list[str]:
    """Imports that the other rules could not read."""
    return [f"{seen.path}:{call.lineno} imports by a name made at run time" for call in seen.calls
            if _name(call.func) in ("import_module", "__import__", "importlib.import_module")]


def readings_only(seen: Module) -> list[str]:
    """Door 2: pages, formats and index documents get readings, never rows."""
    if not _inside(seen.path, READINGS_ONLY):
        return []
    allowed = OPEN_TO_DESK if _inside(seen.path, ("web/desk/",)) else OPEN_TO_WEB if seen.room == "web" else OPEN
    wrong = []
    for line, name in seen.imports:
        room, inner = _ours(name) or ("", "")
        rows = room == "records" or (room == "access" and inner not in allowed) or (room == "storage" and seen.room != "web")
        if rows or (name.split(".")[0] == "sqlalchemy" and name != "sqlalchemy.Engine"):
            wrong.append(f"{seen.path}:{line} imports {name}")
    return wrong


def _name(node: ast.AST) -> str:
    """`a.b.c` of a dotted expression; what cannot be spelt so is left out: `f(x).get` is `.get`."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


SPEAKS_SQL = ("select", "text", "insert", "update", "delete", "exists", "union", "union_all", "Select", "ColumnElement")
ASKS = ("execute", "scalars", "scalar", "query", "exec_driver_sql", "stream", "scalar_one", "merge", "refresh", "get_one")
HOLDERS = ("session", "connection", "engine")


def queries(seen: Module) -> list[str]:
    """Door 1: SQL is spoken in access and records only, and where jobs are claimed."""
    if _inside(seen.path, QUERYING):
        return []
    parts = [(line, name.split(".")) for line, name in seen.imports]
    wrong = [f"{seen.path}:{line} imports {'.'.join(name)}" for line, name in parts
             if (name[0] == "sqlalchemy" and name[-1] in SPEAKS_SQL) or name[0] in ("sqlite3", "psycopg")]
    aliases = {alias.asname or alias.name for node in ast.walk(seen.tree) if isinstance(node, ast.Import)
               for alias in node.names if alias.name.startswith("sqlalchemy")}
    for node in ast.walk(seen.tree):
        if not isinstance(node, ast.Attribute):
            continue
        held = _name(node.value)
        asks = held.split(".")[-1].lower().lstrip("_") in HOLDERS and (node.attr in ASKS or node.attr == "get")
        if asks or (held.split(".")[0] in aliases and node.attr in SPEAKS_SQL) or (node.attr == "query" and held[:1].isupper()):
            wrong.append(f"{seen.path}:{node.lineno} asks the database by {held}.{node.attr}")
    return wrong


def commits(seen: Module) -> list[str]:
    """Door 3: one module commits what people entrusted to us, and a few small ones what is only ours."""
    if seen.path in COMMITTING:
        return []
    index_writer = seen.path.startswith("search/whoosh_")  # an index's commit is no database's
    return [f"{seen.path}:{call.lineno} commits" for call in seen.calls if isinstance(call.func, ast.Attribute)
            and (call.func.attr == "commit" and not index_writer
                 or (call.func.attr == "begin" and _name(call.func.value).split(".")[-1].lower().lstrip("_") in HOLDERS))]


def whoosh(seen: Module) -> list[str]:
    """One module of the search room knows the engine; another engine replaces that one."""
    return [] if seen.path.startswith("search/whoosh_") else \
        [f"{seen.path}:{line} imports {name}" for line, name in seen.imports if name.split(".")[0] == "whoosh"]


def randomness(seen: Module) -> list[str]:
    """Ids are made in one place, secrets in a few that are named."""
    if seen.path in RANDOM:
        return []
    return [f"{seen.path}:{line} imports {name}" for line, name in seen.imports
            if name.split(".")[0] in ("secrets", "uuid", "random") or name == "os.urandom"] + \
        [f"{seen.path}:{call.lineno} calls {_name(call.func)}" for call in seen.calls if _name(call.func) == "os.urandom"]


NOWS = ("time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "func.now", "time.gmtime",
        "time.localtime", "func.current_timestamp")


def clocks(seen: Module) -> list[str]:
    """One clock, so that embargoes can be tested."""
    if seen.path in WALL_CLOCKS:
        return []
    calls = [(call.lineno, _name(call.func)) for call in seen.calls]
    return [f"{seen.path}:{line} imports {name}" for line, name in seen.imports if name in NOWS] + \
        [f"{seen.path}:{line} calls {name}" for line, name in calls if name.endswith(NOWS)]


RULES: tuple[Callable[[Module], list[str]], ...] = (
    arrows, known_rooms, no_hidden_imports, readings_only, queries, commits, whoosh, randomness, clocks)

BAD = [
    (arrows, "access/gate.py", "from archive_app.search import find"),
    (arrows, "access/gate.py", "def f():\n    import archive_app.web.pages"),
    (arrows, "access/gate.py", "from ..actions.change import change"),
    (arrows, "access/gate.py", "from .. import actions"),
    (arrows, "access/gate.py", "if TYPE_CHECKING:\n    from archive_app.actions import change"),
    (arrows, "web/pages.py", "from archive_app.cli import main"),
    (arrows, "search/find.py", "from archive_app.exchange import webvtt"),
    (arrows, "exchange/webvtt.py", "from archive_app.search.find import find"),
    (arrows, "language/words.py", "from archive_app.errors import Invalid"),
    (arrows, "records/base.py", "from archive_app.language import words"),
    (arrows, "clock.py", "from archive_app.records import base"),
    (arrows, "web/pages.py", "from archive_app import create_app"),
    (arrows, "web/pages.py", "from archive_app import serving"),
    (arrows, "jobs/worker.py", "from archive_app.web import pages"),
    (arrows, "cli/archive.py", "from archive_app.jobs import worker"),
    (arrows, "cli/archive.py", "from archive_app.jobs import leases"),
    (arrows, "web/pages.py", "from archive_app.jobs.indexing import run_due"),
    (known_rooms, "helpers/misc.py", ""),
    (known_rooms, "helpers.py", ""),
    (no_hidden_imports, "web/pages.py", "import importlib\nimportlib.import_module('archive_app.records')"),
    (no_hidden_imports, "web/pages.py", "__import__('archive_app.records')"),
    (readings_only, "web/pages.py", "from archive_app.records.testimonies import Testimony"),
    (readings_only, "web/pages.py", "from archive_app.access import gate"),
    (readings_only, "web/desk/pages.py", "from archive_app.access.gate import Gate"),
    (readings_only, "web/pages.py", "from sqlalchemy.orm import Session"),
    (readings_only, "web/reads.py", "from archive_app.access.kept_readings import KeptTestimony"),
    (readings_only, "exchange/webvtt.py", "from archive_app.access.desk import Desk"),
    (readings_only, "exchange/webvtt.py", "from archive_app.access.viewer import Viewer"),
    (readings_only, "exchange/webvtt.py", "from archive_app.storage import vault"),
    (readings_only, "search/documents.py", "from archive_app.access.reading_room import ReadingRoom"),
    (queries, "actions/importing.py", "from sqlalchemy import select"),
    (queries, "actions/importing.py", "from sqlalchemy.sql import text as words"),
    (queries, "actions/importing.py", "import sqlalchemy as sa\nsa.select(1)"),
    (queries, "actions/importing.py", "import sqlite3"),
    (queries, "actions/importing.py", "session.get(Testimony, 1)"),
    (queries, "actions/importing.py", "change.session.execute(x)"),
    (queries, "jobs/worker.py", "rows = self._session.scalars(x)"),
    (queries, "web/pages.py", "session.query(Testimony)"),
    (queries, "web/pages.py", "Testimony.query.all()"),
    (queries, "search/find.py", "ask = session.scalar"),
    (commits, "actions/importing.py", "session.commit()"),
    (commits, "access/gate.py", "self.session.commit()"),
    (commits, "records/base.py", "with engine.begin():\n    pass"),
    (commits, "search/whoosh_index.py", "with session.begin():\n    pass"),
    (whoosh, "search/find.py", "from whoosh.index import open_dir"),
    (whoosh, "actions/verifying.py", "def f():\n    import whoosh"),
    (randomness, "actions/importing.py", "import uuid"),
    (randomness, "records/base.py", "from secrets import token_hex"),
    (randomness, "web/pages.py", "import os\nos.urandom(8)"),
    (clocks, "access/gate.py", "import time\ntime.time()"),
    (clocks, "access/gate.py", "from time import time"),
    (clocks, "access/gate.py", "import datetime\ndatetime.datetime.now(datetime.UTC)"),
    (clocks, "access/gate.py", "from datetime import date\ndate.today()"),
    (clocks, "records/base.py", "func.now()"),
]
GOOD = [
    ("access/gate.py", "from archive_app import clock\nfrom sqlalchemy import select\nclock.now()"),
    ("access/gate.py", "from archive_app.records.consent import Release\nfrom . import terms\nsession.execute(x)"),
    ("web/pages.py", "from archive_app.access.reading_room import ReadingRoom\nfrom archive_app.access.viewer import Viewer"),
    ("web/pages.py", "from archive_app.access import readings\nfrom archive_app.search.find import find\nrequest.args.get('q')"),
    ("exchange/webvtt.py", "from archive_app.access.readings import Segment\nfrom archive_app.language import words"),
    ("search/whoosh_index.py", "from whoosh import index\nwriter.commit(mergetype=x)"),
    ("actions/change.py", "from archive_app.access import gate\nsession.commit()\nsession.add(row)"),
    ("cli/starting.py", "from archive_app import serving\nfrom archive_app.config import settings"),
    ("cli/archive.py", "from archive_app.jobs.indexing import run_due\nfrom archive_app.jobs import indexing"),
    ("config.py", "from archive_app.errors import Invalid\nimport secrets"),
    ("__init__.py", "from archive_app.web import pages\nfrom archive_app.records import base"),
    ("serving.py", "from archive_app import create_app\nfrom archive_app.jobs import worker"),
    ("jobs/worker.py", "import time\ntime.monotonic()\nsettings.get('session')"),
]


@pytest.fixture(scope="module")
def house() -> list[Module]:
    found = [module(path.relative_to(HOUSE).as_posix(), path.read_text(encoding="utf-8")) for path in sorted(HOUSE.rglob("*.py"))]
    assert len(found) > 20
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: Callable[[Module], list[str]], house: list[Module]) -> None:
    wrong = [line for seen in house for line in rule(seen)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("rule", "path", "source"), BAD)
def test_a_rule_sees_what_is_wrong(rule: Callable[[Module], list[str]], path: str, source: str) -> None:
    assert rule(module(path, source)) != []


@pytest.mark.parametrize(("path", "source"), GOOD)
def test_the_rules_leave_alone_what_is_right(path: str, source: str) -> None:
    assert [wrong for rule in RULES for wrong in rule(module(path, source))] == []


def test_every_rule_is_tested() -> None:
    assert {rule for rule, _, _ in BAD} == set(RULES)


@pytest.mark.parametrize(("rule", "named", "path"), [
    (rule, named, path) for rule, named in ((commits, COMMITTING), (randomness, RANDOM), (clocks, WALL_CLOCKS)) for path in named])
def test_every_exception_is_needed(rule: Callable[[Module], list[str]], named: dict[str, str], path: str, house: list[Module],
                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(named, path)
    assert [wrong for seen in house if seen.path == path for wrong in rule(seen)]

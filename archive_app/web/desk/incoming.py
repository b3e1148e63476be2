"""Imports by upload, at the desk: files sent, what a dry run found, bringing them in, and the report to take away.

Nothing here needs a script: a page says how far it has come, and is asked for again by a link. What may not live here: what an import is
(actions.bringing_in), which files are taken (actions.receiving).
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, cast

from flask import Response, request

from archive_app.access.kept_readings import KeptCollection, KeptLine
from archive_app.access.terms import TIERS
from archive_app.actions import bringing_in
from archive_app.actions.bringing_in import Run
from archive_app.actions.reporting import RESULTS, Report, RowReport
from archive_app.errors import Conflict, Invalid, NotFound
from archive_app.exchange.table import COLUMNS
from archive_app.web.desk import door, taking, words
from archive_app.web.desk.door import Mistake
from archive_app.web.links import to
from archive_app.web.translate import lazy_gettext

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

SHOWN = 200
"""Rows of a report on its page; all of them are in the file."""
RESULT = {
    "created": lazy_gettext("new"), "updated": lazy_gettext("changed"), "narrowed": lazy_gettext("open to fewer"),
    "unchanged": lazy_gettext("as it was"), "refused": lazy_gettext("refused"), "missing": lazy_gettext("not in the table any more"),
    "ignored": lazy_gettext("left out"), "warning": lazy_gettext("please note")}
REGISTRY = frozenset(COLUMNS) - {"manifest"}
TAKEN = ("created", "updated", "narrowed")
"""What becomes of rows of which something is written down."""
STATE = {
    "looking": lazy_gettext("is being looked through"), "looked": lazy_gettext("waits for you"),
    "bringing": lazy_gettext("is being brought in"), "done": lazy_gettext("brought in"), "failed": lazy_gettext("could not be read"),
    "dropped": lazy_gettext("thrown away")}


def imports() -> Answer:
    """What was sent before; and one more."""
    if request.method != "POST":
        return _ask()
    form = door.Sent()
    if not form.validate():
        return _ask(door.stale(), 400)
    sent = [(each.filename or "", cast(BinaryIO, each.stream)) for each in request.files.getlist("file") if each.filename]
    options = {name: taking.typed(name) for name in ("collection", "access", "evidence")}
    try:
        id = bringing_in.receive(door.doors().incoming, door.actor(), sent, options)
    except (Invalid, Conflict) as wrong:
        return _ask((Mistake(wrong.field if isinstance(wrong, Invalid) else "", words.wrong(wrong)),), wrong.status)
    return door.go(to("/desk/import/", id))


def _ask(mistakes: tuple[Mistake, ...] = (), status: int = 200) -> Response:
    with door.desk() as desk:
        houses: tuple[KeptCollection, ...] = desk.collections()
    return door.page("imports", status, runs=bringing_in.runs(door.doors().incoming, door.actor()), form=door.Sent(), mistakes=mistakes,
                     collections=houses, tiers=tuple(TIERS), run_states=STATE, most=door.doors().incoming.most)


def brought(id: str) -> Answer:
    """How far it has come; what would change, or what did; and the two buttons."""
    room, who = door.doors().incoming, door.actor()
    if request.method != "POST":
        return _show(bringing_in.run(room, who, id))
    form = door.Sent()
    if not form.validate():
        return _show(bringing_in.run(room, who, id), door.stale(), 400)
    act = request.form.get("act", "")
    try:
        if act not in ("go", "drop"):
            raise Invalid("act", "choose what to do")
        (bringing_in.go if act == "go" else bringing_in.drop)(room, who, id)
    except (Invalid, Conflict) as wrong:
        return _show(bringing_in.run(room, who, id), (Mistake("", words.wrong(wrong)),), wrong.status)
    return door.go(to("/desk/import/", id))


def _show(run: Run, mistakes: tuple[Mistake, ...] = (), status: int = 200) -> Response:
    report = run.report or run.foreseen
    told = sorted((row for row in report.rows if row.message or row.result in TAKEN), key=lambda row: not row.message) if report else []
    counts = [(name, report.count(name)) for name in (*RESULTS, "warning") if report.count(name)] if report else []
    return door.page("import", status, run=run, form=door.Sent(), mistakes=mistakes, counts=counts, told=told[:SHOWN],
                     lines=_lines(told[:SHOWN]), more=len(told) - SHOWN, results=RESULT, run_states=STATE,
                     takes=report is not None and any(report.count(name) for name in TAKEN), refuses=report is not None and report.refused)


def _lines(told: list[RowReport]) -> dict[tuple[str, str], KeptLine]:
    """(file, identifier) -> those testimonies of a report that are there by now, and theirs to tend; a row of the registry may be called
    by the same word."""
    said = [row for row in told if PurePosixPath(row.file).stem not in REGISTRY]
    with door.desk() as desk:
        found = {line.id: line for line in desk.lines({row.identifier for row in said})}
    return {(row.file, row.identifier): found[row.identifier] for row in said if row.identifier in found}


def report(id: str, extension: str) -> Response:
    """The report of the import, or of its dry run where it was not brought in: every row."""
    run = bringing_in.run(door.doors().incoming, door.actor(), id)
    found: Report | None = run.report or run.foreseen
    if found is None:
        raise NotFound()
    csv = extension == "csv"
    body = found.as_table() if csv else json.dumps(found.as_json(), ensure_ascii=False, indent=2).encode()
    return door.file(body, "text/csv; charset=utf-8" if csv else "application/json", f"import-report.{extension}")

"""The work list: what it is narrowed to, what of it was chosen, where words stand in it, and the catalogue of what it holds as a table.

What may not live here: which testimonies are whose (access.desk), how a table is guarded (exchange.guarding).
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request

from archive_app.access.desk import Desk
from archive_app.access.kept_readings import KINDS, STATES, KeptLine, Wanted
from archive_app.actions import cataloguing, incoming
from archive_app.actions.bulk import MOST
from archive_app.errors import ArchiveError, Invalid, NotAllowed
from archive_app.exchange.guarding import GUARDED, guarded, table
from archive_app.search.query import Question
from archive_app.web import interface, questions
from archive_app.web.desk import door, editing
from archive_app.web.questions import Args
from archive_app.web.submit import door as families
from archive_app.web.translate import gettext, lazy_gettext
from archive_app.web.visit import doors, reading_room

MOST_ASKED = 1000
"""Characters, as in the search of readers."""
NARROWING = ("state", "q", "collection", "kind")
DONE = {
    "hold": lazy_gettext("It is closed to everybody but the archive’s custodians."),
    "withdraw": lazy_gettext("It is withdrawn: nobody reads it any more, and only custodians keep it."),
}
LEAVES = {"hold": "held", "withdraw": "withdrawn"}
"""The state in which what was done leaves a testimony."""
COLUMNS = (*cataloguing.COLUMNS, GUARDED, cataloguing.SEEN)


def wanted(args: Args) -> Wanted:
    """What an address narrows the list to. Raises Invalid."""
    asked = args.get("q", "")
    if len(asked) > MOST_ASKED:
        raise Invalid("q", gettext("is longer than 1000 characters; please search for less at once"))
    return Wanted(args.get("state", ""), asked, args.get("collection", "")[:64], args.get("kind", ""))


def chosen(args: Args) -> tuple[str, ...]:
    """The testimonies that were ticked; or, where all of them were asked for, what the list holds. Raises
    Invalid where that is more than can be changed at once."""
    if not args.get("all"):
        return tuple(dict.fromkeys(args.getlist("id")))
    with door.desk() as desk:
        found = desk.found(wanted(args), MOST + 1)
    if len(found) > MOST:
        raise Invalid("all", gettext("this list holds more than the %(most)s that can be changed at once: narrow the list first",
                                     most=interface.number(MOST)))
    return found


def work_list() -> Response:
    """Everything that whoever asks may tend, by how far it has come."""
    asked = wanted(request.args)
    with door.desk() as desk:
        found = desk.work_list(asked.state, asked.words, questions.page_number(request.args), asked.collection, asked.kind)
        houses, done = desk.collections(), _done(desk)
    return door.page("work_list", keeps=(*NARROWING, "page"), done=done, listing=found, state=asked.state, q=asked.words, states=STATES,
                     asked=asked, collections=houses, kinds=KINDS, most=MOST, spoken=_spoken(asked.words), sent=_sent())


def words() -> Response:
    """Where words stand in everything that whoever asks may tend, published or not."""
    looked_for = questions.short(request.args, "q")
    with door.desk() as desk:
        found = desk.passages(looked_for, questions.page_number(request.args))
    return door.page("words", keeps=("q", "page"), q=looked_for, found=found, at_a_time=editing.PER_PAGE)


@dataclass(frozen=True)
class Done:
    """What was done on the page from which somebody comes; `line`: to what, None where they do not tend it any more."""

    sentence: object
    line: KeptLine | None


def _done(desk: Desk) -> Done | None:
    """What an address says was done (`?done=hold&of=<id>`), where it is so; of what is not theirs, the same as of what never was."""
    sentence = DONE.get(request.args.get("done", ""))
    if sentence is None:
        return None
    line = next(iter(desk.lines([request.args.get("of", "")[:200]])), None)
    return Done(sentence, line) if line is None or line.state == LEAVES[request.args["done"]] else None


def _sent() -> int:
    """How much of what families sent waits to be read by whoever asks."""
    try:
        return incoming.waiting(families.room(), door.actor()).counts.get("sent", 0)
    except NotAllowed:
        return 0


def _spoken(words: str) -> int:
    """In how many testimonies these words are spoken or written, as far as whoever asks reads them in the reading room."""
    if not words.strip():
        return 0
    try:
        with reading_room() as room:
            return doors().find(room, Question(words)).testimonies
    except ArchiveError:  # what cannot be read as a query is looked for in the catalogue all the same
        return 0


def catalogue() -> Response:
    """What the work list holds, as a table: it can be opened by a spreadsheet, and brought in again."""
    with door.desk() as desk:
        lines = desk.catalogue(wanted(request.args))
    rows = (guarded(cells) | {cataloguing.SEEN: cataloguing.digest(cells)} for cells in map(cataloguing.cells, lines))
    return door.file(table(COLUMNS, rows), "text/csv; charset=utf-8", "catalogue.csv")

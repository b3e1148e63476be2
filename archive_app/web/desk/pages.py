"""The table of the desk's pages.

What may not live here: what they show or do (the modules beside it).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, request

from archive_app.actions import receiving
from archive_app.errors import NotAllowed
from archive_app.web import errors, tus
from archive_app.web.desk import (
    adding,
    changing,
    door,
    editing,
    erasing,
    incoming,
    listing,
    looking,
    many,
    recordings,
    registry,
    requests,
    submissions,
    taking,
    transcripts,
    words,
)
from archive_app.web.submit import door as families

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

ONE = "/desk/testimonies/<public:id>"
KIND = "/desk/<any(people, places, events, sources, statements):kind>"
ENTRY = f"{KIND}/<public:id>"
TWO = "/desk/<any(people, places, events):kind>/<public:id>"
WRITTEN = f"{ONE}/transcripts/<int:n>"
View = Callable[..., "Answer"]
LOOKING: tuple[tuple[str, View], ...] = (
    ("/desk", listing.work_list),
    ("/desk/catalogue.csv", listing.catalogue),
    ("/desk/words", listing.words),
    ("/desk/import/<id>/report.<any(csv, json):extension>", incoming.report),
    (ONE, looking.testimony),
    (f"{ONE}/history", looking.history),
    (f"{ONE}/as", looking.seen_as),
    (f"{ONE}/evidence/<int:key>", looking.evidence),
    (f"{WRITTEN}/compare", transcripts.compare),
    (f"{ONE}/media/<public:copy>", editing.sound),
    (KIND, registry.entries),
    (ENTRY, registry.entry),
    ("/desk/requests", requests.requests),
    ("/desk/submissions", submissions.waiting),
    ("/desk/submissions/<id>/files/<attachment>", submissions.file),
)
CHANGING: tuple[tuple[str, View], ...] = (
    (f"{ONE}/description", changing.describe),
    (f"{ONE}/consent", changing.declare),
    (f"{ONE}/restrictions", changing.restrict),
    (f"{ONE}/restrictions/<int:key>/lift", changing.lift),
    (f"{ONE}/holds/<int:key>/end", changing.release),
    (f"{ONE}/erase", erasing.erase),
    (f"{ONE}/proposals/<int:key>/<any(agree, refuse):name>", changing.decide),
    (f"{ONE}/<any(publish, unpublish, hold, withdraw):name>", changing.verb),
    (f"{ONE}/links", registry.links_of),
    (f"{ONE}/recordings", recordings.recordings),
    (f"{ONE}/transcripts", transcripts.transcripts),
    (WRITTEN, transcripts.versions),
    (f"{WRITTEN}/versions/<int:number>/restore", transcripts.restore),
    (f"{WRITTEN}/edit", editing.edit),
    (f"{WRITTEN}/draft", editing.draft),
    (f"{WRITTEN}/drafts/<int:key>/finish", editing.finish),
    (f"{WRITTEN}/drafts/<int:key>/set-aside", editing.set_aside),
    (f"{KIND}/new", registry.enter_new),
    (f"{ENTRY}/change", registry.revise_entry),
    (f"{ENTRY}/access", registry.admit_entry),
    (f"{TWO}/merge", registry.merge_entries),
    (f"{TWO}/merges/<public:other>/undo", registry.undo_merge),
    ("/desk/new", adding.new),
    ("/desk/import", incoming.imports),
    ("/desk/import/<id>", incoming.brought),
    ("/desk/bulk", many.many),
    ("/desk/bulk/<id>", many.made),
    ("/desk/submissions/<id>", submissions.received),
    ("/desk/requests/give", requests.give),
    ("/desk/requests/<public:id>", requests.access),
)
WITH_FILES = frozenset({
    "desk.declare", "desk.erase", "desk.release", "desk.lift", "desk.admit_entry", "desk.merge_entries", "desk.undo_merge", "desk.links_of",
    "desk.transcripts", "desk.versions"})
LONG = frozenset({"desk.draft", "desk.edit"})
"""What sends the words of a whole interview at once."""
MOST_WORDS = 8 * 1024 * 1024
PIECES: tuple[tuple[str, View, tuple[str, ...]], ...] = (
    ("/desk/uploads/<public:id>", recordings.uploads, tus.BEGINS), ("/desk/uploads/<public:id>/<upload>", recordings.upload, tus.GOES_ON))


def start(app: Flask, doors: door.DeskDoors) -> None:
    """Put the desk into `app`, in which people can sign in already."""
    door.give(app, doors)
    blueprint = Blueprint("desk", __name__)
    blueprint.before_request(_let_in)
    blueprint.register_error_handler(NotAllowed, _not_theirs)
    for path, view in (*LOOKING, *CHANGING):
        blueprint.add_url_rule(path, view.__name__, view, methods=("GET", "POST") if (path, view) in CHANGING else ("GET",))
    for path, view, methods in PIECES:
        blueprint.add_url_rule(path, view.__name__, view, methods=methods)
    blueprint.after_request(tus.mark)
    blueprint.teardown_request(door.leave)
    app.register_blueprint(blueprint)
    app.jinja_env.globals["desk"] = words


def _not_theirs(error: NotAllowed) -> Answer:
    """Whoever may not come to one thing learns nothing of it: whatever its address, it is not there."""
    return errors.refused(404) if request.view_args else errors.refused(error.status, errors.sentence(error))


def _let_in() -> Answer | None:
    if request.endpoint in WITH_FILES:
        request.max_content_length = taking.MOST_FILE
    if request.endpoint in LONG:
        request.max_content_length = request.max_form_memory_size = MOST_WORDS
    elif request.endpoint == "desk.recordings":
        request.max_content_length = families.room().upload_most
    elif request.endpoint == "desk.upload":
        request.max_content_length = tus.MOST_BODY
    refused = door.let_in()
    if request.endpoint == "desk.imports" and refused is None:
        request.max_content_length = door.doors().incoming.most
        receiving.room_for(door.doors().incoming, request.content_length or 0)
    return refused

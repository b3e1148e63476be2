"""What is done to transcripts at the desk behind the back of every reader: other words made a version and taken back, and a draft left there.

What may not live here: what readers see of it (nothing).
"""

from __future__ import annotations

from dataclasses import replace

from archive_app.access.desk import Desk
from archive_app.actions import drafting, transcribing
from archive_app.actions.change import operator
from archive_app.actions.drafting import Splice
from archive_app.actions.transcribing import Approval
from archive_app.records.base import reading
from tests.factories.archives import Archive


def work_on(archive: Archive, id: str, words: str) -> None:
    """Every transcript of a testimony gets `words` in every segment, as a version that is taken back, and stays with a draft of them."""
    with reading(archive.engine) as session:
        desk = Desk(session, operator())
        texts = {each.number: (each.current, desk.version(id, each.number, each.current)) for each in desk.transcripts(id)}
    for n, (current, said) in texts.items():
        other = Splice(0, None, tuple(replace(each, text=f"{each.text} {words}") for each in said))
        saved = drafting.save(archive.engine, operator(), id, n, current, 0, 0, other)
        drafting.finish(archive.engine, operator(), id, n, saved.key, saved.serial, current, Approval())
        transcribing.restore(archive.engine, operator(), id, n, current, current + 1)
        drafting.save(archive.engine, operator(), id, n, current + 2, 0, 0, other)

"""Letters: what was promised is written when it is sent, from ids, and sent again later where that fails.

A failure is logged once a letter, without addresses and without what the server said (it repeats them). No letter says anything of
testimony. What may not live here: sentences and addresses of pages (web.letters, given by the joint), what a letter is about (actions).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Engine

from archive_app import clock
from archive_app.actions import account_letters, one_time, request_letters
from archive_app.jobs import leases
from archive_app.jobs.posting import Letter, Post, Refused
from archive_app.records.jobs import Job

KIND = one_time.MAIL
BATCH = 20
PAUSES_MS = tuple(minutes * 60_000 for minutes in (1, 5, 15, 30, 45))
"""How long to wait after each try that failed; the last one again and again, until nobody waits for the letter any more. Each is shorter
than the hour in which a code made for a try ends."""
FACTS: Mapping[str, Callable[[Engine, int], account_letters.Facts | None]] = {
    "code": account_letters.facts, request_letters.ROOM: request_letters.facts}
"""Who knows what a letter is made of, by the first word of the job's subject; its second is the key of a row."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Office:
    """What letters are sent with: `write` makes subject and text of facts, `post` sends."""

    write: Callable[[account_letters.Facts], tuple[str, str]] = field(repr=False)
    post: Post = field(repr=False)


def run_due(engine: Engine, office: Office, holder: str, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Send every letter that is due, while this process can hold the lease; the number of jobs done, with those of which there was
    nothing to send. One letter that fails holds up no other."""
    count = 0
    while goes_on() and leases.waiting(engine, KIND, BATCH):
        with leases.held(engine, KIND, holder) as mine:
            if not mine:
                break
            for job in leases.waiting(engine, KIND, BATCH):  # asked again: another may have done them before the lease was ours
                if goes_on() and leases.take(engine, KIND, holder):
                    count += _send(engine, office, job)
    return count


def _send(engine: Engine, office: Office, job: Job) -> int:
    room, _, key = job.subject.partition(":")
    facts = FACTS[room](engine, int(key)) if room in FACTS and key.isdecimal() else None
    try:
        if facts is not None:
            office.post(Letter(facts.to, *office.write(facts)))
    except Refused:
        log.error("a letter was refused for good and is not sent again")
    except Exception as error:
        if not job.attempts:
            log.error("a letter could not be sent and is tried again: %s", type(error).__name__)
        leases.put_off(engine, job, clock.now() + PAUSES_MS[min(job.attempts, len(PAUSES_MS) - 1)])
        return 0
    leases.finish(engine, [job], {})
    return 1

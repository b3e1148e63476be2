"""Every table, imported once, so that the metadata is whole (migrations, tests)."""

from archive_app.records import (  # noqa: F401
    accounts,
    agreements,
    audit,
    codes,
    consent,
    copies,
    desk_work,
    drafts,
    erasures,
    fixity,
    hidden,
    jobs,
    merges,
    recordings,
    registry,
    requests,
    restrictions,
    sources,
    submissions,
    testimonies,
    transcripts,
)
from archive_app.records.base import Base

metadata = Base.metadata

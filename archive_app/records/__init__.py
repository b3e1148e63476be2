"""WHAT WE KEEP: tables, and what is always true of them.

    base           the engine, the transaction, the common columns
    consent        units, parties, evidence, statements (append-only) and the releases derived from them
    testimonies    collections, testimonies, their sessions and tapes, and what they are linked to
    recordings     what was given as bytes      copies    made of it for reading      objects    which rows name bytes
    fixity         each time bytes were compared with their name      written   whether anything was since
    transcripts    chains of versions, and their segments      drafts    of what is to be their next one
    restrictions   what is withheld, and its projection onto the current version of every transcript
    hidden         whom a family asked to hide, beside the testimony
    registry       people, places, events and their equal names      merges    two of them made one, and what moved
    sources        sources and what they state
    accounts       people who sign in, what they hold, their sessions      codes    what they may do once
    requests       what readers ask to be granted, and what became of it
    audit          what was done, chained      jobs    what was promised
    withdrawals    what the ledger apart from the database is compared with
    snapshots      a copy of the whole database, made and put back
    agreements     what waits for a second person
    erasures       what was erased, and what of it is left      belongings    all that goes, in one list      wiping    the files after it
    submissions    what families bring in, sealed          scratch    a database that is nowhere but in memory
    desk_work      imports by upload, and changes to many at once that can be undone
    demo           whether accounts of the sample are open      tables   every table, imported once

What may not live here: decisions (access), verbs (actions), anything about the web.
"""

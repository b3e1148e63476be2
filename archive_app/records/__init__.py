"""WHAT WE KEEP: tables, and what is always true of them.

    base           the engine, the transaction, the common columns
    consent        units, parties, evidence, statements (append-only) and the releases derived from them
    collections    testimonies      recordings      transcripts      restrictions
    registry       people, places, events and their equal names
    sources        sources and what they state
    accounts       people who sign in, what they hold, their sessions
    audit          what was done, chained      jobs    what was promised
    demo           whether accounts of the sample are open      tables   every table, imported once

What may not live here: decisions (access), verbs (actions), anything about the web.
"""

"""WHAT HAPPENS LATER: jobs that were promised in a transaction, done by one worker beside the server.

    leases     who alone may do the jobs of a kind
    holders    what such a one is called, and whether it is still alive
    indexing   the index follows the database
    deriving   the copies of recordings follow the terms
    bringing   imports by upload
    tending    a few objects checked each time, what nobody names swept
    erasing    what an erasure has left in files
    mailing    letters, sent again where that fails      posting    a mail server, or a folder in its place
    worker     the loop

What may not live here: anything that a reader waits for; decisions.
"""

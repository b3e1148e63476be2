"""WHAT PEOPLE DO: one verb = one function = one transaction.

    change        the one way in which what was entrusted to us is written: check, do, audit, promise, commit
    consenting    statements: record, publish, unpublish, withdraw
    importing     a folder of tables, row by row      intake    one testimony      registering    the other tables
    manifest_terms    what a row says about access, as terms
    accounts      people who sign in      sessions    their browsers

What may not live here: HTTP, formats, the deriving of releases.
"""

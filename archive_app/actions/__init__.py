"""WHAT PEOPLE DO: one verb = one function = one transaction.

    change          the one way in which what was entrusted to us is written: check, do, audit, promise, commit
    consenting      statements: record, publish, unpublish, withdraw
    importing       a run over folders of tables      reporting   what it says of itself
    preparing       a manifest row with its files, before any transaction      manifest_terms   what it says about access, as terms
    ohms_files      the OHMS files of a run, and what each says
    intake          one testimony, taken in or brought up to date              parts, people    its recordings, transcripts, narrators
    withholding     restrictions, and what each withholds in every version     carrying         withheld words through a correction
    registering     collections, people, places, events, sources, statements
    copying         copies of recordings, noted and forgotten                  fixity           bytes compared with their names
    verifying       is everything still there, and does what was derived still follow?
    accounts        people who sign in      passwords, second_factor      sessions   their browsers

What may not live here: HTTP, formats, the deriving of releases.
"""

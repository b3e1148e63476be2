"""WHAT PEOPLE DO: one verb = one function = one transaction.

    change          the one way in which what was entrusted to us is written: check, do, audit, promise, commit
    consenting      statements: record, publish, unpublish, withdraw
    declaring       consent at the desk: statements with evidence, holds          cataloguing      the description
    erasing         all of a testimony gone, with a receipt: the rows at once, every file in the end
    adding          a new one by form                                      bulk            one change to many, with undo
    receiving       files sent to the desk      bringing_in    looked through, then imported by the worker
    restricting     a stretch withheld, and lifted again                         agreeing         what waits for a second person
    transcribing    a transcript given, replaced, restored      drafting    one that is being written
    spoken_lines    what can be done to its segments            noting      its footnotes carried over
    importing       a run over folders of tables      reporting   what it says of itself
    preparing       a manifest row with its files, before any transaction      manifest_terms   what it says about access, as terms
    ohms_files      the OHMS files of a run, and what each says
    intake          one testimony, taken in or brought up to date              parts, people    its recordings, transcripts, narrators
    withholding     restrictions, and what each withholds in current versions     carrying         withheld words through a correction
    hiding          whom a family asked to hide, in whatever words come
    registering     a row of a table, or typed at the desk           registry_rows    what each kind of row says
    entering        the registry at the desk      merging    two made one, and two again      linking    who appears in a testimony
    copying         copies of recordings, noted and forgotten                  fixity           bytes compared with their names
    withdrawals      the ledger of withdrawals follows the database
    backing_up       a copy of everything kept      restoring    it is put back, and the ledger replayed
    verifying       is everything still there, and does what was derived still follow?
    accounts        people who sign in      passwords, second_factor      sessions   their browsers
    family_room     families without an account: who comes in by a receipt      family_keys    what nine words open
    answers         the questions they are asked      submitting, attaching    what they do there      family_copy    all of it, as a ZIP
    family_consent  what their answers come to, as statements     family_standing    how it stands
    family_readings what pages are given of it
    uploading       files that arrive in pieces: whose they are      recording     a recording brought to the desk
    incoming        what archivists read of it        reviewing    what they do with it
    accepting       a submission becomes a testimony      previewing   what others will see
    turns           so many at once of what is costly        by_hand      what is changed by hand after it was accepted
    one_time        codes that work once    joining   readers who register    recovering    a forgotten password
    enrolling       the second factor taken, lost, given up    own_account    a password, an address changed; leaving
    requesting      readers ask for access    granting    it is granted, refused, revoked    request_letters   they are told so
    uses            what was read by a grant
    account_letters what a letter about an account says, decided when it is sent

What may not live here: HTTP, formats, the deriving of releases.
"""

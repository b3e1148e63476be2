"""WHERE BYTES REST: the vault and what can be learnt from bytes by decoding them.

    vault        the contract: keep, open, check, drop
    disk_vault   a folder, one file an object, named by its SHA-256
    ledger       withdrawals, a second time, apart from the database
    sealed       what is kept under a key that the archive does not have
    archive_key  the key of the archive itself, for what families have sent
    bundles      a ZIP from outside, unpacked with distrust
    probe        what kind of thing bytes are, and how long they last
    scanning     bytes shown to the daemon that knows harmful ones          spool    bytes on their way, sealed
    uploads      files that arrive in pieces, sealed until they are whole

Everything that decodes runs in a child process:

    fence        around it: one process for one file, with limits       child       its other side
    signatures   what first bytes claim                                 examining   whether the rest keeps the claim
    streams      sound and film, opened with distrust                   measuring   how long they really are
    recipes      which copies are made for reading, and their keys      cuts        what a copy leaves out
    sound, film, pictures, pages    what is made of each kind           hearing, seeing    sound and picture with the cuts silent and black
    letters      what of the text of a PDF page is shown            embedded       what a file says of itself, for archivists

What may not live here: who may have the bytes (access), which testimony they belong to (records).
"""

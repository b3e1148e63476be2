"""WHERE BYTES REST: the vault and what can be learnt from bytes by decoding them.

    vault        the contract: keep, open, check, drop
    disk_vault   a folder, one file an object, named by its SHA-256
    probe        what kind of thing bytes are, and how long they last

What may not live here: who may have the bytes (access), which testimony they belong to (records).
"""

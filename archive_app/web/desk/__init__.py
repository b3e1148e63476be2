"""The desk: where those who tend testimonies do their work.

    /desk                                   the work list
    /desk/catalogue.csv                     what the list holds, as a table
    /desk/new                               a testimony by form
    /desk/import, /desk/import/<id>         tables, files and ZIPs sent; looked through, brought in, the report
    /desk/bulk, /desk/bulk/<id>             one change to many, seen beforehand; undone
    /desk/testimonies/<id>                  everything of a testimony: why it is open or closed, statements, parts, history
    /desk/testimonies/<id>/description      described in place; two people at once lose nothing
    /desk/testimonies/<id>/consent          a statement of consent, layer by layer
    /desk/testimonies/<id>/evidence/<key>   a file that was attached to a statement, to be saved
    /desk/testimonies/<id>/restrictions     a stretch withheld by selecting segments; lifted with evidence
    /desk/testimonies/<id>/transcripts      uploaded, replaced, compared, restored; …/<n>/edit: the editor
    /desk/testimonies/<id>/publish ...      verbs of one button: publish, take back, close everything, open again, withdraw
    /desk/testimonies/<id>/links            who appears in it, which places it tells of
    /desk/people ... places events sources statements    the registry: lists, one, new, changed, opened, made one and two again
    /desk/testimonies/<id>/erase            what goes and what stays; erased, in two steps, its page is the receipt
    /desk/testimonies/<id>/as               the page as a class of viewer has it, made by the real gate
    /desk/requests                          requests for access: granted for a term, refused, revoked; a grant given by hand

Nobody is here but staff: others are led to sign in, or find nothing. Pages get kept readings, which no reading page takes. What may not
live here: decisions, rows, anything for readers.
"""

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
    /desk/testimonies/<id>/holds/<key>/end  a hold ended, with evidence
    /desk/testimonies/<id>/proposals/<key>  a second person agrees, or refuses
    /desk/testimonies/<id>/history          everything that was done to it
    /desk/testimonies/<id>/recordings       every version with its facts; one more, from a form or in pieces (/desk/uploads/<id>)
    /desk/testimonies/<id>/transcripts      uploaded, replaced, compared, restored; …/<n>/edit: the editor
    /desk/testimonies/<id>/publish ...      verbs of one button: publish, take back, close everything, open again, withdraw
    /desk/testimonies/<id>/links            who appears in it, which places it tells of
    /desk/people ... places events sources statements    the registry: lists, one, new, changed, opened, made one and two again
    /desk/testimonies/<id>/erase            what goes and what stays; erased, in two steps, its page is the receipt
    /desk/testimonies/<id>/as               the page as a class of viewer has it, made by the real gate
    /desk/requests                          requests for access: granted for a term, refused, revoked; a grant given by hand
    /desk/submissions                       what families sent: answered, declined, taken in

    pages           the table: address, view; who may send files
    door            who comes in, how their desk is opened              taking       what was typed, as verbs take it
    listing         the work list, and as a table                       looking      a testimony, its history, through other eyes
    adding          a new testimony by form                             changing     one verb, asked and done
    erasing         in two steps, and the receipt                       many         one change to many testimonies
    incoming        imports by upload                                   recordings   every version, and one more
    transcripts     uploaded, replaced, compared, put back              differences  two versions word by word
    editing         the editor and its drafts                           segment_forms    segments as forms and scripts send them
    registry        people, places, events, sources, statements         registry_words   what its pages say
    requests        access asked for, granted, refused                  submissions      what families sent
    consent_form    questions and answers of the form of consent
    words           what the desk says of itself                        said             what the rooms below say, for the catalogues

Nobody is here but staff: others are led to sign in, or find nothing. Pages get kept readings, which no reading page takes. What may not
live here: decisions, rows, anything for readers.
"""

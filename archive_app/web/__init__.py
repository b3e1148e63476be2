"""THE FRONT DOOR: addresses, pages, their JSON twins, and the forms of people who sign in.

    address -> pages (one table) -> read (questions + room) -> a frozen view -> template | twin
                                                            errors, headers, links, interface serve every answer

    pages        the table of reading pages
    visit        who asks, and the room that is opened for them      identity    by which cookie
    questions    what an address asks                                numbers     whole numbers, in addresses and forms
    reads        what each page reads                                passages    what search does
    opened       a testimony as its page is set                      lines, marks    its paragraphs; where the words asked for stand
    twins        the JSON twins                                      machines    for crawlers and monitors
    tus          files that arrive in pieces: the protocol, for both doors        arriving    one that is arriving just now
    media        recordings, pictures, pages of documents as bytes    player    what is heard and seen beside the words
    structured   what machines read in the head of a page            time_line    what happened against when it was told
    printed      a transcript set to be printed                      pieces    what is marked in a cue; footnotes
    downloads    transcripts and citations as files
    frame        what every template may use
    sentences    what the archive itself says                        facets, names, dates, charts    values, names, days, figures in words
    interface    the language of the interface                       translate   gettext with types
    links        every address inside the archive
    answers, headers, errors, assets     how an answer is spelt, what it carries, refusals, style and script
    about        pages about the archive itself
    account      signing in and out                                  tries       how often somebody may try
    signed_out   what was typed when a session had ended
    requests     what readers ask to be granted
    desk/        the desk: what it shows and does, with kept readings of its own
    submit/      the families' room: an account given by receipt, without an account
    said         what the rooms below say, for the catalogues               said_of_texts, said_of_imports    of transcripts; of tables
    sealed_forms    files in a form, on their way
    account_forms    what the pages of accounts share                devices     a browser in a few words
    joining      registering           recovery    a forgotten password    second_factors    taken, lost, given up
    own_account  password, address, browsers, leaving                letters     what is written to people about their accounts

A page and its twin are one row of one table and are made from one reading. Nothing here decides who may see what: the room that
`visit` opens has decided already. What may not live here: queries, rows, rights, transactions (account pages call actions).
"""

"""The front door: addresses, pages, their JSON twins, and the forms of people who sign in.

    address -> pages (one table) -> read (questions + room) -> a frozen view -> template | twin
                                                            errors, headers, links, interface serve every answer

A page and its twin are one row of one table and are made from one reading. Nothing here decides who may see what: the room that
`visit` opens has decided already. What may not live here: queries, rows, rights, transactions (account pages call actions).
"""

"""EPCIS 2.0 documents and the identifiers of GS1: pure functions, no Django, nothing fetched.

`documents` reads bytes, `validation` judges events, `identifiers` brings names of things to one form, `items` says what
an event touches, `hashing` gives its hash id, `normal` the form that the log keeps, `trace` follows the items.
"""

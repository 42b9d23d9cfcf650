"""A monitor of a log: follows what it publishes, reckons it again, and keeps what contradicts itself as evidence.

`python -m traceability.ledger monitor URL` needs the log's public files only (c2sp.org/tlog-tiles). Where witnesses are
named, what they cosigned is held against the same entries, so that a log which shows them one history and the public
another is found out.
"""

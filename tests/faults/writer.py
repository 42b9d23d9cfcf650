"""A program that appends single events to shared entities and prints the id of each that was acknowledged.

    python -m tests.faults writer NUMBER SEED ENTITY...

NUMBER 0: until it is killed; `open`: begin the entities, once each. A database that goes away is waited for; what was
not acknowledged is sent again under the same id, as a client would.
"""

import random
import sys
import time
from itertools import count
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection

from tests.factories.events import append, opening, tending
from traceability.services.chain import OutboxFullError, Record


def main() -> None:
    number, seed, *entities = sys.argv[1:]
    if number == "open":
        append(*(opening(entity) for entity in entities))
        return
    chance = random.Random(int(seed))  # noqa: S311 - a test's choice
    for done in count(1):
        record = tending(chance.choice(entities), id=UUID(int=chance.getrandbits(128), version=4))
        _append_at_last(record)
        sys.stdout.write(f"{record.id}\n")
        sys.stdout.flush()
        if done == int(number):
            return


def _append_at_last(record: Record) -> None:
    while True:
        try:
            append(record)
        except OutboxFullError:
            time.sleep(0.02)
        except (DatabaseError, InterfaceError):
            connection.close()
            time.sleep(0.02)
        else:
            return

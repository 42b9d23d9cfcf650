"""Writers that append single events to shared entities and print the id of each that was acknowledged.

    python -m tests.faults writer NUMBER SEED,SEED... ENTITY...

One process writes for each seed, and names it before each id. NUMBER 0: until it is killed; `open`: begin the entities,
once each. A database that goes away is waited for; what was not acknowledged is sent again under the same id, as a
client would.
"""

import os
import random
import sys
import time
from collections.abc import Sequence
from functools import partial
from itertools import count
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection

from tests.factories.events import append, opening, tending
from tests.faults import nursery
from traceability.services.chain import OutboxFullError, Record


def main() -> None:
    number, seeds, *entities = sys.argv[1:]
    if number == "open":
        append(*(opening(entity) for entity in entities))
        return
    children = [nursery.fork(partial(write, int(number), int(seed), entities)) for seed in seeds.split(",")]
    if any(list(map(nursery.wait_for, children))):
        sys.exit("a writer has ended too soon")


def write(number: int, seed: int, entities: Sequence[str]) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test's choice
    for done in count(1):
        record = tending(chance.choice(entities), id=UUID(int=chance.getrandbits(128), version=4))
        _append_at_last(record)
        # Shorter than what goes into a pipe at once: no other writer's line gets in between.
        os.write(sys.stdout.fileno(), f"{seed} {record.id}\n".encode())
        if done == number:
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

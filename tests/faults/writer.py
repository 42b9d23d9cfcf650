"""A process that appends single events to shared entities and prints the id of each that was acknowledged.

    python -m tests.faults.writer NUMBER SEED ENTITY...

NUMBER 0: until it is killed or told to stop. A database that goes away is waited for; what was not acknowledged is sent
again under the same id, as a client would.
"""

import random
import sys
import time
from uuid import UUID

import django


def main() -> None:
    django.setup()
    from django.db import DatabaseError, InterfaceError, connection

    from tests.factories.events import append, tending
    from traceability.services.chain import OutboxFullError

    number, seed, *entities = sys.argv[1:]
    chance = random.Random(int(seed))  # noqa: S311 - a test's choice
    done = 0
    while not int(number) or done < int(number):
        record = tending(chance.choice(entities), id=UUID(int=chance.getrandbits(128), version=4))
        while True:
            try:
                append(record)
                break
            except (DatabaseError, InterfaceError, OutboxFullError) as error:
                if not isinstance(error, OutboxFullError):
                    connection.close()
                time.sleep(0.02)
        sys.stdout.write(f"{record.id}\n")
        sys.stdout.flush()
        done += 1


if __name__ == "__main__":
    main()

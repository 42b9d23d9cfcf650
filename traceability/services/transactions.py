"""One business transaction, tried again where the database asks for it."""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 6
# Serialization failure, deadlock, lock not available, a prepared statement that the server forgot; and a key that is
# there already: two made the same thing at once, and the second attempt sees what the first one left, and refuses or
# answers by the rules. What fails without a twin fails again, and is raised.
_AGAIN = {"40001", "40P01", "55P03", "26000", "23505"}


def business_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function in one transaction, and all of it again after a deadlock or a race for the same key.

    Inside a transaction that is open already it joins it: only the outermost one can be tried again.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return function(*args, **kwargs)
        return tried_again(lambda: _in_transaction(lambda: function(*args, **kwargs)))

    return run


def tried_again(transaction_of_its_own: Callable[[], R]) -> R:
    """Carry out a whole transaction, and again where the database asks for it or a twin was quicker."""
    for attempt in range(1, ATTEMPTS):
        try:
            return transaction_of_its_own()
        except DatabaseError as error:
            if not _may_try_again(error):
                raise
        # Apart by chance, so that two writers do not meet again at once.
        time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - nothing secret hangs on it
    return transaction_of_its_own()


def _in_transaction(function: Callable[[], R]) -> R:
    with transaction.atomic():
        return function()


def _may_try_again(error: DatabaseError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in _AGAIN

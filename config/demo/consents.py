"""Whom the households of the demonstration let log for them: their cooperative, whose technician has a phone."""

from collections.abc import Callable
from datetime import datetime

from accounts.queries.stand_ins import helpers_of
from accounts.services.stand_ins import allow_party
from config.demo.scenes import Stage

_FARMS = ("wang", "li")
_HELPER = "cooperative"


def give(stage: Stage, *, clock: Callable[[], datetime]) -> int:
    """Give the consents that are not given yet, and tell how many these were."""
    helper = stage.cast.parties[_HELPER]
    waiting = [key for key in _FARMS if not helpers_of(stage.cast.parties[key]).filter(party=helper).exists()]
    for key in waiting:
        allow_party(party=helper, by=stage.cast.member(key), at=clock())
    return len(waiting)

"""What corrects a card at a moment, as its history says."""

from datetime import datetime

from finance.models import Scorecard
from traceability.ledger.scores import CardError, Levels, Told, levels_of
from traceability.ledger.scores.levels import NONE
from traceability.ledger.scores.verify import check_card_chain
from traceability.queries import history


def current(row: Scorecard, *, at: datetime) -> Levels:
    """Give overlay and calibration in force; none where the card was never approved. Raises CardError."""
    events = history.of(row.entity)
    try:
        keys = check_card_chain((event.leaf for event in events), row.pk)
    except CardError:
        return NONE
    told = [Told(event.leaf, event.recorded_at) for event in events]
    return levels_of(told, row.pk, as_of=at, vkeys=keys)

"""What a score of a farm rests on: its histories in the log, and what of them is opened for a score."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from django.db import connection

from accounts.models import Organisation
from finance.errors import StaleCheckpointError
from finance.models import Consent
from traceability.ledger.bundle import Bundle
from traceability.ledger.checkpoint import Checkpoint, parse_checkpoint
from traceability.ledger.note import parse_note
from traceability.ledger.scores import Card, evidence_root
from traceability.ledger.scores.record import moment_text
from traceability.queries import bundles, log
from traceability.queries.closures import published_closure_of
from traceability.queries.history import Event

# What must be opened for the figures to be reckoned, of the farm's own histories only: when goods are due, and what
# prepaid promises are worth. An evidence file leaves only under a consent to the class of data `records`.
_OF_FARM: bundles.Disclosing = {
    "plan.submitted": frozenset({"supplies"}),
    "allocation.firmed": frozenset({"kg", "price_fen"}),
}
_OF_CONSENT: bundles.Disclosing = {
    "consent.granted": frozenset({"subject", "recipient", "purpose", "categories"}),
}
# One statement: a bank waits for it. Whoever sells to a farm and buys from it goes round in a circle, and both ends
# must be seen: hence the lots that it holds.
_OWN = """
SELECT 'plot:' || id FROM traceability_plot WHERE holder_id = %(farm)s
UNION ALL
SELECT 'season:' || season.id FROM traceability_season AS season
JOIN traceability_plot AS plot ON plot.id = season.plot_id WHERE plot.holder_id = %(farm)s
UNION ALL (
    SELECT 'lot:' || lot.id FROM traceability_lot AS lot
    JOIN traceability_season AS season ON season.id = lot.season_id
    JOIN traceability_plot AS plot ON plot.id = season.plot_id WHERE plot.holder_id = %(farm)s
    UNION
    SELECT 'lot:' || id FROM traceability_lot WHERE custodian_id = %(farm)s
)
UNION ALL
SELECT 'plan:' || id FROM orders_plantingplan WHERE farmer_id = %(farm)s
UNION ALL
SELECT 'allocation:' || id FROM orders_allocation WHERE farmer_id = %(farm)s
"""
_OTHERS = "SELECT id, public_id, kind, confirmed_at FROM accounts_organisation WHERE public_id = ANY(%s::uuid[])"


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that a score is computed from, at one checkpoint."""

    events: Sequence[Event]
    bundle: Bundle
    checkpoint: Checkpoint
    received: Mapping[str, str]
    parties: Mapping[str, str]

    @property
    def root(self) -> str:
        """The root of the evidence."""
        return evidence_root(self.bundle, self.received, self.parties, [event.leaf.id for event in self.events])


def ground_of(*, subject: Organisation, consent: Consent, card: Card) -> Ground:
    """Read what a score rests on, at the newest published checkpoint.

    Raises StaleCheckpointError where that does not hold the consent and the card yet, RefusedError where there is too
    much of it.
    """
    newest = log.checkpoint()
    if newest is None:
        raise StaleCheckpointError("", "stale_checkpoint")
    own = own_entities(subject)
    history = f"card:{card.id}"
    events = published_closure_of([*own, consent.entity, history], size=newest.size)
    found = {event.leaf.entity for event in events}
    if not {consent.entity, history} <= found:
        raise StaleCheckpointError("", "stale_checkpoint")
    mine = frozenset(own)
    opening = [one for one in events if one.leaf.type in _opened_types(one.leaf.entity, mine, consent)]
    disclosed = bundles.disclosures(opening, {**_OF_FARM, **_OF_CONSENT})
    bundle = bundles.put_together(events, newest, subject=consent.entity, disclosed=disclosed)
    return Ground(
        events=events,
        bundle=bundle,
        checkpoint=parse_checkpoint(parse_note(newest.note)[0]),
        received={event.leaf.id: moment_text(event.recorded_at.astimezone(UTC)) for event in events},
        parties=_parties(events, subject),
    )


def own_entities(subject: Organisation) -> list[str]:
    """List the histories of a farm: plots, seasons, lots (its own and those that it was given), plans, promises."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, {"farm": subject.pk})
        return [entity for (entity,) in cursor.fetchall()]


def _opened_types(entity: str, mine: frozenset[str], consent: Consent) -> bundles.Disclosing:
    if entity == consent.entity:
        return _OF_CONSENT
    return _OF_FARM if entity in mine else {}


def _parties(events: Iterable[Event], subject: Organisation) -> dict[str, str]:
    """Say of which kind the others are who speak here, where they have the powers of their kind."""
    named = {event.leaf.actor.party for event in events} - {str(subject.public_id)}
    found = Organisation.objects.raw(_OTHERS, [sorted(named)])
    return {str(party.public_id): str(party.kind) for party in found if party.has_powers}

"""What a score of a farm rests on: its histories in the log, and what of them is opened for a score."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from accounts.models import Organisation
from finance.errors import StaleCheckpointError
from finance.models import Consent, Scorecard
from orders.models import Allocation, PlantingPlan
from traceability.ledger.bundle import Bundle
from traceability.ledger.checkpoint import Checkpoint, parse_checkpoint
from traceability.ledger.note import parse_note
from traceability.ledger.scores import evidence_root
from traceability.ledger.scores.record import moment_text
from traceability.models import Lot, Plot, Season
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


def ground_of(*, subject: Organisation, consent: Consent, card: Scorecard) -> Ground:
    """Read what a score rests on, at the newest published checkpoint.

    Raises StaleCheckpointError where that does not hold the consent and the card yet, RefusedError where there is too
    much of it.
    """
    newest = log.checkpoint()
    if newest is None:
        raise StaleCheckpointError("", "stale_checkpoint")
    own = own_entities(subject)
    events = published_closure_of([*own, consent.entity, card.entity], size=newest.size)
    found = {event.leaf.entity for event in events}
    if not {consent.entity, card.entity} <= found:
        raise StaleCheckpointError("", "stale_checkpoint")
    mine = frozenset(own)
    disclosed = [
        *bundles.disclosures((one for one in events if one.leaf.entity in mine), _OF_FARM),
        *bundles.disclosures((one for one in events if one.leaf.entity == consent.entity), _OF_CONSENT),
    ]
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
    return [
        *(f"plot:{pk}" for pk in Plot.objects.filter(holder=subject).values_list("pk", flat=True)),
        *(f"season:{pk}" for pk in Season.objects.filter(plot__holder=subject).values_list("pk", flat=True)),
        *(f"lot:{pk}" for pk in _lots(subject)),
        *(f"plan:{pk}" for pk in PlantingPlan.objects.filter(farmer=subject).values_list("pk", flat=True)),
        *(f"allocation:{pk}" for pk in Allocation.objects.filter(farmer=subject).values_list("pk", flat=True)),
    ]


def _lots(subject: Organisation) -> Iterable[object]:
    grown = Lot.objects.filter(season__plot__holder=subject)
    # Whoever sells to a farm and buys from it goes round in a circle: both ends must be seen.
    given = Lot.objects.filter(custodian=subject)
    return grown.union(given).values_list("pk", flat=True)


def _parties(events: Iterable[Event], subject: Organisation) -> dict[str, str]:
    """Say of which kind the others are who speak here, where they have the powers of their kind."""
    named = {event.leaf.actor.party for event in events} - {str(subject.public_id)}
    found = Organisation.objects.filter(public_id__in=named)
    return {str(party.public_id): str(party.kind) for party in found if party.has_powers}

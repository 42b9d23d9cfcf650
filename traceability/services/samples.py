"""Samples of lots, which laboratories are given."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.enums import OrganisationKind
from accounts.models import Membership, Organisation
from traceability.errors import RefusedError
from traceability.models import Lot, Sample
from traceability.services import chain
from traceability.services.entries import Entry, Saying, check_may_write, check_time, members, record_of
from traceability.services.locks import lock_lots
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFacts:
    """How a sample was taken, and which laboratory gets it."""

    number: str
    laboratory: Organisation
    standard: str = ""
    kg: Decimal | None = None
    purpose: str = ""
    sampler: str = ""
    place: str = ""


@business_transaction
def take_sample(*, lot: Lot, entry: Entry, facts: SampleFacts, membership: Membership, at: datetime) -> Sample:
    """Record that a sample of a lot in the party's hands was given to a laboratory.

    Raises RefusedError, EventError, ChainConflictError.
    """
    locked = lock_lots([lot])[0]
    check_may_write(membership, locked.custodian)
    check_time(entry, at=at, earliest=locked.produced_on)
    check_laboratory(facts.laboratory)
    if Sample.objects.filter(lot=lot, number=facts.number).exclude(pk=entry.id).exists():
        raise RefusedError("/number", "sample_number_taken", name=facts.number)
    body = members(
        sample=facts.number,
        laboratory=str(facts.laboratory.public_id),
        date=entry.day,
        standard=facts.standard,
        kg=facts.kg,
        purpose=facts.purpose,
    )
    saying = Saying(body=body, private=members(sampler=facts.sampler, place=facts.place))
    chain.append(record_of("sample.taken", lot.entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([lot.entity])
    return Sample.objects.select_related("lot", "laboratory").get(pk=entry.id)


def check_laboratory(party: Organisation) -> None:
    """Check that a party is a laboratory that was confirmed. Raises RefusedError."""
    if party.kind != OrganisationKind.LABORATORY or not party.has_powers:
        raise RefusedError("/laboratory", "not_a_laboratory", name=party.name)

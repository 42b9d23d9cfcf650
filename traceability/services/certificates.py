"""The conformity certificate 承诺达标合格证: issued by who has the lot, voided with a reason, collected by who buys it.

MARA order 2025 no. 4, in force since 2026-02-01.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import Membership
from accounts.queries.memberships import may_record
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Certificate, Lot
from traceability.queries import history
from traceability.queries.certificates import grew_it_all, may_collect, need_of_lot
from traceability.queries.judgements import fails, judged
from traceability.queries.lots import ancestors_of
from traceability.services import chain
from traceability.services.entries import Entry, Saying, check_may_write, check_time, members, record_of
from traceability.services.holds import Grounds, check_not_held
from traceability.services.locks import lock_lots
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction
from traceability.standards.certificates import Need, promise_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What the issuer says. Without a number it gets one; form and promise follow from who grew what is in the lot."""

    basis: Sequence[str]
    product: str
    kg: Decimal
    origin: str
    contact: str
    number: str = ""
    typed: dict[str, str] | None = None
    signatory: str = ""


@business_transaction
def issue(*, lot: Lot, entry: Entry, facts: CertificateFacts, membership: Membership, at: datetime) -> Certificate:
    """Issue a certificate for a lot in the party's hands.

    One stands for a lot at a time, and none for a lot that is held. Raises NotYoursError, RefusedError, EventError,
    RowConflictError, ChainConflictError.
    """
    locked = lock_lots([lot])[0]
    check_may_write(membership, locked.custodian)
    check_time(entry, at=at, earliest=locked.produced_on)
    number = facts.number or f"{entry.day:%Y%m%d}-{entry.id.hex[:8].upper()}"
    if not entry.is_known:
        _check_lot(locked, entry)
        _check_facts(locked, facts)
        if Certificate.objects.filter(issuer=membership.organisation, number=number).exists():
            raise RefusedError("/number", "number_taken", name=number)
    form = "producer" if grew_it_all(membership, locked) else "buyer"
    body = members(
        number=number,
        form=form,
        promise=promise_of(form),
        basis=list(facts.basis),
        product=facts.product,
        kg=facts.kg,
        typed=facts.typed,
        origin=facts.origin,
        date=entry.day,
    )
    saying = Saying(body=body, private=members(contact=facts.contact, signatory=facts.signatory))
    chain.append(record_of("certificate.issued", lot.entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([lot.entity])
    return Certificate.objects.select_related("issuer", "lot").get(pk=entry.id)


@business_transaction
def void(
    *, certificate: Certificate, entry: Entry, reason: Grounds, membership: Membership, at: datetime
) -> Certificate:
    """Void a certificate of the party's own; it stays on record with the reason.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    lot = lock_lots([certificate.lot])[0]
    check_may_write(membership, certificate.issuer)
    check_time(entry, at=at)
    if not entry.is_known:
        _check_in_force(certificate)
    body = members(certificate=str(certificate.pk), reason=reason.reason)
    saying = Saying(body=body, private=members(note=reason.note))
    chain.append(record_of("certificate.voided", lot.entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([lot.entity])
    certificate.refresh_from_db()
    return certificate


@business_transaction
def collect(*, certificate: Certificate, entry: Entry, membership: Membership, at: datetime) -> Certificate:
    """Record that a buyer took a certificate in, as the order asks before anything is bought; once for each party.

    Raises RefusedError, EventError, ChainConflictError.
    """
    lot = lock_lots([certificate.lot])[0]
    if not may_record(membership):
        raise RefusedError("", "viewer_cannot_write")
    check_time(entry, at=at, earliest=certificate.issued_on)
    if certificate.issuer_id == membership.organisation_id:
        raise RefusedError("", "own_certificate")
    if not entry.is_known:
        _check_in_force(certificate)
        _check_collector(certificate, membership)
    saying = Saying(body=members(certificate=str(certificate.pk), date=entry.day))
    record = record_of("certificate.collected", lot.entity, entry=entry, saying=saying, membership=membership)
    chain.append(record, at=at)
    bring_in_line([lot.entity])
    return certificate


def _check_lot(lot: Lot, entry: Entry) -> None:
    check_not_held([lot], "")
    if need_of_lot(lot, on=entry.day) is Need.OUTSIDE:
        raise RefusedError("", "outside_the_order")
    standing = lot.certificates.filter(voided_on=None).first()
    if standing:
        raise RefusedError("", "certificate_exists", name=standing.number)


def _check_facts(lot: Lot, facts: CertificateFacts) -> None:
    if not facts.basis:
        raise RefusedError("/basis", "no_basis")
    if lot.kg is None:
        raise RefusedError("/kg", "unknown_quantity", name=str(lot))
    if facts.kg > lot.kg:
        raise RefusedError("/kg", "more_than_there_is", name=str(lot), kg=lot.kg)
    if "entrusted_test" in facts.basis and not _has_passed(lot):
        raise RefusedError("/basis", "no_test_on_record")


def _has_passed(lot: Lot) -> bool:
    """Whether a laboratory reported on the lot, or on one that it was made from, and nothing failed."""
    lots = [lot, *(one.lot for one in ancestors_of(lot))]
    reports = [one for found in lots for one in judged(found, history.of(found.entity)).reports]
    return bool(reports) and not any(fails(one) for one in reports)


def _check_collector(certificate: Certificate, membership: Membership) -> None:
    if not may_collect(membership, certificate):
        raise RefusedError("", "goods_not_yours", name=str(certificate.lot))
    if certificate.collections.filter(collector=membership.organisation_id).exists():
        raise RefusedError("", "collected_already", name=certificate.number)


def _check_in_force(certificate: Certificate) -> None:
    found = Certificate.objects.filter(pk=certificate.pk).first()
    if found is None:
        raise NotYoursError(f"certificate {certificate.pk}: there is none")
    if found.voided_on:
        raise RefusedError("", "certificate_voided", name=found.number)

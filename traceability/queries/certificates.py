"""Certificates of lots: which one stands for a lot, who must issue one, and which are missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as
from traceability.models import Certificate, CertificateCollection, Lot, Shipment
from traceability.queries import history
from traceability.queries.lots import ancestors_of, descendants_of
from traceability.standards.certificates import Need, need_of, scopes


def certificate_of(lot: Lot) -> Certificate | None:
    """Find the certificate that stands for a lot: valid, and its own.

    What one producer's lots became carries theirs on. What was mixed from several producers needs its own, as does a
    lot whose own certificate was voided.
    """
    own = _newest(Certificate.objects.filter(lot=lot))
    if own is not None:
        return own if own.voided_on is None else None
    sources = [one.lot for one in ancestors_of(lot)]
    if not sources or len(_producers([lot, *sources])) != 1:
        return None
    by_lot = {one.lot_id: one for one in _with_parties().filter(lot__in=sources, voided_on=None)}
    return next((by_lot[one.pk] for one in sources if one.pk in by_lot), None)


def need_of_lot(lot: Lot, *, on: date) -> Need:
    """Tell whether a lot needs a certificate on a day."""
    return need_of(crop=lot.crop, product_form=lot.product_form, on=on)


def grew_it_all(membership: Membership, lot: Lot) -> bool:
    """Whether everything in a lot was grown by the member's own party, so that it promises as the producer."""
    return _producers([lot, *(one.lot for one in ancestors_of(lot))]) == {membership.organisation_id}


def certificates_seen_by(membership: Membership) -> QuerySet[Certificate]:
    """List the certificates whose contact a member may read: issuer, custodian, who collected it, a regulator."""
    if acts_as(membership, OrganisationKind.REGULATOR):
        return _with_parties()
    party = membership.organisation_id
    collected = CertificateCollection.objects.filter(certificate=OuterRef("pk"), collector=party)
    return _with_parties().filter(Q(issuer=party) | Q(lot__custodian=party) | Exists(collected))


def may_collect(membership: Membership, certificate: Certificate) -> bool:
    """Whether the goods went through the party's hands, or are or were on the way to it.

    The goods are the lot of the certificate and all that was made of it. Who only knows the number of a certificate
    buys nothing, and learns nobody's telephone number by it.
    """
    party = membership.organisation_id
    goods = [certificate.lot, *(one.lot for one in descendants_of(certificate.lot))]
    if any(party in {lot.registrant_id, lot.custodian_id} for lot in goods):
        return True
    roads = Shipment.objects.filter(Q(sender=party) | Q(receiver=party), lot__in=goods)
    return roads.exists() or _was_handed_to(membership, certificate.lot)


def certificates_numbered(number: str) -> QuerySet[Certificate]:
    """List the certificates of a number, of whatever issuer: what a buyer reads on the paper."""
    return _with_parties().filter(number=number).order_by("-issued_on", "pk")


@dataclass(frozen=True, slots=True)
class Missing:
    """A lot that lacks a certificate, or whose holder has not collected the one that there is."""

    lot: Lot
    certificate: Certificate | None


def to_issue(membership: Membership, *, on: date, most: int) -> list[Lot]:
    """List lots in the party's hands that need a certificate and have none, the oldest first."""
    mine = _needing(on).filter(custodian=membership.organisation_id)
    return [lot for lot in mine[: 5 * most] if certificate_of(lot) is None][:most]


def overdue(*, on: date, most: int) -> list[Missing]:
    """List lots that passed from hand to hand without a certificate, or whose holder did not collect it."""
    return list(_overdue(_needing(on).exclude(custodian=F("registrant"))[: 5 * most]))[:most]


def _overdue(lots: QuerySet[Lot]) -> Iterator[Missing]:
    for lot in lots:
        found = certificate_of(lot)
        if found is None or not _is_with(found, lot):
            yield Missing(lot, found)


def _is_with(certificate: Certificate, lot: Lot) -> bool:
    if certificate.issuer_id == lot.custodian_id:
        return True
    return CertificateCollection.objects.filter(certificate=certificate, collector=lot.custodian_id).exists()


def _was_handed_to(membership: Membership, lot: Lot) -> bool:
    handed = (one.leaf for one in history.of(lot.entity) if one.leaf.type == "lot.handed_over")
    return any(leaf.body["to"] == str(membership.organisation.public_id) for leaf in handed)


def _needing(on: date) -> QuerySet[Lot]:
    wanted = Q(pk=None)
    for (crop, form), scope in scopes().items():
        if scope.need is Need.REQUIRED and on >= scope.effective_from:
            wanted |= Q(crop=crop, product_form=form, produced_on__gte=scope.effective_from)
    found = Lot.objects.filter(wanted, kg__gt=0).select_related("registrant", "custodian")
    return found.order_by("produced_on", "code", "pk")


def _producers(lots: list[Lot]) -> set[int]:
    return {lot.registrant_id for lot in lots if lot.season_id is not None}


def _newest(found: QuerySet[Certificate]) -> Certificate | None:
    # One that is valid counts before those that were voided, of the same day as well.
    newest = found.select_related("issuer", "lot__registrant", "lot__custodian")
    return newest.order_by(F("voided_on").desc(nulls_first=True), "-issued_on", "pk").first()


def _with_parties() -> QuerySet[Certificate]:
    return Certificate.objects.select_related("issuer", "lot__registrant", "lot__custodian")

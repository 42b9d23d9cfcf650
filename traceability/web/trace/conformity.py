"""The conformity certificate 承诺达标合格证 on the consumer's page, for products that need one."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from traceability.models import Certificate, Lot
from traceability.queries.certificates import certificate_of, need_of_lot
from traceability.queries.trace import Story
from traceability.standards.certificates import Need
from traceability.web.trace.facts import Fact
from traceability.web.trace.parties import party_name
from traceability.web.trace.text import full_day, listed, mass
from traceability.web.words import word


@dataclass(frozen=True, slots=True)
class Conformity:
    """What the certificate says: the promise in the order's own words, and the facts; no promise, no certificate."""

    promise: str = ""
    facts: tuple[Fact, ...] = ()


def conformity_of(story: Story) -> Conformity | None:
    """Give the certificate of a lot, or that one is lacking; None where the product needs none."""
    lot = story.lot
    need = _need(lot)
    if need is Need.OUTSIDE:
        return None
    found = certificate_of(lot)
    if found is None:
        return Conformity() if need is Need.REQUIRED else None
    return Conformity(found.promise, tuple(_facts(found, lot)))


def _need(lot: Lot) -> Need:
    return need_of_lot(lot, on=lot.produced_on) if lot.produced_on else Need.OUTSIDE


def _facts(found: Certificate, lot: Lot) -> list[Fact]:
    # Whom to call is on the paper, and not for everybody.
    of = _("issued for %(code)s, of which this was made") % {"code": found.lot.code} if found.lot_id != lot.pk else ""
    return [
        Fact(_("Certificate number"), found.number, of),
        Fact(_("Issued by"), party_name(found.issuer), full_day(found.issued_on)),
        Fact(_("Product"), found.product, mass(found.kg)),
        Fact(_("Place of origin"), found.origin),
        Fact(_("On the ground of"), listed(word(code) for code in found.basis.split())),
    ]

"""Offers: what a seller sells ahead, at which price, until when."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import Membership
from orders.access import check_owns, check_sells
from orders.deposits import MOST_EARNEST_BP
from orders.enums import DepositKind, OfferState, Substitution
from orders.errors import OrderConflictError
from orders.models import DeliveryWindow, Grade, Node, PresaleOffer, Product
from orders.money import yuan
from orders.services.conflicts import check_same
from orders.services.events import say
from traceability.errors import RefusedError
from traceability.events.vocabulary import KILOGRAMS
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction
from traceability.standards.days import day_in_china

# A price this many times the usual one is a slip of the finger.
MOST_TIMES_USUAL = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is offered. `deposit_bp` and `min_accept_bp` are hundredths of a percent."""

    product: Product
    min_grade: Grade
    window: DeliveryWindow
    ship_region: Node
    price_fen_per_kg: int
    cap_kg: Decimal
    cutoff_at: datetime
    deposit_kind: str = DepositKind.NONE
    deposit_bp: int = 0
    substitution: str = Substitution.ASK
    min_accept_bp: int = 8000


@business_transaction
def open_offer(*, terms: Terms, entry: Entry, membership: Membership, at: datetime) -> PresaleOffer:
    """Open an offer of the party's own. The same id with the same terms gives the offer that there is.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError, and OrderConflictError where the id stands for
    something else.
    """
    check_sells(membership)
    known = PresaleOffer.objects.filter(pk=entry.id).first()
    if known:
        return _same(known, terms, membership)
    _check(terms, at)
    body = members(product=terms.product.code, to=terms.window.ends_on, deposit_bp=terms.deposit_bp or None)
    body["from"] = terms.window.starts_on.isoformat()
    private = members(price_fen=terms.price_fen_per_kg, cap_kg=terms.cap_kg)
    say("offer.opened", f"offer:{entry.id}", entry=entry, membership=membership, at=at, body=body, private=private)
    return PresaleOffer.objects.create(
        pk=entry.id, seller=membership.organisation, state=OfferState.OPEN, **_facts(terms)
    )


@business_transaction
def close_offer(*, offer: PresaleOffer, entry: Entry, membership: Membership, at: datetime) -> PresaleOffer:
    """Take no more orders. Those that were taken stand.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    check_owns(membership, offer.seller)
    locked = PresaleOffer.objects.select_for_update().get(pk=offer.pk)
    if locked.state == OfferState.OPEN:
        say("offer.closed", offer.entity, entry=entry, membership=membership, at=at)
        locked.state = OfferState.CLOSED
        locked.save(update_fields=["state"])
    return locked


def check_mass(kg: Decimal, pointer: str) -> None:
    """Check that a mass is one that somebody could mean. Raises RefusedError.

    One absurd number would stop a product's matching for everybody: the solver's numbers end somewhere.
    """
    if kg <= 0:
        raise RefusedError(pointer, "not_positive")
    if kg > KILOGRAMS.most:
        raise RefusedError(pointer, "above_maximum", limit=KILOGRAMS.most)


def check_price(product: Product, fen_per_kg: int, pointer: str) -> None:
    """Check that a price is one that somebody could mean. Raises RefusedError."""
    most = MOST_TIMES_USUAL * product.reference_fen_per_kg
    if not 0 < fen_per_kg <= most:
        raise RefusedError(pointer, "price_out_of_range", limit=yuan(most))


def _facts(terms: Terms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in Terms.__slots__}


def _same(known: PresaleOffer, terms: Terms, membership: Membership) -> PresaleOffer:
    # To another party nothing is told of what the id stands for.
    if known.seller_id != membership.organisation_id:
        raise OrderConflictError("/id", "id_of_something_else")
    # Terms never change once an offer is open, so its row still says what was sent.
    check_same(_called(known), _called(terms))
    return known


def _called(terms: Terms | PresaleOffer) -> dict[str, object]:
    said: dict[str, object] = {name: getattr(terms, name) for name in Terms.__slots__}
    return {"region": said.pop("ship_region"), **said}


def _check(terms: Terms, at: datetime) -> None:
    if terms.min_grade.product_id != terms.product.pk:
        raise RefusedError("/min_grade", "grade_of_another_product")
    if terms.window.product_id != terms.product.pk:
        raise RefusedError("/window", "window_of_another_product")
    if terms.window.ends_on < day_in_china(at):
        raise RefusedError("/window", "window_in_the_past")
    if day_in_china(terms.cutoff_at) > terms.window.starts_on:
        raise RefusedError("/cutoff_at", "cutoff_after_window")
    check_mass(terms.cap_kg, "/cap_kg")
    if terms.deposit_kind == DepositKind.EARNEST and terms.deposit_bp > MOST_EARNEST_BP:
        raise RefusedError("/deposit_bp", "earnest_above_limit", limit="20 %")
    check_price(terms.product, terms.price_fen_per_kg, "/price_fen_per_kg")

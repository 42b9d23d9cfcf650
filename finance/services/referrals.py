"""A farm asks a bank for a loan through the platform (M9): with a living consent and a pack of what it covers.

The bank pays nothing for it and neither does the farm; the bank alone decides.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import Membership
from finance.enums import Category, NoticeKind, Purpose
from finance.errors import ConsentError
from finance.models import BankNotice, Consent, Referral
from finance.queries.receivables import receivables_file
from orders.access import check_owns
from orders.services.events import say
from traceability.decimals import decimal_text
from traceability.errors import RefusedError
from traceability.ledger import canonicalize
from traceability.models import Plot, Season
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction
from traceability.standards.days import day_in_china

FORMAT = "suyuan/loan-referral/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How much a farm wants, for how long and what for."""

    fen: int
    months: int
    reason: str


@business_transaction
def refer(*, consent: Consent, wish: Wish, entry: Entry, membership: Membership, at: datetime) -> Referral:
    """Send a farm's wish to the bank of a living consent, once. Raises NotYoursError, ConsentError, RefusedError."""
    locked = Consent.objects.select_for_update(of=("self",)).select_related("subject", "recipient").get(pk=consent.pk)
    check_owns(membership, locked.subject)
    known = Referral.objects.filter(consent=locked).first()
    if known:
        return known
    if not locked.is_live(at) or locked.purpose == Purpose.OWN_VIEW:
        raise ConsentError("", "consent_missing")
    if wish.fen <= 0:
        raise RefusedError("/fen", "not_positive")
    pack = _pack(locked, wish, at=at)
    digest = hashlib.sha256(canonicalize(pack)).hexdigest()
    body, private = members(pack_sha256=digest), members(wanted_fen=wish.fen)
    say("consent.referred", locked.entity, entry=entry, membership=membership, at=at, body=body, private=private)
    BankNotice.objects.create(
        bank=locked.recipient, consent=locked, kind=NoticeKind.REFERRED, cause=entry.id, created_at=at
    )
    return Referral.objects.create(
        pk=entry.id,
        consent=locked,
        wanted_fen=wish.fen,
        months=wish.months,
        reason=wish.reason,
        pack_sha256=digest,
        pack=pack,
        made_by=membership.user,
        made_at=at,
    )


def _pack(consent: Consent, wish: Wish, *, at: datetime) -> dict[str, object]:
    """Put together what the consent covers, and nothing else; the score itself is asked for by the consent."""
    farm = consent.subject
    pack: dict[str, object] = {
        "format": FORMAT,
        "consent": str(consent.pk),
        "farm": {"party": str(farm.public_id), "name": farm.name},
        "wanted": {"fen": wish.fen, "months": wish.months, "reason": wish.reason},
        "as_of": day_in_china(at).isoformat(),
    }
    if Category.RECORDS in consent.categories:
        pack["seasons"] = _seasons(farm.pk)
    if Category.RECEIVABLES in consent.categories:
        pack["receivables"] = receivables_file(farm, today=day_in_china(at))
    return pack


def _seasons(farm: int) -> list[dict[str, object]]:
    plots: dict[UUID, str] = dict(Plot.objects.filter(holder=farm, retired=False).values_list("pk", "division_code"))
    found = Season.objects.filter(plot__in=plots).order_by("year", "crop", "pk")
    # Villages, and no corner points: where somebody works is told no finer than the bank needs (PIPL, art. 28).
    return [
        {
            "season": one.entity,
            "village": plots[one.plot_id],
            "crop": one.crop,
            "variety": one.variety,
            "year": one.year,
            "mu": decimal_text(one.area_mu),
        }
        for one in found
    ]

"""A no to a recommendation, and an alert, lower nothing."""

from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.models import Membership
from finance.models import Consent, Score
from finance.services import scores
from orders.models import Recommendation
from orders.services import recommendations
from tests.factories import market, scored
from tests.factories.credit import NOW
from tests.factories.log import publish
from traceability.models import Plot
from traceability.services.entries import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


def advised(farmer: Membership, seller: Membership, operator: Membership) -> Recommendation:
    """Let a farm plan, sell ahead, and be recommended more."""
    product, plot = market.make_product(), Plot.objects.get(holder=farmer.organisation)
    market.make_plan(farmer, product, plot=plot)
    market.place(market.make_channel(seller), market.make_offer(seller, product), "300", by=seller)
    return Recommendation.objects.create(
        run=market.match(product, by=operator),
        plot=plot,
        product=product,
        window=market.window(product, 2),
        area_mu=Decimal(2),
        presold_bp=6200,
        forecast_bp=3000,
        price_fen_per_kg=380,
    )


def compute(consent: Consent, bank: Membership) -> Score:
    entry = Entry(id=uuid4(), time=NOW)
    return scores.compute(subject=consent.subject, as_of=NOW, consent=consent, membership=bank, entry=entry, at=NOW)


def test_a_declined_recommendation_changes_neither_a_feature_nor_the_score(
    farmer: Membership, processor: Membership, laboratory: Membership, operator: Membership, bank: Membership
) -> None:
    consent = scored.ready(scored.Cast(farmer, processor, laboratory), operator, bank)
    advice = advised(farmer, processor, operator)
    publish()
    before = compute(consent, bank)

    entry = Entry(id=uuid4(), time=NOW)
    recommendations.decline(recommendation=advice, entry=entry, membership=farmer, at=NOW)
    publish()
    after = compute(consent, bank)

    assert before.outcome == "scored"
    assert (after.outcome, after.score, after.features) == (before.outcome, before.score, before.features)

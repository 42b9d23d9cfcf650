"""A farm's own score, by the real card over real records."""

import pytest

from accounts.models import Membership
from finance.enums import Category, Purpose
from finance.models import Consent, Score
from tests.factories import scored
from tests.factories.credit import ask, make_consent
from tests.factories.log import publish
from tests.factories.pages import client_of
from tests.factories.scored import Cast

pytestmark = pytest.mark.django_db


def _own(farmer: Membership) -> Consent:
    return make_consent(farmer, farmer, purpose=Purpose.OWN_VIEW, categories=tuple(Category.values))


def test_a_farm_sees_its_score_with_reasons_and_a_bank_is_answered_the_same(  # noqa: PLR0917
    farmer: Membership,
    processor: Membership,
    laboratory: Membership,
    operator: Membership,
    bank: Membership,
    log_keys: None,
    outbound: None,
) -> None:
    consent = scored.ready(Cast(farmer, processor, laboratory), operator, bank)
    own = _own(farmer)
    publish()

    told = ask(consent, bank)
    seen = ask(own, farmer, purpose=Purpose.OWN_VIEW)
    page = client_of(farmer).get("/credit/").content.decode()

    assert Score.objects.count() == 2
    assert told.score.score == seen.score.score
    assert told.score.score is not None
    assert f"<dd>{told.score.score}</dd>" in page
    assert f"<dd>{told.score.grade}</dd>" in page
    assert "Why it is not higher" in page


def test_a_thin_farm_is_told_what_is_missing(
    farmer: Membership, operator: Membership, bank: Membership, log_keys: None
) -> None:
    scored.make_card(operator)
    own = _own(farmer)
    publish()

    answer = ask(own, farmer, purpose=Purpose.OWN_VIEW)
    page = client_of(farmer).get("/credit/").content.decode()

    assert answer.score.score is None
    assert "Too little is known for a number yet." in page
    assert "What is missing" in page

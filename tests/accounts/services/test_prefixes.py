from datetime import UTC, datetime

import pytest

from accounts.enums import Provenance
from accounts.errors import CompanyPrefixError, NotAllowedError, PrefixTakenError, TooManyPrefixesError
from accounts.models import CompanyPrefix, Membership, User
from accounts.queries.prefixes import held_by_others, is_confirmed
from accounts.services.prefixes import claim_prefix, confirm_prefix
from tests.factories.parties import make_user

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 21, 4, 0, tzinfo=UTC)
GTIN = "06901234567892"


@pytest.fixture
def operator() -> User:
    user = make_user("运营")
    user.is_staff = True
    user.save()
    return user


def claimed(by: Membership, prefix: str = "6901234") -> CompanyPrefix:
    return claim_prefix(by=by, prefix=prefix, at=NOON)


def confirmed(by: Membership, operator: User, prefix: str = "6901234") -> CompanyPrefix:
    return confirm_prefix(claim=claimed(by, prefix), by=operator, at=NOON)


def test_a_claim_alone_says_nothing(farmer: Membership, stranger: Membership) -> None:
    claimed(farmer)

    assert not is_confirmed(GTIN, farmer.organisation)
    assert held_by_others([GTIN], stranger.organisation) == frozenset()


def test_a_confirmed_prefix_makes_its_gtins_the_organisations(
    farmer: Membership, stranger: Membership, operator: User
) -> None:
    found = confirmed(farmer, operator)

    assert (found.confirmed_at, found.confirmed_by) == (NOON, operator)
    assert is_confirmed(GTIN, farmer.organisation)
    # Another packing level of the same product, and a GTIN of the neighbouring prefix.
    others = [GTIN, "16901234567899", "06901235000008"]
    assert held_by_others(others, stranger.organisation) == {GTIN, "16901234567899"}
    assert held_by_others(others, farmer.organisation) == frozenset()
    assert not is_confirmed(GTIN, stranger.organisation)


@pytest.mark.parametrize("prefix", ["6901234", "690123", "690123456"])
def test_what_overlaps_with_anothers_prefix_is_not_confirmed(
    farmer: Membership, stranger: Membership, operator: User, prefix: str
) -> None:
    confirmed(farmer, operator)

    with pytest.raises(PrefixTakenError):
        confirmed(stranger, operator, prefix)

    assert not is_confirmed(GTIN, stranger.organisation)


def test_two_may_claim_what_only_one_gets(farmer: Membership, stranger: Membership, operator: User) -> None:
    claimed(stranger)
    confirmed(farmer, operator)

    assert held_by_others([GTIN], stranger.organisation) == {GTIN}


@pytest.mark.parametrize("prefix", ["", "69012", "6901234567890", "69O1234", "９９９９９９９", "9520000", "952 1234"])
def test_what_no_company_can_have_is_refused(farmer: Membership, prefix: str) -> None:
    with pytest.raises(CompanyPrefixError):
        claimed(farmer, prefix)


def test_the_same_claim_twice_is_one(farmer: Membership) -> None:
    assert claimed(farmer, "690 1234") == claimed(farmer)


def test_claims_are_limited(farmer: Membership) -> None:
    for number in range(10):
        claimed(farmer, f"690123{number}")

    with pytest.raises(TooManyPrefixesError):
        claimed(farmer, "6909999")


def test_only_an_owner_claims_and_only_the_operator_confirms(farmer: Membership, viewer: Membership) -> None:
    with pytest.raises(NotAllowedError):
        claimed(viewer)
    with pytest.raises(NotAllowedError):
        confirm_prefix(claim=claimed(farmer), by=farmer.user, at=NOON)


@pytest.mark.parametrize(
    ("provenance", "count"), [(Provenance.GENERATED, 1), (Provenance.EXAMPLE, 1), (Provenance.OPERATED, 0)]
)
def test_gtins_of_demonstrations_belong_to_a_labelled_cast(
    farmer: Membership, provenance: Provenance, count: int
) -> None:
    farmer.organisation.provenance = provenance

    assert is_confirmed("09520260000103", farmer.organisation) == bool(count)

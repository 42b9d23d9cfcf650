import pytest

from accounts.models import Membership
from finance.models import Credential
from tests.factories.credit import certify, make_consent, soon, timezone_now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


def test_where_eight_tries_find_no_room_the_next_list_begins(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank, at=timezone_now(), until=soon())

    # The factory draws the same position each time.
    for _ in range(10):
        certify(consent, farmer)

    found = list(Credential.objects.order_by("list_number", "position").values_list("list_number", "position"))
    assert found[:8] == [(0, 77 + step * step) for step in range(8)]
    assert found[8:] == [(1, 77), (1, 141)]

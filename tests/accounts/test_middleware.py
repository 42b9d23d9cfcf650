import pytest
from django.test import Client

from accounts.models import Membership
from accounts.queries.memberships import acting_membership

pytestmark = pytest.mark.django_db


def test_a_request_without_a_session_asks_the_database_nothing(
    english: Client, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        response = english.get("/account/signup/")

    assert acting_membership(response.wsgi_request) is None


def test_a_request_acts_by_the_oldest_membership(farmers_page: Client, farmer: Membership) -> None:
    response = farmers_page.get("/")

    assert acting_membership(response.wsgi_request) == farmer


def test_a_membership_that_ended_is_not_acted_by(farmers_page: Client, farmer: Membership) -> None:
    farmers_page.get("/")
    farmer.delete()

    response = farmers_page.get("/")

    assert acting_membership(response.wsgi_request) is None
    assert "From plot to plate" in response.content.decode()

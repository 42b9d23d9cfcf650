from uuid import uuid4

import pytest
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisConnectionError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from accounts import soft_cache
from accounts.api import throttles
from accounts.api.throttles import PartyThrottle
from accounts.models import Membership
from tests.factories.parties import make_user

pytestmark = pytest.mark.django_db


class Twice(PartyThrottle):
    THROTTLE_RATES = {"twice": "2/min", "other": "2/min"}
    # No minute ends between two of the requests.
    timer = staticmethod(lambda: 1_000_000_010.0)


class Echo(APIView):
    throttle_classes = [Twice]
    throttle_scope = "twice"

    def get(self, _request: Request) -> Response:
        return Response({})


class Other(Echo):
    throttle_scope = "other"


@pytest.fixture(autouse=True)
def _own_counts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}
    monkeypatch.setattr(throttles, "soft_cache", soft_cache.SoftCache())


def ask(member: Membership, view: type[APIView] = Echo) -> Response:
    request = APIRequestFactory().get("/api/echo")
    request.membership = member  # type: ignore[attr-defined]
    force_authenticate(request, member.user)
    answer = view.as_view()(request)
    assert isinstance(answer, Response) or answer.status_code == 429
    return answer


def test_a_party_that_asks_too_often_is_told_when_to_come_again(farmer: Membership) -> None:
    assert [ask(farmer).status_code for _ in range(3)] == [200, 200, 429]

    assert int(ask(farmer).headers["Retry-After"]) == 60 - 1_000_000_010 % 60


def test_all_of_a_party_count_together_and_each_party_alone(farmer: Membership, stranger: Membership) -> None:
    colleague = Membership.objects.create(user=make_user(), organisation=farmer.organisation)

    assert [ask(member).status_code for member in (farmer, colleague, farmer)] == [200, 200, 429]
    assert ask(stranger).status_code == 200


def test_each_scope_counts_for_itself(farmer: Membership) -> None:
    assert [ask(farmer).status_code for _ in range(3)] == [200, 200, 429]

    assert ask(farmer, Other).status_code == 200


def test_everybody_is_let_in_while_the_cache_is_down(farmer: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def count(self, _keys: object) -> None:
            raise RedisConnectionError("nobody listens")

    monkeypatch.setattr(soft_cache, "cache", Broken())

    assert [ask(farmer).status_code for _ in range(4)] == [200] * 4

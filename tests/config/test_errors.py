import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisConnectionError
from rest_framework import exceptions as rest
from rest_framework import serializers
from rest_framework.decorators import api_view, permission_classes

import config.urls
from accounts.errors import AccountsError, AlreadyRegisteredError, NotAllowedError, NotYoursError, PhoneNumberError
from config.errors import STATUSES, TITLES, problem_of
from traceability.errors import InputError, TraceabilityError
from traceability.ledger import ProofError
from traceability.services.chain import ChainConflictError, OutboxFullError
from traceability.services.publisher import PublishError

# What the views of this test raise.
RAISED: list[Exception] = []


@api_view(["GET", "POST"])
@permission_classes([])
def api(request: HttpRequest) -> HttpResponse:
    if RAISED:
        raise RAISED[0]
    Weighing(data=request.data).is_valid(raise_exception=True)  # type: ignore[attr-defined]
    return HttpResponse("fine")


def page(_request: HttpRequest) -> HttpResponse:
    raise RAISED[0]


class Grain(serializers.Serializer[Any]):
    kg = serializers.IntegerField(min_value=0)


class Weighing(serializers.Serializer[Any]):
    lots = Grain(many=True)

    def validate(self, attrs: Any) -> Any:
        if len(attrs["lots"]) > 1:
            raise serializers.ValidationError("one lot at a time", code="too_many")
        return attrs


urlpatterns = [path("api/test", api), path("page", page), *config.urls.urlpatterns]
handler400, handler403 = config.urls.handler400, config.urls.handler403
handler404, handler500 = config.urls.handler404, config.urls.handler500


@pytest.fixture
def raising(settings: Settings) -> Iterator[Callable[[Exception], Client]]:
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False, headers={"Accept-Language": "en"})

    def fill(error: Exception) -> Client:
        RAISED[:] = [error]
        return client

    yield fill
    RAISED.clear()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (PhoneNumberError(), 422),
        (AlreadyRegisteredError(), 409),
        (NotAllowedError(), 403),
        (NotYoursError(), 404),
        (AccountsError(), 422),
        (InputError("/kg", "below_minimum", limit=0), 422),
        (TraceabilityError("lot x: is sealed"), 422),
        (ChainConflictError("lot:1: moved on"), 409),
        (OutboxFullError("outbox: 4096 wait"), 503),
        (ProofError("root differs"), 422),
        (Http404("secret"), 404),
        (PermissionDenied("secret"), 403),
        (OperationalError("host 10.0.0.1"), 503),
        (RedisConnectionError("host 10.0.0.1"), 503),
        (rest.NotAuthenticated(), 401),
        (rest.MethodNotAllowed("PUT"), 405),
        (rest.Throttled(wait=7.2), 429),
    ],
)
def test_problem_of_gives_each_error_its_status(error: Exception, status: int) -> None:
    problem = problem_of(error)

    assert problem is not None
    assert problem.status == status
    assert problem.status in TITLES
    assert "secret" not in problem.detail
    assert "10.0.0.1" not in problem.detail


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), PublishError("x")])
def test_problem_of_our_own_faults_is_none(error: Exception) -> None:
    assert problem_of(error) is None


def test_every_status_of_the_table_has_a_title() -> None:
    assert {status for status in STATUSES.values() if status} <= set(TITLES)


@pytest.mark.parametrize(
    ("language", "title", "message"),
    [("en", "Refused: a rule is broken", "must not be below 0"), ("zh-hans", "不符合规则，未接受", "不能小于 0")],
)
def test_an_api_answers_problem_details_in_the_readers_language(
    raising: Callable[[Exception], Client], language: str, title: str, message: str
) -> None:
    client = raising(InputError("/quantity/kg", "below_minimum", limit=0))

    response = client.get("/api/test", headers={"Accept-Language": language})

    assert (response.status_code, response.headers["Content-Type"]) == (422, "application/problem+json")
    assert response.json() == {
        "type": "urn:suyuan:problem:unprocessable-entity",
        "title": title,
        "status": 422,
        "detail": f"/quantity/kg {message}",
        "instance": "/api/test",
        "errors": [{"pointer": "/quantity/kg", "rule": "below_minimum", "message": message}],
    }


def test_an_api_points_at_every_member_that_a_serializer_refuses(raising: Callable[[Exception], Client]) -> None:
    client = raising(ValueError())
    RAISED.clear()

    response = client.post("/api/test", {"lots": [{"kg": 1}, {"kg": -1}, {}]}, content_type="application/json")

    assert response.status_code == 400
    assert [(one["pointer"], one["rule"]) for one in response.json()["errors"]] == [
        ("/lots/1/kg", "min_value"),
        ("/lots/2/kg", "required"),
    ]


def test_an_api_points_at_the_whole_where_a_rule_is_about_it(raising: Callable[[Exception], Client]) -> None:
    client = raising(ValueError())
    RAISED.clear()

    body = client.post("/api/test", {"lots": [{"kg": 1}, {"kg": 2}]}, content_type="application/json").json()

    assert body["errors"] == [{"pointer": "", "rule": "too_many", "message": "one lot at a time"}]


def test_an_api_says_when_to_come_again(raising: Callable[[Exception], Client]) -> None:
    full = raising(OutboxFullError("outbox: full")).get("/api/test")
    throttled = raising(rest.Throttled(wait=7.2)).get("/api/test")

    assert (full.status_code, full.headers["Retry-After"]) == (503, "5")
    assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "8")


def test_an_api_hides_what_failed_inside(raising: Callable[[Exception], Client]) -> None:
    response = raising(ValueError("secret")).get("/api/test")

    assert (response.status_code, response.headers["Content-Type"]) == (500, "application/problem+json")
    assert b"secret" not in response.content
    assert response.json()["title"] == "Something failed on our side"


@pytest.mark.parametrize(
    ("error", "status", "texts"),
    [
        (InputError("/kg", "below_minimum", limit=0), 422, ["/kg", "must not be below 0"]),
        (ChainConflictError("lot:1: moved on"), 409, ["It does not fit what is there already"]),
        (Http404(), 404, ["There is no such page, or it is not yours"]),
        (PermissionDenied(), 403, ["You may not do this"]),
    ],
)
@pytest.mark.django_db
def test_a_page_answers_with_a_page(
    raising: Callable[[Exception], Client], error: Exception, status: int, texts: list[str]
) -> None:
    response = raising(error).get("/page", headers={"Accept": "text/html,*/*;q=0.8"})

    assert response.status_code == status
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    for text in texts:
        assert text in response.content.decode()


@pytest.mark.parametrize(("error", "status"), [(ValueError("secret"), 500), (OperationalError("secret"), 503)])
def test_a_page_of_our_own_faults_asks_the_database_nothing(
    raising: Callable[[Exception], Client], error: Exception, status: int
) -> None:
    # No database is marked for this test, so any question would fail it.
    response = raising(error).get("/page", headers={"Accept-Language": "zh-hans"})

    body = response.content.decode()
    assert response.status_code == status
    assert '<html lang="zh-Hans">' in body
    assert "您提交的内容没有保存。" in body
    assert "secret" not in body
    assert response.headers.get("Retry-After") == ("5" if status == 503 else None)


def test_a_program_that_asks_for_json_gets_it_on_a_page_too(raising: Callable[[Exception], Client]) -> None:
    response = raising(Http404()).get("/page", headers={"Accept": "application/json"})

    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_an_address_that_does_not_exist(raising: Callable[[Exception], Client]) -> None:
    client = raising(ValueError())

    shown, told = client.get("/nothing/<here>/"), client.get("/api/nothing")

    assert (shown.status_code, told.status_code) == (404, 404)
    assert "Look whether the address is right." in shown.content.decode()
    assert json.loads(told.content)["instance"] == "/api/nothing"


@pytest.mark.django_db
def test_too_many_attempts_have_a_page(english_limits: Client) -> None:
    for _ in range(31):
        response = english_limits.post("/account/login/", {})

    assert (response.status_code, response.headers["Retry-After"]) == (429, "60")
    assert "Too many requests" in response.content.decode()


@pytest.fixture
def english_limits(settings: Settings) -> Client:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    return Client(headers={"Accept-Language": "en"})


def test_the_title_follows_the_language() -> None:
    problem = problem_of(NotYoursError())
    assert problem is not None

    with translation.override("zh-hans"):
        members = problem.members(instance=RequestFactory().get("/x").path)

    assert (members["title"], members["instance"]) == ("没有这个页面，或者它不属于您", "/x")

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from redis.exceptions import ConnectionError as RedisConnectionError

from accounts.models import Membership
from tests.factories import farm
from tests.factories.witnesses import Circle
from traceability.services import integrator, publisher


def test_alive_asks_nothing_of_the_database(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_all_is_there(client: Client) -> None:
    response = client.get("/readyz")

    assert response.json() == dict.fromkeys(
        ("database", "replica", "migrations", "cache", "broker", "log", "witnesses"), "ok"
    )
    assert response.status_code == 200


@pytest.mark.django_db
def test_not_ready_without_database_and_names_no_host(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection to server at db.internal.example failed for user suyuan_app")

    monkeypatch.setattr(connection, "cursor", refuse)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["database"] == "OperationalError"
    assert "internal" not in response.content.decode()


@pytest.mark.django_db
def test_not_ready_without_broker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise RedisConnectionError("no route")

    monkeypatch.setattr(cache, "set", refuse)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert {name for name, said in response.json().items() if said != "ok"} == {"cache"}


@pytest.mark.django_db
def test_not_ready_where_the_broker_is_dead(client: Client, settings: Settings) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

    response = client.get("/readyz")

    assert (response.status_code, response.json()["broker"]) == (503, "OperationalError")


@pytest.mark.django_db
def test_not_ready_where_too_much_waits_for_the_log(client: Client, settings: Settings, farmer: Membership) -> None:
    farm.make_plot(farmer)
    settings.OUTBOX_LIMIT = 1

    response = client.get("/readyz")

    assert (response.status_code, response.json()["log"]) == (503, "1 events wait for their place")


@pytest.mark.django_db
@pytest.mark.usefixtures("log_keys")
def test_not_ready_where_entries_wait_for_a_checkpoint(client: Client, farmer: Membership) -> None:
    taken = timezone.now() - timedelta(minutes=5)
    farm.make_plot(farmer, at=taken)
    integrator.integrate_once()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["log"].startswith("entries have waited 30")


@pytest.mark.django_db
@pytest.mark.usefixtures("log_keys")
def test_ready_where_a_log_that_rested_for_a_day_has_one_new_entry(client: Client, farmer: Membership) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    farm.make_plot(farmer, at=yesterday)
    integrator.integrate_once()
    publisher.publish_once(at=yesterday)
    farm.make_plot(farmer, number="two", at=timezone.now())
    integrator.integrate_once()

    assert client.get("/readyz").json()["log"] == "ok"


@pytest.mark.django_db
def test_not_ready_where_a_witness_is_missing(client: Client, farmer: Membership, circle: Circle) -> None:
    circle.stop("bank")
    circle.agree("any")
    farm.make_plot(farmer)
    integrator.integrate_once()
    publisher.publish_once(at=timezone.now())

    response = client.get("/readyz")
    circle.path.unlink()
    broken = client.get("/readyz")

    assert (response.status_code, response.json()["witnesses"]) == (503, "bank has cosigned 0 of 1 published entries")
    assert (broken.status_code, broken.json()["witnesses"]) == (503, "PolicyError")


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/healthz").status_code == 405

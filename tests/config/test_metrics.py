from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import Settings

from accounts.models import Membership
from tests.factories import farm
from tests.factories.witnesses import Circle
from traceability.services import integrator, publisher

TOKEN = {"Authorization": "Bearer for-tests"}


def figures(client: Client) -> dict[str, float]:
    text = client.get("/metrics", headers=TOKEN).content.decode()
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.labels
    }


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer guessed"}])
def test_a_stranger_finds_no_such_page(client: Client, settings: Settings, headers: dict[str, str]) -> None:
    settings.METRICS_TOKEN = "for-tests"

    assert client.get("/metrics", headers=headers).status_code == 404


def test_without_a_token_there_is_no_page_even_for_an_empty_one(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("log_keys")
def test_gauges_tell_how_the_log_stands(client: Client, settings: Settings, farmer: Membership) -> None:
    settings.METRICS_TOKEN = "for-tests"
    farm.make_plot(farmer)
    integrator.integrate_once()
    publisher.publish_once(at=timezone.now())
    farm.make_plot(farmer, number="two", at=timezone.now() - timedelta(minutes=5))
    integrator.integrate_once()
    farm.make_plot(farmer, number="three")

    found = figures(client)

    assert (found["suyuan_log_size"], found["suyuan_log_signed"], found["suyuan_log_waiting"]) == (2, 1, 1)
    assert 300 <= found["suyuan_checkpoint_behind_seconds"] < 400
    assert found["suyuan_findings_open"] == 0
    assert found["suyuan_disk_free_bytes"] > 0


@pytest.mark.django_db
def test_a_witness_that_is_missing_is_counted(
    client: Client, settings: Settings, farmer: Membership, circle: Circle
) -> None:
    settings.METRICS_TOKEN = "for-tests"
    circle.stop("bank")
    circle.agree("any")
    farm.make_plot(farmer)
    integrator.integrate_once()
    publisher.publish_once(at=timezone.now())

    assert figures(client)["suyuan_witnesses_missing"] == 1


@pytest.mark.django_db
def test_requests_are_counted_by_route(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "for-tests"
    client.get("/find/?code=1")

    text = client.get("/metrics", headers=TOKEN).content.decode()

    assert 'suyuan_request_seconds_count{method="GET",route="find/"' in text

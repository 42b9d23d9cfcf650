"""The generated description of these endpoints."""

from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from traceability.api import urls


@pytest.fixture
def schema() -> Any:
    GENERATOR_STATS.reset()
    generator: Any = SchemaGenerator
    return generator(patterns=urls.urlpatterns).get_schema(request=None, public=True)


def test_it_is_made_without_a_warning(schema: Any) -> None:
    assert (GENERATOR_STATS._warn_cache, GENERATOR_STATS._error_cache) == ({}, {})


def test_it_names_every_endpoint(schema: Any) -> None:
    found = {path: sorted(methods) for path, methods in schema["paths"].items()}

    assert found == {
        "/capture": ["post"],
        "/capture/{job_id}": ["get"],
        "/events": ["get", "post"],
        "/events/{event_id}": ["get"],
    }


def test_documents_come_as_json_or_json_ld(schema: Any) -> None:
    taken = schema["paths"]["/capture"]["post"]["requestBody"]["content"]

    assert sorted(taken) == ["application/json", "application/ld+json"]


def test_all_parameters_are_named(schema: Any) -> None:
    named = {one["name"] for one in schema["paths"]["/events"]["get"]["parameters"]}

    assert {"EQ_bizStep", "MATCH_anyEPC", "GE_eventTime", "perPage", "nextPageToken"} <= named
    assert len(named) == 20


def test_keys_are_described(schema: Any) -> None:
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert {"key": ["epcis:read"]} in schema["paths"]["/events"]["get"]["security"]

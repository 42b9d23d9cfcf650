"""The description of the whole API, which stands in the tree so that changes of it are seen."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.utils import translation
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

COMMITTED = Path(__file__).parents[4] / "docs" / "api" / "openapi.yaml"


@pytest.fixture
def schema() -> Any:
    GENERATOR_STATS.reset()
    generator: Any = SchemaGenerator
    with translation.override("en"):
        return generator().get_schema(request=None, public=True)


def test_it_is_valid_and_made_without_a_warning(schema: Any) -> None:
    check: Any = validate_schema
    check(schema)

    assert (GENERATOR_STATS._warn_cache, GENERATOR_STATS._error_cache) == ({}, {})


def test_the_committed_one_is_current(schema: Any) -> None:
    renderer: Any = OpenApiYamlRenderer()
    with translation.override("en"):
        written = renderer.render(schema, renderer_context={})

    assert COMMITTED.read_bytes() == written, "run: make api-schema"


def test_it_covers_every_part_of_the_api(schema: Any) -> None:
    parts = {path.split("/")[2] for path in schema["paths"]}

    assert parts == {"bank", "epcis", "fieldwork", "v1"}


@pytest.mark.django_db
def test_anybody_may_read_it() -> None:
    answer = Client().get("/api/v1/schema")

    assert answer.status_code == 200
    assert yaml.safe_load(answer.content)["info"]["title"] == "Suyuan"

"""The published description of the API, and requests made up by it (schemathesis)."""

import json
from collections.abc import Mapping
from typing import Any

import requests
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from schemathesis import Response, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.factories.bank import SITE

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_OF_REQUESTS = {"method", "url", "headers", "params", "data", "json", "cookies", "files"}


def described(prefix: str = "/api/") -> Any:
    """Give the description of what lies under a prefix, as schemathesis reads it."""
    generator: Any = SchemaGenerator
    renderer: Any = OpenApiJsonRenderer()
    found = json.loads(renderer.render(generator().get_schema(request=None, public=True), renderer_context={}))
    found["paths"] = {path: one for path, one in found["paths"].items() if path.startswith(prefix)}
    return openapi.from_dict(found)


def sent(case: Any, client: Client, headers: Mapping[str, str]) -> Response:
    """Send what was made up inside of the test's transaction, and give the answer as schemathesis reads it."""
    made = {name: value for name, value in case.as_transport_kwargs(base_url=SITE).items() if name in _OF_REQUESTS}
    asked = requests.Request(**made).prepare()
    kind = str(asked.headers.get("Content-Type", "application/json"))
    body = asked.body.encode() if isinstance(asked.body, str) else asked.body or b""
    # What fails is an answer as well, and held against the description like any other.
    client.raise_request_exception = False
    told = client.generic(str(asked.method), asked.path_url, body, content_type=kind, headers=dict(headers))
    return Response(
        status_code=told.status_code,
        headers={name.lower(): [value] for name, value in told.headers.items()},
        content=told.content,
        request=asked,
        elapsed=0.0,
        verify=True,
    )

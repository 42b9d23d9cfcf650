"""What every answer bears, whatever the route: asked of each of them by nobody, as production answers."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.security.strangers import addresses, routes

pytestmark = pytest.mark.django_db

WHO: Mapping[str, Sequence[object]] = {
    "organisation_id": [1],
    "object_id": ["1"],
    "lot_id": ["6f1f7b0e-0b0a-4b44-8b39-0b8e9d1f7c11"],
}


@pytest.fixture
def _as_in_production(settings: Settings) -> Iterator[None]:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 365 * 24 * 3600, True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def _faults(answer: Any, *, shared: bool) -> list[str]:
    policy = {
        name: sources
        for name, _, sources in (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    }
    wanted = {
        "default-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
    }
    headers = {
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
    kind = answer.headers.get("Content-Type", "")
    return [
        *(f"CSP {name}" for name, sources in wanted.items() if policy.get(name) != sources),
        *(["CSP unsafe"] if "unsafe" in answer["Content-Security-Policy"] else []),
        *(name for name, value in headers.items() if answer.headers.get(name) != value),
        *([f"{kind} without charset"] if kind.startswith("text/") and "charset=" not in kind else []),
        # Only what anybody may read, without cookies: the resolver of printed codes.
        *([] if answer.headers.get("Access-Control-Allow-Origin") in {None, "*" if shared else None} else ["CORS"]),
    ]


@pytest.mark.usefixtures("_as_in_production")
def test_every_route_answers_with_the_headers_that_browsers_heed() -> None:
    client = Client()
    wrong = {
        name: faults
        for name, route in routes()
        if (faults := _faults(client.get(addresses(route, WHO)[0], secure=True), shared=name.startswith("trace:")))
    }

    assert "\n".join(f"{name}: {faults}" for name, faults in wrong.items()) == ""


@pytest.mark.usefixtures("_as_in_production")
def test_cookies_are_bound_to_this_host_and_out_of_reach_of_scripts_and_other_sites() -> None:
    client = Client()
    client.get("/account/login/", secure=True)
    client.post("/account/login/", {"login": "13800138000", "password": "x"}, secure=True)

    cookies = {name: (c["secure"], c["path"], c["domain"], c["samesite"]) for name, c in client.cookies.items()}

    assert cookies["__Host-csrf"] == (True, "/", "", "Lax")
    assert {name for name in cookies if not name.startswith("__Host-")} == set()


def test_files_of_the_pages_bear_them_too(client: Client) -> None:
    answer: Any = client.get("/static/config/tokens.css")
    answer.close()

    assert answer.status_code == 200
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
def test_methods_that_nobody_needs_do_nothing(client: Client, method: str) -> None:
    answers = [client.generic(method, url).status_code for url in ("/healthz", "/checkpoint", "/api/v1/lots")]

    assert all(status in {401, 403, 405} for status in answers)

import ast
from collections.abc import Sequence

import pytest
from django.test import Client
from pytest_django import Settings

from config.plain_http import FOR_PROGRAMS
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture
def nobody(settings: Settings) -> Client:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_REDIRECT_EXEMPT = True, exempt()
    return Client()


def exempt() -> Sequence[str]:
    """Read what production leaves out; it cannot be imported beside the suite's settings."""
    tree = ast.parse((ROOT / "config/settings/production.py").read_text(encoding="utf-8"))
    (value,) = (one.value for one in tree.body if isinstance(one, ast.Assign) and "EXEMPT" in ast.unparse(one))
    return ast.literal_eval(value)  # type: ignore[no-any-return]


@pytest.mark.parametrize("url", ["/api/v1/lots", "/api/bank/v1/queries", "/api/fieldwork/", "/oauth/token"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_programs_are_refused_without_tls(nobody: Client, url: str, method: str) -> None:
    answer = nobody.generic(method, url, headers={"authorization": "Bearer sy_secret"})

    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")
    assert "https" in answer.json()["detail"]
    assert "Location" not in answer.headers


def test_pages_are_led_on(nobody: Client) -> None:
    assert nobody.get("/plots/").headers["Location"] == "https://testserver/plots/"


def test_with_tls_programs_come_through(nobody: Client) -> None:
    assert nobody.get("/api/v1/lots", secure=True).status_code == 401


def test_production_leaves_all_programs_to_be_refused() -> None:
    assert {f"^{path[1:]}" for path in FOR_PROGRAMS} <= set(exempt())

"""What a key opens that is confined to parts of the API."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.views import SpectacularAPIView

from accounts.enums import KeyRole, KeyScope
from accounts.models import Membership
from tests.factories import farm
from tests.factories.api import Machine

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


@pytest.mark.parametrize(
    ("scope", "path"),
    [
        (KeyScope.FARM, "plots"),
        (KeyScope.LOTS, "lots"),
        (KeyScope.INSPECTION, "certificates"),
        (KeyScope.RECALLS, "recalls"),
        (KeyScope.IMPORTS, "imports"),
        (KeyScope.ORDERS, "offers"),
    ],
)
def test_a_key_opens_its_part_and_no_other(processor: Membership, scope: KeyScope, path: str) -> None:
    machine = Machine(processor, scopes=[scope])
    others = Machine(processor, scopes=[one for one in KeyScope if one != scope])

    assert machine.get(path).status_code == 200
    answer = others.get(path)
    assert answer.status_code == 403
    assert "does not open this part" in answer.json()["detail"]


def test_a_key_without_parts_opens_all(processor: Membership) -> None:
    machine = Machine(processor)

    assert [machine.get(path).status_code for path in ("plots", "lots", "recalls")] == [200, 200, 200]


def test_epcis_is_a_part_of_its_own(processor: Membership) -> None:
    opened, closed = Machine(processor, scopes=[KeyScope.EPCIS]), Machine(processor, scopes=[KeyScope.LOTS])

    assert opened.client.get("/api/epcis/events").status_code == 200
    assert closed.client.get("/api/epcis/events").status_code == 403


def test_a_part_is_written_only_by_a_recorder(farmer: Membership) -> None:
    reader = Machine(farmer, role=KeyRole.VIEWER, scopes=[KeyScope.FARM])
    season = farm.make_season(farmer)

    assert reader.get(f"seasons/{season.pk}").status_code == 200
    assert reader.post(f"seasons/{season.pk}/events").status_code == 403


def test_every_address_that_machines_use_is_in_a_part() -> None:
    views = [view for view in _views(get_resolver()) if "ApiKeyAuthentication" in _authentication(view)]
    # The description of the API is for everybody.
    views.remove(SpectacularAPIView)

    assert len(views) > 40
    assert [view.__name__ for view in views if getattr(view, "scope", "") not in set(KeyScope)] == []


def _views(resolver: URLResolver) -> list[type]:
    found: list[type] = []
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            found += _views(one)
        elif isinstance(one, URLPattern) and (view := getattr(one.callback, "cls", None)):
            found.append(view)
    return found


def _authentication(view: type) -> set[str]:
    return {one.__name__ for one in getattr(view, "authentication_classes", ())}

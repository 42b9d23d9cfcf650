"""How many statements each of the paths takes that are asked most: one more for each record would be found here."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import Membership
from tests.factories import farm, stories
from tests.factories.log import publish
from tests.factories.pages import client_of
from tests.factories.phones import Phone
from tests.statements import statements
from traceability.services import chain_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys", "autumn")]
WATER: dict[str, Any] = {"water_m3": "30", "typed": {"value": "30", "unit": "m3"}}


@pytest.fixture(autouse=True)
def _the_backlog_is_asked_for_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would hang on how long the request before took."""
    monkeypatch.setattr(chain_rows._Backlog, "seconds", 0.0)


@pytest.mark.parametrize("history", [0, 12])
def test_what_a_farmer_does_takes_the_same_whatever_was_recorded_before(farmer: Membership, history: int) -> None:
    season = farm.make_season(farmer)
    for number in range(history):
        farm.log(season, "tended", by=farmer, days=1 + number, operation="weeding")
    phone, browser = Phone(farmer).register(), client_of(farmer)
    form = f"/seasons/{season.pk}/log/irrigated/"
    moment = farm.NOW - timedelta(days=1)
    said = {"record_id": uuid4(), "opened_at": moment.isoformat(), "day": moment.date(), "water_m3": "30"}
    entries = [phone.say(season, "growth.irrigated", private={"note": "东头"}, **WATER) for _ in range(9)]
    burst = {"sent_at": farm.NOW.isoformat(), "entries": entries}

    counts = {
        "form page": statements(lambda: browser.get(form)),
        "form": statements(lambda: browser.post(form, said), status=302),
        "burst": statements(lambda: browser.post("/api/fieldwork/entries", burst, content_type="application/json")),
        "snapshot": statements(lambda: browser.get("/api/fieldwork/snapshot")),
        "home": statements(lambda: browser.get("/")),
    }

    assert counts == {"form page": 5, "form": 10, "burst": 13, "snapshot": 7, "home": 4}


@pytest.mark.parametrize("history", [0, 12])
def test_what_a_consumer_asks_takes_the_same_whatever_was_recorded(client: Client, history: int) -> None:
    told = stories.rice()
    for number in range(history):
        farm.log(told.season, "tended", by=told.farmer, days=100 + number, operation="weeding")
    publish()
    page, record = f"/01/{stories.GTIN}/10/{stories.CODE}", farm.say(told.season.entity).id

    counts = {
        "trace page": statements(lambda: client.get(page)),
        "bundle": statements(lambda: client.get(page, headers={"Accept": "application/json"})),
        "bundle again": statements(lambda: client.get(page, headers={"Accept": "application/json"})),
        "proof": statements(lambda: client.get(f"/trace/proofs/{record}.tlog-proof")),
    }

    assert counts == {"trace page": 10, "bundle": 5, "bundle again": 2, "proof": 3}

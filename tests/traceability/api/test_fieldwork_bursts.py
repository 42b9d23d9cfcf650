"""Bursts of a phone's entries: each has an answer of its own, and what all of them ask is asked once."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import Membership
from accounts.services.stand_ins import allow_party
from tests.factories import farm
from tests.factories.pages import client_of
from tests.factories.parties import make_member
from tests.factories.phones import WATER, Phone, clean_jpeg, send
from traceability.models import Lot, OutboxEntry, PhoneDelivery, PhonePhoto, Season
from traceability.queries import history
from traceability.services import chain_rows, turns
from traceability.services.chain import ChainConflictError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]
DOSE = {"value": "20", "unit": "g/mu"}


def told(results: list[dict[str, Any]]) -> list[str]:
    """Say of each answer what became of the entry, and by which rule where it was refused."""
    return [one["errors"][0]["rule"] if one["state"] == "refused" else one["state"] for one in results]


def waters(phone: Phone, season: Season, count: int) -> list[dict[str, Any]]:
    return [phone.say(season, "growth.irrigated", private={"note": "东头"}, **WATER) for _ in range(count)]


def test_each_entry_of_a_burst_has_its_own_answer(
    farmer: Membership, stranger: Membership, season: Season, phone: Phone
) -> None:
    first, second, third, fourth = waters(phone, season, 4)
    forged = {**second, "content": {**second["content"], "body": {**second["content"]["body"], "method": "drip"}}}
    other_note = phone.say(
        season, "growth.irrigated", record_id=UUID(first["content"]["id"]), private={"note": "西头"}, **WATER
    )
    others_land = phone.say(farm.make_season(stranger), "growth.irrigated", **WATER)
    early = phone.say(season, "growth.irrigated", time=farm.NOW + timedelta(hours=1), **WATER)

    results = send(farmer, first, forged, first, other_note, others_land, third, early, fourth)

    assert told(results) == [
        *("taken", "signature_refused", "repeated", "id_taken"),
        *("unknown_season", "taken", "in_the_future", "taken"),
    ]
    assert [results[place]["eseq"] for place in (0, 2, 5, 7)] == [1, 1, 2, 3]
    assert OutboxEntry.objects.filter(entity=season.entity).count() == 4
    assert PhoneDelivery.objects.count() == 3


def test_what_is_refused_leaves_nothing_of_itself(farmer: Membership, season: Season, phone: Phone) -> None:
    good, bad = waters(phone, season, 2)
    bad["content"]["sig"]["ed25519"] = good["content"]["sig"]["ed25519"]
    photographed = phone.say(season, "growth.photographed", photos=(clean_jpeg(),))
    photographed["content"]["sig"]["ed25519"] = good["content"]["sig"]["ed25519"]

    assert told(send(farmer, bad, good, photographed)) == ["signature_refused", "taken", "signature_refused"]

    assert [event.leaf.id for event in history.of(season.entity)[1:]] == [good["content"]["id"]]
    assert dict(history.of(season.entity)[1].private) == {"note": "东头"}
    assert not PhonePhoto.objects.exists()


def test_a_burst_asks_the_same_however_many_entries_it_has(farmer: Membership, season: Season, phone: Phone) -> None:
    counts = []
    for count in (2, 5, 20):
        before = waters(phone, season, count)
        send(farmer, *before[: count // 2])
        with CaptureQueriesContext(connection) as captured:
            assert set(told(send(farmer, *before))) <= {"taken", "repeated"}
        counts.append(len(captured))

    assert len(set(counts)) == 1
    assert counts[0] <= 26


def test_work_that_bears_on_the_season_moves_its_row(farmer: Membership, season: Season, phone: Phone) -> None:
    sprayed = phone.say(season, "growth.sprayed", product="三环唑", dose=DOSE, target="稻瘟病", phi_days=30)
    seen = phone.say(season, "growth.observed", stage="65")

    assert told(send(farmer, *waters(phone, season, 2), sprayed, seen)) == ["taken"] * 4

    season.refresh_from_db()
    assert season.stage == "65"
    assert season.harvest_allowed_from == farm.AUTUMN.date() + timedelta(days=30)


def test_a_harvest_is_held_against_what_the_burst_said_before_it(
    farmer: Membership, season: Season, phone: Phone
) -> None:
    sprayed = phone.say(season, "growth.sprayed", product="三环唑", dose=DOSE, target="稻瘟病", phi_days=30)
    harvests = [phone.harvest(season, kg=kg) for kg in ("100", "200", "300")]
    before, after = waters(phone, season, 2)

    results = send(farmer, harvests[0], before, harvests[1], sprayed, harvests[2], after)

    assert told(results) == ["taken", "taken", "taken", "taken", "inside_interval", "taken"]
    assert [one["eseq"] for one in results if one["state"] == "taken"] == [1, 2, 3, 4, 5]
    assert list(Lot.objects.order_by("kg").values_list("kg", flat=True)) == [100, 200]


def test_what_no_check_had_found_holds_up_only_itself(
    farmer: Membership, season: Season, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = waters(phone, season, 3)
    poison = UUID(entries[1]["content"]["id"])
    write = chain_rows.write

    def fail(rows: Any, *rest: Any, **named: Any) -> None:
        if any(row[0] == poison for row in rows):
            raise ChainConflictError("chain: a head moved while it was held")
        write(rows, *rest, **named)

    monkeypatch.setattr(chain_rows, "write", fail)

    assert told(send(farmer, *entries)) == ["taken", "id_taken", "taken"]
    assert [event.leaf.id for event in history.of(season.entity)[1:]] == [
        entries[place]["content"]["id"] for place in (0, 2)
    ]


def test_while_too_much_waits_all_of_a_burst_should_come_later(
    farmer: Membership, season: Season, phone: Phone, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OUTBOX_LIMIT = 1
    monkeypatch.setattr(chain_rows._Backlog, "ask_again", 0.0)
    entries = waters(phone, season, 2)

    results = send(farmer, *entries, phone.harvest(season), {"content": {}})

    assert told(results) == ["later", "later", "later", "missing_member"]
    assert results[0] == {"id": entries[0]["content"]["id"], "state": "later", "retry_after": 5}
    assert not PhoneDelivery.objects.exists()


def test_a_technicians_right_is_asked_for_once(farmer: Membership, season: Season) -> None:
    technician = make_member(name="合作社")
    allow_party(party=technician.organisation, by=farmer, at=farm.NOW)
    phone = Phone(technician).register()

    counts = []
    for count in (2, 6):
        entries = waters(phone, season, count)
        with CaptureQueriesContext(connection) as captured:
            assert told(send(technician, *entries)) == ["taken"] * count
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_a_phone_that_finds_no_turn_is_asked_to_come_again(
    farmer: Membership, season: Season, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {"sent_at": farm.NOW.isoformat(), "entries": waters(phone, season, 2)}
    only = threading.BoundedSemaphore(1)
    monkeypatch.setattr(turns, "_turns", lambda: only)

    with turns.turn():
        refused = client_of(farmer).post("/api/fieldwork/entries", sent, content_type="application/json")
        page = client_of(farmer).get("/")
    taken = client_of(farmer).post("/api/fieldwork/entries", sent, content_type="application/json")

    assert (refused.status_code, refused["Retry-After"], page.status_code) == (503, "5", 200)
    assert told(taken.json()["results"]) == ["taken", "taken"]


def test_a_turn_is_given_back_whatever_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    only = threading.BoundedSemaphore(1)
    monkeypatch.setattr(turns, "_turns", lambda: only)

    for _ in range(2):
        with pytest.raises(ZeroDivisionError), turns.turn():
            raise ZeroDivisionError

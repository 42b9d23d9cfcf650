"""What a farmer's phone sends, and what becomes of it."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from accounts.models import Membership
from accounts.services.stand_ins import allow_party, revoke_helper
from tests.factories import farm
from tests.factories.pages import client_of
from tests.factories.parties import make_member
from tests.factories.phones import WATER, Phone, clean_jpeg, send
from traceability.ledger.leaf import key_id
from traceability.models import PhoneDelivery, PhonePhoto, Season
from traceability.queries.photos import find_public_photo
from traceability.services.attachments import load, store
from traceability.services.entries import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


def refused(member: Membership, entry: Any) -> tuple[str, str]:
    before = farm.footprint()
    (result,) = send(member, entry)
    assert result["state"] == "refused", result
    assert farm.footprint() == before
    (fault,) = result["errors"]
    return fault["pointer"], fault["rule"]


def test_a_signed_entry_is_on_the_chain_as_it_was_signed(farmer: Membership, season: Season, phone: Phone) -> None:
    entry = phone.say(season, "growth.irrigated", private={"note": "东头先浇"}, **WATER)

    (result,) = send(farmer, entry, sent_at=farm.NOW + timedelta(seconds=90))

    leaf = farm.say(season.entity)
    assert result["state"] == "taken"
    assert (leaf.id, leaf.body, leaf.actor.attested) == (entry["content"]["id"], entry["content"]["body"], "device")
    assert leaf.sig
    assert leaf.sig.ed25519 == entry["content"]["sig"]["ed25519"]
    assert leaf.commit == entry["content"]["commit"]
    delivery = PhoneDelivery.objects.get(record_id=leaf.id)
    assert (delivery.skew_seconds, delivery.arrived_at) == (90, farm.NOW)


def test_the_same_entry_twice_is_one_record(farmer: Membership, season: Season, phone: Phone) -> None:
    entry = phone.say(season, "growth.irrigated", **WATER)

    first, again = send(farmer, entry, entry)
    (later,) = send(farmer, entry)

    assert [one["state"] for one in (first, again, later)] == ["taken", "repeated", "repeated"]
    assert {one["leaf_hash"] for one in (first, again, later)} == {first["leaf_hash"]}
    assert farm.say(season.entity).eseq == 1
    assert PhoneDelivery.objects.count() == 1


def test_an_entry_that_was_still_on_its_way_in_another_request_is_repeated(
    farmer: Membership, season: Season, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = phone.say(season, "growth.irrigated", **WATER)
    send(farmer, entry)
    # As it looks from a request that began before the other one was done.
    monkeypatch.setattr(Entry, "is_known", False)

    (again,) = send(farmer, entry)

    assert again["state"] == "repeated"
    assert PhoneDelivery.objects.count() == 1


def test_one_bad_entry_does_not_hold_up_the_others(farmer: Membership, season: Season, phone: Phone) -> None:
    good = [phone.say(season, "growth.irrigated", **WATER) for _ in range(2)]

    results = send(farmer, good[0], {"content": {}}, "nothing", good[1])

    assert [one["state"] for one in results] == ["taken", "refused", "refused", "taken"]


def test_an_id_that_was_taken_with_other_content_is_refused(farmer: Membership, season: Season, phone: Phone) -> None:
    first = phone.say(season, "growth.irrigated", **WATER)
    send(farmer, first)

    other = phone.say(season, "growth.irrigated", record_id=first["content"]["id"], water_m3="31")

    assert refused(farmer, other) == ("/content/id", "id_taken")


def test_a_signature_that_does_not_fit_is_refused(farmer: Membership, season: Season, phone: Phone) -> None:
    entry = phone.say(season, "growth.irrigated", **WATER)
    entry["content"]["body"]["method"] = "drip"

    assert refused(farmer, entry) == ("/content/sig", "signature_refused")


def test_a_key_that_was_never_registered_signs_nothing(farmer: Membership, season: Season) -> None:
    entry = Phone(farmer).say(season, "growth.irrigated", **WATER)

    assert refused(farmer, entry) == ("/content/sig", "signature_refused")


def test_the_key_of_another_person_signs_nothing(farmer: Membership, season: Season, stranger: Membership) -> None:
    other = Phone(stranger).register()

    entry = Phone(farmer, other.key).say(season, "growth.irrigated", **WATER)

    assert refused(farmer, entry) == ("/content/sig", "signature_refused")


def test_a_strangers_season_does_not_exist(stranger: Membership, season: Season) -> None:
    phone = Phone(stranger).register()

    entry = phone.say(season, "growth.irrigated", **WATER)

    assert refused(stranger, entry) == ("/content/entity", "unknown_season")


def test_what_somebody_else_signed_cannot_be_sent_by_another(
    farmer: Membership, stranger: Membership, season: Season, phone: Phone
) -> None:
    entry = phone.say(season, "growth.irrigated", **WATER)

    assert refused(stranger, entry) == ("/content/actor", "other_actor")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"log": "other.example/log1"}, ("/content/log", "other_log")),
        ({"type": "plot.retired"}, ("/content/type", "not_from_a_phone")),
        ({"entity": "plot:0f8fad5b-d9cb-469f-a165-70867728950e"}, ("/content/entity", "unknown_season")),
        ({"entity": "season:x"}, ("/content/entity", "unknown_season")),
        ({"time": "2027-01-01T00:00:00Z"}, ("/content/body/date", "other_day")),
        ({"v": 2}, ("/content", "outside_the_profile")),
        ({"eseq": 1}, ("/content", "unknown_member")),
        ({"inputs": []}, ("/content", "unknown_member")),
        ({"body": {"date": "2026-09-28", "water_m3": "1e3"}}, ("/content/body/water_m3", "not_a_decimal")),
        ({"body": {"date": "2026-09-28", "colour": "x"}}, ("/content/body/colour", "unknown_member")),
        (
            {"body": {"date": "2026-09-28", "water_m3": "3", "typed": {"value": "30", "unit": "m3"}}},
            ("/content/body/typed", "typed_disagrees"),
        ),
    ],
)
def test_each_member_that_is_wrong_is_named(
    farmer: Membership, season: Season, phone: Phone, changes: dict[str, Any], fault: tuple[str, str]
) -> None:
    entry = phone.say(season, "growth.irrigated", **WATER)

    entry["content"] = phone.sign({**entry["content"], **changes})

    assert refused(farmer, entry) == fault


def test_the_future_cannot_be_told(farmer: Membership, season: Season, phone: Phone) -> None:
    entry = phone.say(season, "growth.irrigated", time=farm.NOW + timedelta(minutes=11), **WATER)

    assert refused(farmer, entry) == ("/time", "in_the_future")


def test_a_private_member_must_be_the_one_that_was_signed(farmer: Membership, season: Season, phone: Phone) -> None:
    entry = phone.say(season, "growth.irrigated", private={"note": "东头"}, **WATER)
    entry["private"]["note"] = "西头"

    assert refused(farmer, entry) == ("/private/note", "unsealed_member")


def test_a_refusal_speaks_the_readers_language(farmer: Membership, season: Season, phone: Phone) -> None:
    entry = phone.say(season, "growth.irrigated", time=farm.NOW + timedelta(hours=1), **WATER)
    sent = {"sent_at": farm.NOW.isoformat(), "entries": [entry]}

    answer = client_of(farmer).post(
        "/api/fieldwork/entries", sent, content_type="application/json", headers={"accept-language": "zh-hans"}
    )

    assert answer.json()["results"][0]["errors"][0]["message"] == "在将来，还没有到"


def test_a_harvest_makes_its_lot_with_code_and_squares(farmer: Membership, season: Season, phone: Phone) -> None:
    entry = phone.harvest(season, kg="1000", typed={"value": "2000", "unit": "jin"})

    (result,) = send(farmer, entry)

    lot = result["lot"]
    assert lot["id"] == entry["content"]["body"]["lot"].partition(":")[2]
    assert lot["code"] == f"20260928-{lot['id'][:6].upper()}"
    assert lot["url"].endswith(f"/trace/{lot['id']}")
    assert lot["qr"]["path"].startswith("M")
    season.refresh_from_db()
    assert season.harvested_kg == 1000


def test_a_harvest_may_bring_a_photo(farmer: Membership, season: Season, phone: Phone) -> None:
    entry = phone.harvest(season, photos=(clean_jpeg(),))

    (result,) = send(farmer, entry)

    assert result["state"] == "taken"
    assert [one.sha256 for one in farm.say(season.entity).attachments] == [entry["content"]["attachments"][0]["sha256"]]


def test_a_harvest_inside_the_interval_needs_its_reason(farmer: Membership, season: Season, phone: Phone) -> None:
    dose = {"value": "20", "unit": "g/mu"}
    spray = phone.say(season, "growth.sprayed", product="三环唑", dose=dose, target="稻瘟病", phi_days=30)
    send(farmer, spray)

    assert refused(farmer, phone.harvest(season)) == ("/interval_reason", "inside_interval")

    reason: dict[str, str] = {"interval_reason": "台风要来了"}
    (result,) = send(farmer, phone.harvest(season, inside_interval=True, private=reason))
    assert result["state"] == "taken"


def test_photos_come_after_their_record_and_byte_for_byte(farmer: Membership, season: Season, phone: Phone) -> None:
    photo = clean_jpeg()
    entry = phone.say(season, "growth.photographed", photos=(photo,))
    (result,) = send(farmer, entry)
    digest = entry["content"]["attachments"][0]["sha256"]

    assert result["state"] == "taken"
    assert PhonePhoto.objects.get().arrived_at is None
    for _ in range(2):
        answer = client_of(farmer).put(f"/api/fieldwork/photos/{digest}", photo, content_type="image/jpeg")
        assert answer.status_code == 204, answer.content
    assert load(digest) == photo
    assert PhonePhoto.objects.get().arrived_at == farm.NOW


def test_who_knows_only_the_hash_of_a_photo_cannot_bring_it_out(
    stranger: Membership,
) -> None:
    photo = clean_jpeg()
    # Kept already, for somebody else: a test report, or a picture beside a private remark.
    digest = store(photo, media="image/jpeg").sha256
    other = farm.make_season(stranger)
    entry = Phone(stranger).register().say(other, "growth.photographed", photos=(photo,))
    send(stranger, entry)
    record = UUID(entry["content"]["id"])

    assert PhonePhoto.objects.get().arrived_at is None
    assert find_public_photo(record, digest) is None
    assert client_of(stranger).get(reverse("farm:photo", args=[record, digest])).status_code == 404
    assert client_of(None).get(reverse("trace:photo", args=[record, digest, 720])).status_code == 404
    page = client_of(stranger).get(reverse("farm:season", args=[other.pk])).content.decode()
    assert digest not in page

    client_of(stranger).put(f"/api/fieldwork/photos/{digest}", photo, content_type="image/jpeg")
    assert find_public_photo(record, digest) is not None
    assert client_of(stranger).get(reverse("farm:photo", args=[record, digest])).status_code == 200


def test_a_photo_on_several_records_is_sent_once_by_each_party(
    farmer: Membership, season: Season, phone: Phone
) -> None:
    photo = clean_jpeg()
    first, second = (phone.say(season, "growth.photographed", photos=(photo,)) for _ in range(2))
    digest = first["content"]["attachments"][0]["sha256"]
    send(farmer, first)
    client_of(farmer).put(f"/api/fieldwork/photos/{digest}", photo, content_type="image/jpeg")

    send(farmer, second)

    assert list(PhonePhoto.objects.values_list("arrived_at", flat=True)) == [farm.NOW] * 2


def test_a_photo_that_no_record_names_is_not_kept(farmer: Membership, stranger: Membership, season: Season) -> None:
    photo = clean_jpeg()
    entry = Phone(farmer).register().say(season, "growth.photographed", photos=(photo,))
    send(farmer, entry)
    digest = entry["content"]["attachments"][0]["sha256"]

    for member, name, rule in ((stranger, digest, "unknown_photo"), (farmer, "0" * 64, "unknown_photo")):
        answer = client_of(member).put(f"/api/fieldwork/photos/{name}", photo, content_type="image/jpeg")
        assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, rule)


def test_a_technician_logs_for_the_farmer_who_allowed_it(farmer: Membership, season: Season) -> None:
    technician = make_member(name="合作社")
    phone = Phone(technician).register()
    helper = allow_party(party=technician.organisation, by=farmer, at=farm.NOW)

    (result,) = send(technician, phone.say(season, "growth.irrigated", private={"note": "代填"}, **WATER))

    assert result["state"] == "taken"
    assert farm.say(season.entity).actor.on_behalf_of == str(farmer.organisation.public_id)
    revoke_helper(helper=helper, by=farmer, at=farm.NOW)
    late = phone.say(season, "growth.irrigated", **WATER)
    assert refused(technician, late) == ("/content/entity", "unknown_season")


def test_a_technicians_harvest_is_the_farmers_lot(farmer: Membership, season: Season) -> None:
    technician = make_member(name="合作社")
    allow_party(party=technician.organisation, by=farmer, at=farm.NOW)

    (result,) = send(technician, Phone(technician).register().harvest(season))

    assert result["state"] == "taken"
    assert [lot.custodian for lot in season.lots.all()] == [farmer.organisation]


def test_a_viewer_and_nobody_are_turned_away(viewer: Membership, season: Season) -> None:
    for member in (viewer, None):
        answer = client_of(member).post("/api/fieldwork/entries", {}, content_type="application/json")
        assert answer.status_code == 403


def test_a_key_must_sign_for_itself(farmer: Membership, stranger: Membership) -> None:
    phone = Phone(farmer)
    sent = {
        "id": str(uuid4()),
        "public": base64.b64encode(phone.public).decode(),
        "proof": base64.b64encode(phone.proof()).decode(),
    }

    stolen = client_of(stranger).post("/api/fieldwork/key", sent, content_type="application/json")
    own = [client_of(farmer).post("/api/fieldwork/key", sent, content_type="application/json") for _ in range(2)]

    assert stolen.status_code == 422
    assert [answer.json() for answer in own] == [{"key": key_id(phone.public)}] * 2


def test_the_snapshot_tells_what_the_forms_need(farmer: Membership, season: Season, phone: Phone) -> None:
    dose = {"value": "20", "unit": "g/mu"}
    send(farmer, phone.say(season, "growth.sprayed", product="三环唑", dose=dose, target="稻瘟病", phi_days=30))

    found = client_of(farmer).get("/api/fieldwork/snapshot").json()

    (plot,) = found["plots"]
    assert plot["season"]["waits"] == [{"product": "三环唑", "from": "2026-09-28", "to": "2026-10-28"}]
    assert plot["season"]["last"][0]["body"]["dose"] == dose
    assert found["products"][0]["body"]["product"] == "三环唑"
    assert found["actor"] == {"id": str(farmer.user.public_id), "party": str(farmer.organisation.public_id)}
    assert ["65", "full flowering"] in found["stages"]["rice"] or found["stages"]["rice"]


def test_the_snapshot_shows_a_helper_the_farms_that_allowed_it_and_no_others(
    farmer: Membership, stranger: Membership, season: Season
) -> None:
    technician = make_member(name="合作社")
    farm.make_season(stranger)
    allow_party(party=technician.organisation, by=farmer, at=farm.NOW)

    found = client_of(technician).get("/api/fieldwork/snapshot").json()

    assert [plot["id"] for plot in found["plots"]] == [str(season.plot_id)]
    assert found["plots"][0]["holder"]["name"] == "王家"

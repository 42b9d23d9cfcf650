from base64 import b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Membership
from tests.factories import device_keys, farm
from tests.factories import laboratory as lab
from tests.factories.pages import client_of, errors_of, shown
from traceability.models import ActorKey, Sample
from traceability.services.attachments import path_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


@pytest.fixture
def sample(farmer: Membership, laboratory: Membership) -> Sample:
    return farm.make_sample(farm.make_lot(farmer), by=farmer, laboratory=laboratory)


@pytest.fixture
def desk(laboratory: Membership) -> Client:
    return client_of(laboratory)


def look_at(desk: Client, sample: Sample, *, cadmium: str = "0.06", **typed: Any) -> Any:
    """Type a report, and look at it before it is sent."""
    url = f"/samples/{sample.pk}/report/"
    page: Any = desk.get(url)
    rows = page.context["rows"]
    data = shown(page.context["head"], rows.management_form, *rows)
    form = next(one for one in rows if one["analyte"].value() == "cadmium")
    return desk.post(url, {**data, form["number"].html_name: cadmium, "day": "2026-10-10", **typed})


def upload(data: bytes = lab.PDF, name: str = "报告.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/html")


def test_a_report_is_looked_at_before_anything_is_recorded(desk: Client, sample: Sample) -> None:
    before = farm.footprint()

    page = look_at(desk, sample, report_no="R-7", conclusion="conforming").content.decode()

    assert farm.footprint() == before
    assert "judged by the editions in force on Sept. 28, 2026" in page
    assert "GB 2762-2025 T2" in page
    assert "This report fails the lot." not in page


def test_it_says_beforehand_that_a_lot_will_be_held(desk: Client, sample: Sample) -> None:
    assert "This report fails the lot." in look_at(desk, sample, cadmium="0.21").content.decode()
    assert "This report fails the lot." in look_at(desk, sample, conclusion="non_conforming").content.decode()


def test_sent_without_a_signature_it_is_by_log_in_and_shows_so(desk: Client, sample: Sample) -> None:
    draft = look_at(desk, sample, report_no="R-7", file=upload()).context["draft"]

    answer = desk.post("/inspection/reports/send/", {"draft": draft})

    leaf = farm.say(sample.lot.entity)
    page = desk.get(answer["Location"]).content.decode()
    assert (leaf.actor.attested, leaf.body["report_no"], leaf.attachments[0].media) == (
        "account",
        "R-7",
        "application/pdf",
    )
    assert "typed in by log-in" in page
    assert "Save the report" in page


def test_signed_it_shows_the_laboratorys_key(desk: Client, sample: Sample, laboratory: Membership) -> None:
    secret, key = lab.make_key(laboratory)
    page = look_at(desk, sample, signatory="钱七", file=upload())
    assert key.key_id in page.content.decode()
    sig = lab.signature(secret, page.context["content"].encode())

    answer = desk.post(
        "/inspection/reports/send/",
        {"draft": page.context["draft"], "key": sig.key, "signature": sig.ed25519},
    )

    leaf = farm.say(sample.lot.entity)
    assert (leaf.actor.attested, leaf.sig) == ("device", sig)
    assert "signed with the laboratory&#x27;s own key" in desk.get(answer["Location"]).content.decode()


def test_a_false_signature_records_nothing(desk: Client, sample: Sample, laboratory: Membership) -> None:
    secret, _ = lab.make_key(laboratory)
    page = look_at(desk, sample)
    sig = lab.signature(secret, b"something else")
    before = farm.footprint()

    again = desk.post(
        "/inspection/reports/send/",
        {"draft": page.context["draft"], "key": sig.key, "signature": sig.ed25519},
    )

    assert "The signature does not fit." in again.content.decode()
    assert farm.footprint() == before


def test_a_draft_that_is_not_ours_is_none(desk: Client) -> None:
    answer: Any = desk.post("/inspection/reports/send/", {"draft": "made up"}, follow=True)

    assert "This report waited too long." in answer.content.decode()


def test_another_laboratory_cannot_send_it(desk: Client, sample: Sample, farmer: Membership) -> None:
    draft = look_at(desk, sample).context["draft"]

    assert client_of(farmer).post("/inspection/reports/send/", {"draft": draft}).status_code == 404


def test_a_file_that_is_no_pdf_is_refused_beside_its_field(desk: Client, sample: Sample) -> None:
    page = look_at(desk, sample, file=upload(b"<html></html>"))

    assert errors_of(page) == {"file": ["Is no PDF"]}


def file_url(sample: Sample) -> str:
    leaf = farm.say(sample.lot.entity)
    return f"/inspection/lots/{sample.lot_id}/records/{leaf.id}/files/{leaf.attachments[0].sha256}/"


@pytest.fixture
def filed(desk: Client, sample: Sample) -> str:
    desk.post("/inspection/reports/send/", {"draft": look_at(desk, sample, file=upload()).context["draft"]})
    return file_url(sample)


def test_whom_the_lot_concerns_may_save_the_report(
    filed: str, farmer: Membership, laboratory: Membership, regulator: Membership, stranger: Membership
) -> None:
    for member in (farmer, laboratory, regulator):
        answer = client_of(member).get(filed)
        assert answer.content == lab.PDF
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment; ")
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert client_of(stranger).get(filed).status_code == 404
    assert client_of(farmer).get(filed[:-3] + "00/").status_code == 404


def test_a_withheld_report_is_told_as_such(filed: str, farmer: Membership, sample: Sample) -> None:
    digest = farm.say(sample.lot.entity).attachments[0].sha256
    storages["attachments"].delete(path_of(digest))

    answer = client_of(farmer).get(filed)

    assert answer.status_code == 410
    assert "This file was withheld" in answer.content.decode()
    assert "withheld" in client_of(farmer).get(f"/inspection/lots/{sample.lot_id}/").content.decode()


def test_a_report_is_no_photo(filed: str, farmer: Membership, sample: Sample) -> None:
    leaf = farm.say(sample.lot.entity)

    page = client_of(farmer).get(f"/lots/{sample.lot_id}/").content.decode()

    assert f"/records/{leaf.id}/photos/" not in page
    assert client_of(farmer).get(f"/records/{leaf.id}/photos/{leaf.attachments[0].sha256}/").status_code == 404


def claim(member: Membership, **changed: str) -> dict[str, str]:
    """Make a key as the page's script would, with the proof that the secret half is there."""
    secret = Ed25519PrivateKey.generate()
    public = secret.public_key().public_bytes_raw()
    proof = device_keys.new_key(secret, by=member).proof
    return {"public": b64encode(public).decode(), "proof": b64encode(proof).decode(), "label": "电脑", **changed}


def add_key(desk: Client, sent: dict[str, str]) -> Any:
    page: Any = desk.get("/inspection/keys/")
    return desk.post("/inspection/keys/", {**shown(page.context["form"]), **sent})


def test_a_key_is_added_once_it_has_signed_for_itself(desk: Client, laboratory: Membership) -> None:
    answer = add_key(desk, claim(laboratory))

    key = ActorKey.objects.get()
    assert (answer.status_code, key.owner, key.party) == (302, laboratory.user, laboratory.organisation)
    assert key.key_id in desk.get("/inspection/keys/").content.decode()


def test_a_key_without_its_proof_is_none(desk: Client, laboratory: Membership, farmer: Membership) -> None:
    for sent in (claim(farmer), claim(laboratory, proof="AAAA"), claim(laboratory, public="")):
        assert add_key(desk, sent).status_code == 200

    assert not ActorKey.objects.exists()


def test_a_key_is_taken_out_of_use(desk: Client, laboratory: Membership) -> None:
    _, key = lab.make_key(laboratory)
    page: Any = desk.get("/inspection/keys/")

    desk.post(
        f"/inspection/keys/{key.pk}/revoke/",
        {"record_id": page.context["fresh_id"], "opened_at": page.context["opened_at"]},
    )

    key.refresh_from_db()
    assert key.revoked
    assert "out of use" in desk.get("/inspection/keys/").content.decode()

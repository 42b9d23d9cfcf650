from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import transaction

from accounts.models import Membership
from tests.factories import farm
from tests.factories import laboratory as lab
from traceability.errors import RefusedError
from traceability.ledger import LeafError
from traceability.ledger.leaf import Attachment, parse_leaf, verify_actor_signature
from traceability.models import Hold, Lot, Sample
from traceability.queries import history
from traceability.services.attachments import PDF, AttachmentError, load, store_report
from traceability.services.correction_rules import Correction
from traceability.services.corrections import correct
from traceability.services.entries import Entry, Seal
from traceability.services.reports import Result, TestReport, content_to_sign, report_test
from traceability.services.signatures import SignatureError

FAILING = Result(analyte="cadmium", value=Decimal("0.21"), unit="mg/kg")
PASSING = Result(analyte="cadmium", value=Decimal("0.20"), unit="mg/kg")
SALTS = {"signatory": b"\x07" * 32}
AT = farm.AUTUMN + timedelta(days=12)


@pytest.fixture
def sample(farmer: Membership, laboratory: Membership) -> Sample:
    return farm.make_sample(farm.make_lot(farmer), by=farmer, laboratory=laboratory)


def is_held(sample: Sample) -> bool:
    return Lot.objects.get(pk=sample.lot_id).held


def test_a_lot_that_fails_is_held_in_the_name_of_its_laboratory(sample: Sample, laboratory: Membership) -> None:
    lab.report(sample, TestReport(results=[FAILING]), by=laboratory)

    reported, held = history.of(sample.lot.entity)[-2:]
    (hold,) = Hold.objects.all()
    assert (hold.lot, hold.reason, hold.party) == (sample.lot, "failed_test", laboratory.organisation)
    assert held.leaf.body["ref"] == {
        "entity": sample.lot.entity,
        "eseq": reported.leaf.eseq,
        "head": reported.leaf_hash.hex(),
    }
    assert is_held(sample)


@pytest.mark.parametrize(
    "result",
    [
        PASSING,
        Result(analyte="cadmium", lod=Decimal("0.5"), unit="mg/kg"),
        # The limit of aflatoxin in rice is remembered and was not read: it fails no lot by itself.
        Result(analyte="aflatoxin B1", value=Decimal(99), unit="ug/kg"),
    ],
    ids=["at the limit", "below detection", "above an unverified value"],
)
def test_what_does_not_fail_is_not_held(sample: Sample, laboratory: Membership, result: Result) -> None:
    lab.report(sample, TestReport(results=[result]), by=laboratory)

    assert not is_held(sample)


def test_the_laboratorys_own_conclusion_holds_a_lot(sample: Sample, laboratory: Membership) -> None:
    unverified = Result(analyte="aflatoxin B1", value=Decimal(55), unit="ug/kg")
    lab.report(sample, TestReport(results=[unverified], conclusion="non_conforming"), by=laboratory)

    assert is_held(sample)


def test_a_report_and_its_hold_stand_or_fall_together(
    sample: Sample, laboratory: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = farm.footprint()
    monkeypatch.setattr("traceability.services.failures.place", lambda **_: (_ for _ in ()).throw(ZeroDivisionError))

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lab.report(sample, TestReport(results=[FAILING]), by=laboratory)

    assert farm.footprint() == before


def test_the_same_failing_report_twice_is_one_hold(sample: Sample, laboratory: Membership) -> None:
    entry = farm.entry(AT)
    for _ in range(2):
        report_test(
            sample=sample, entry=entry, report=TestReport(results=[FAILING]), membership=laboratory, at=farm.NOW
        )

    assert Hold.objects.count() == 1


def test_a_correction_that_makes_it_fail_holds_it_then(sample: Sample, laboratory: Membership) -> None:
    record_id = farm.report(sample, by=laboratory, cadmium="0.02")
    changes = {"results": [{"analyte": "cadmium", "value": "0.2001", "unit": "mg/kg"}]}
    correction = Correction(record_id=record_id, reason="typing_error", changes=changes)
    assert not is_held(sample)

    correct(correction=correction, entry=farm.entry(farm.NOW), membership=laboratory, at=farm.NOW)

    assert is_held(sample)


def test_a_correction_adds_no_second_hold_and_releases_none(sample: Sample, laboratory: Membership) -> None:
    record_id = farm.report(sample, by=laboratory, cadmium="0.21")
    for value in ("0.22", "0.02"):
        changes = {"results": [{"analyte": "cadmium", "value": value, "unit": "mg/kg"}]}
        correction = Correction(record_id=record_id, reason="typing_error", changes=changes)
        correct(correction=correction, entry=farm.entry(farm.NOW), membership=laboratory, at=farm.NOW)

    assert Hold.objects.filter(released_at=None).count() == 1


def test_a_report_comes_with_its_file(sample: Sample, laboratory: Membership) -> None:
    stored = store_report(lab.PDF)

    lab.report(sample, TestReport(results=[PASSING], files=[stored]), by=laboratory)

    assert farm.say(sample.lot.entity).attachments == (stored,)
    assert (stored.media, stored.size, load(stored.sha256)) == (PDF, len(lab.PDF), lab.PDF)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "not_a_pdf"),
        (b"\x89PNG\r\n", "not_a_pdf"),
        (b"%PDF-1.4 cut short", "not_a_pdf"),
        (b"<html>%PDF-1.4 %%EOF", "not_a_pdf"),
        (b"%PDF-" + b"0" * (8 * 1024 * 1024) + b"%%EOF", "too_many_bytes"),
    ],
    ids=["empty", "another kind", "cut short", "a page in disguise", "too large"],
)
def test_what_is_no_report_is_refused(data: bytes, rule: str) -> None:
    with pytest.raises(AttachmentError) as caught:
        store_report(data)

    assert (caught.value.pointer, caught.value.rule) == ("/file", rule)


def sealed(sample: Sample, report: TestReport, *, by: Membership) -> Entry:
    """Sign a report with a key of the member's, and give the entry under that signature."""
    secret, _ = lab.make_key(by)
    entry = farm.entry(AT)
    content = content_to_sign(sample=sample, entry=entry, report=report, membership=by, salts=SALTS)
    return Entry(id=entry.id, time=entry.time, seal=Seal(sig=lab.signature(secret, content), salts=SALTS))


SIGNED = TestReport(
    results=[PASSING],
    report_no="R-1",
    signatory="钱七",
    conclusion="conforming",
    files=[Attachment(sha256="ab" * 32, size=5, media="application/pdf")],
)


def test_a_laboratory_signs_its_report_with_its_own_key(sample: Sample, laboratory: Membership) -> None:
    entry = sealed(sample, SIGNED, by=laboratory)

    report_test(sample=sample, entry=entry, report=SIGNED, membership=laboratory, at=farm.NOW)

    leaf = farm.say(sample.lot.entity)
    key = laboratory.user.actor_keys.get()
    assert (leaf.actor.attested, leaf.sig and leaf.sig.key) == ("device", key.key_id)
    verify_actor_signature(parse_leaf(history.of(sample.lot.entity)[-1].data), bytes(key.public))


def test_an_unsigned_report_says_so(sample: Sample, laboratory: Membership) -> None:
    lab.report(sample, SIGNED, by=laboratory)

    leaf = farm.say(sample.lot.entity)
    assert (leaf.actor.attested, leaf.sig) == ("account", None)


def test_a_signature_covers_every_member(sample: Sample, laboratory: Membership) -> None:
    entry = sealed(sample, SIGNED, by=laboratory)
    before = farm.footprint()
    other = TestReport(
        results=[FAILING], report_no="R-1", signatory="钱七", conclusion="conforming", files=SIGNED.files
    )

    with pytest.raises(LeafError, match="signature"), transaction.atomic():
        report_test(sample=sample, entry=entry, report=other, membership=laboratory, at=farm.NOW)

    assert farm.footprint() == before


def test_a_revoked_or_foreign_key_signs_nothing(sample: Sample, laboratory: Membership, farmer: Membership) -> None:
    entry = sealed(sample, SIGNED, by=laboratory)
    laboratory.user.actor_keys.update(revoked=True)

    with pytest.raises(SignatureError, match="is revoked"):
        report_test(sample=sample, entry=entry, report=SIGNED, membership=laboratory, at=farm.NOW)

    laboratory.user.actor_keys.update(revoked=False, owner=farmer.user)
    with pytest.raises(SignatureError, match="belongs to somebody else"):
        report_test(sample=sample, entry=entry, report=SIGNED, membership=laboratory, at=farm.NOW)


def test_a_failed_lot_is_held_under_a_signed_report_too(sample: Sample, laboratory: Membership) -> None:
    failing = TestReport(results=[FAILING], signatory="钱七")
    entry = sealed(sample, failing, by=laboratory)

    report_test(sample=sample, entry=entry, report=failing, membership=laboratory, at=farm.NOW)

    assert is_held(sample)
    assert UUID(farm.say(sample.lot.entity, number=-2).id) == entry.id


def test_results_twice_are_refused_before_anything_is_written(sample: Sample, laboratory: Membership) -> None:
    with pytest.raises(RefusedError, match="/results/1/analyte"):
        lab.report(sample, TestReport(results=[PASSING, PASSING]), by=laboratory)

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.enums import OrganisationKind
from accounts.models import Membership
from tests.factories import farm
from tests.factories.parties import make_member
from traceability.errors import InputError, NotYoursError, RefusedError
from traceability.models import Sample
from traceability.services.correction_rules import Correction
from traceability.services.corrections import apply_correction
from traceability.services.reports import Result, TestReport, report_test

CADMIUM = Result(analyte="cadmium", value=Decimal("0.06"), unit="mg/kg")


def reported(sample: Sample, *results: Result, by: Membership) -> Sample:
    made = farm.entry(farm.AUTUMN + timedelta(days=12))
    return report_test(sample=sample, entry=made, report=TestReport(results=results), membership=by, at=farm.NOW)


def test_a_sample_names_the_laboratory_that_gets_it(farmer: Membership, laboratory: Membership) -> None:
    sample = farm.make_sample(farm.make_lot(farmer), by=farmer, laboratory=laboratory, number="S-7")

    leaf = farm.say(sample.lot.entity)
    assert (sample.number, sample.laboratory, sample.taken_on) == ("S-7", laboratory.organisation, date(2026, 10, 6))
    assert sample.reported_on is None
    assert leaf.body == {"sample": "S-7", "laboratory": str(laboratory.organisation.public_id), "date": "2026-10-06"}


def test_only_a_confirmed_laboratory_gets_samples(farmer: Membership, processor: Membership) -> None:
    lot, unconfirmed = farm.make_lot(farmer), make_member(OrganisationKind.LABORATORY, name="新实验室")
    unconfirmed.organisation.confirmed_at = None
    unconfirmed.organisation.save()

    for other in (processor, unconfirmed):
        with pytest.raises(RefusedError) as caught:
            farm.make_sample(lot, by=farmer, laboratory=other)
        assert (caught.value.pointer, caught.value.rule) == ("/laboratory", "not_a_laboratory")


def test_a_sample_number_is_taken_once_for_a_lot(farmer: Membership, laboratory: Membership) -> None:
    lot = farm.make_lot(farmer)
    farm.make_sample(lot, by=farmer, laboratory=laboratory)

    with pytest.raises(RefusedError, match="/number: the lot has a sample S-1 already"):
        farm.make_sample(lot, by=farmer, laboratory=laboratory)


def test_only_who_has_the_lot_takes_samples(farmer: Membership, processor: Membership, laboratory: Membership) -> None:
    lot = farm.give(farm.make_lot(farmer), by=farmer, to=processor)

    with pytest.raises(NotYoursError):
        farm.make_sample(lot, by=farmer, laboratory=laboratory)

    assert farm.make_sample(lot, by=processor, laboratory=laboratory).lot == lot


def test_the_laboratory_reports_on_its_sample(farmer: Membership, laboratory: Membership) -> None:
    sample = farm.make_sample(farm.make_lot(farmer), by=farmer, laboratory=laboratory)

    farm.report(sample, by=laboratory)

    leaf = farm.say(sample.lot.entity)
    sample.refresh_from_db()
    assert sample.reported_on == date(2026, 10, 10)
    assert leaf.actor.party == str(laboratory.organisation.public_id)
    assert leaf.body["results"] == [
        {"analyte": "cadmium", "value": "0.06", "unit": "mg/kg", "method": "GB 5009.15"},
        {"analyte": "lead", "lod": "0.02", "unit": "mg/kg", "method": "GB 5009.12"},
    ]


def test_nobody_else_reports_on_it(farmer: Membership, laboratory: Membership) -> None:
    sample = farm.make_sample(farm.make_lot(farmer), by=farmer, laboratory=laboratory)
    other = make_member(OrganisationKind.LABORATORY, name="别的实验室")

    for stranger in (farmer, other):
        with pytest.raises(NotYoursError):
            reported(sample, CADMIUM, by=stranger)


def test_a_sample_is_reported_on_once(farmer: Membership, laboratory: Membership) -> None:
    sample = farm.make_sample(farm.make_lot(farmer), by=farmer, laboratory=laboratory)
    reported(sample, CADMIUM, by=laboratory)

    with pytest.raises(RefusedError, match="has its report already"):
        reported(sample, CADMIUM, by=laboratory)


@pytest.mark.parametrize(
    ("results", "pointer", "rule"),
    [
        ([], "/body/results", "too_few_items"),
        ([CADMIUM, CADMIUM], "/results/1/analyte", "repeated_analyte"),
        ([Result(analyte="lead", unit="mg/kg")], "/body/results/0", "one_of_members"),
        ([Result(analyte="lead", unit="g", value=Decimal(1))], "/body/results/0/unit", "not_in_list"),
        ([Result(analyte="lead", unit="mg/kg", value=Decimal(-1))], "/body/results/0/value", "below_minimum"),
        ([Result(analyte="lead", unit="mg/kg", lod=Decimal(0))], "/body/results/0/lod", "not_positive"),
    ],
)
def test_what_breaks_a_rule_is_named_and_leaves_nothing(
    farmer: Membership, laboratory: Membership, results: list[Result], pointer: str, rule: str
) -> None:
    sample = farm.make_sample(farm.make_lot(farmer), by=farmer, laboratory=laboratory)
    before = farm.footprint()

    with pytest.raises(InputError) as caught:
        reported(sample, *results, by=laboratory)

    assert (caught.value.pointer, caught.value.rule) == (pointer, rule)
    assert farm.footprint() == before


def test_nobody_becomes_a_laboratory_by_a_correction(farmer: Membership, laboratory: Membership) -> None:
    sample = farm.make_sample(farm.make_lot(farmer), by=farmer, laboratory=laboratory)
    own = {"laboratory": str(farmer.organisation.public_id)}
    correction = Correction(record_id=sample.pk, reason="typing_error", changes=own)
    apply_correction(correction=correction, entry=farm.entry(farm.AUTUMN), membership=farmer, at=farm.NOW)

    with pytest.raises(RefusedError, match="/laboratory"):
        reported(Sample.objects.get(pk=sample.pk), CADMIUM, by=farmer)

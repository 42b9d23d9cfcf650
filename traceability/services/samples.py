"""Samples of lots, and what laboratories report on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.enums import OrganisationKind
from accounts.models import Membership, Organisation
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Lot, Sample
from traceability.services import chain
from traceability.services.entries import Entry, Saying, check_may_write, check_time, members, record_of
from traceability.services.locks import lock_lots
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFacts:
    """How a sample was taken, and which laboratory gets it."""

    number: str
    laboratory: Organisation
    standard: str = ""
    kg: Decimal | None = None
    purpose: str = ""
    sampler: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One measured value, or the limit of detection below which it stayed: exactly one of the two."""

    analyte: str
    unit: str
    value: Decimal | None = None
    lod: Decimal | None = None
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestReport:
    """What a laboratory reports on a sample."""

    # pytest takes any class of this name for a test.
    __test__ = False

    results: Sequence[Result]
    report_no: str = ""
    signatory: str = ""


@business_transaction
def take_sample(*, lot: Lot, entry: Entry, facts: SampleFacts, membership: Membership, at: datetime) -> Sample:
    """Record that a sample of a lot in the party's hands was given to a laboratory.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = lock_lots([lot])[0]
    check_may_write(membership, locked.custodian)
    check_time(entry, at=at, earliest=locked.produced_on)
    _check_laboratory(facts.laboratory)
    if Sample.objects.filter(lot=lot, number=facts.number).exclude(pk=entry.id).exists():
        raise RefusedError("/number", "sample_number_taken", name=facts.number)
    body = members(
        sample=facts.number,
        laboratory=str(facts.laboratory.public_id),
        date=entry.day,
        standard=facts.standard,
        kg=facts.kg,
        purpose=facts.purpose,
    )
    saying = Saying(body=body, private=members(sampler=facts.sampler, place=facts.place))
    chain.append(record_of("sample.taken", lot.entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([lot.entity])
    return Sample.objects.select_related("lot", "laboratory").get(pk=entry.id)


@business_transaction
def report_test(*, sample: Sample, entry: Entry, report: TestReport, membership: Membership, at: datetime) -> Sample:
    """Record a laboratory's report on a sample that was given to it. Nobody else may report on it.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    check_may_write(membership, sample.laboratory)
    # Here, too: whoever recorded the sample may have corrected to whom it was given.
    _check_laboratory(sample.laboratory)
    check_time(entry, at=at, earliest=sample.taken_on)
    if not entry.is_known:
        _check_unreported(lock_lots([sample.lot])[0], sample)
    _check_results(report.results)
    body = members(
        sample=sample.number,
        laboratory=str(sample.laboratory.public_id),
        report_no=report.report_no,
        date=entry.day,
        results=[result_members(one) for one in report.results],
    )
    saying = Saying(body=body, private=members(signatory=report.signatory))
    entity = sample.lot.entity
    chain.append(record_of("test.reported", entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([entity])
    sample.refresh_from_db()
    return sample


def result_members(result: Result) -> dict[str, object]:
    """Write a result as the body of a report holds it."""
    return members(analyte=result.analyte, value=result.value, lod=result.lod, unit=result.unit, method=result.method)


def _check_laboratory(party: Organisation) -> None:
    if party.kind != OrganisationKind.LABORATORY or not party.has_powers:
        raise RefusedError("/laboratory", "not_a_laboratory", name=party.name)


def _check_unreported(lot: Lot, sample: Sample) -> None:
    found = Sample.objects.filter(pk=sample.pk, lot=lot).first()
    if found is None:
        raise NotYoursError(f"sample {sample.pk}: was withdrawn")
    if found.reported_on:
        raise RefusedError("", "already_reported", name=sample.number)


def _check_results(results: Sequence[Result]) -> None:
    seen: set[str] = set()
    for position, one in enumerate(results):
        if one.analyte in seen:
            raise RefusedError(f"/results/{position}/analyte", "repeated_analyte", name=one.analyte)
        seen.add(one.analyte)

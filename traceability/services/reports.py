"""What laboratories report on their samples, under their own signature where they have a key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from django.conf import settings

from accounts.models import Membership
from traceability.errors import NotYoursError, RefusedError
from traceability.ledger import commitment
from traceability.ledger import leaf as leaves
from traceability.ledger.leaf import Attachment
from traceability.models import Sample
from traceability.services import chain
from traceability.services.entries import Entry, Saying, check_may_write, check_time, members, record_of
from traceability.services.failures import hold_what_failed
from traceability.services.locks import lock_lots
from traceability.services.records import Record
from traceability.services.rows import bring_in_line
from traceability.services.samples import check_laboratory
from traceability.services.transactions import business_transaction


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
    """What a laboratory reports on a sample, with the report itself as a stored file."""

    # pytest takes any class of this name for a test.
    __test__ = False

    results: Sequence[Result]
    report_no: str = ""
    signatory: str = ""
    # "conforming", "non_conforming", or nothing.
    conclusion: str = ""
    files: Sequence[Attachment] = ()


@business_transaction
def report_test(*, sample: Sample, entry: Entry, report: TestReport, membership: Membership, at: datetime) -> Sample:
    """Record a laboratory's report on a sample that was given to it. Nobody else may report on it.

    A lot that fails by it is held in the same transaction. An entry with a seal is recorded as its device signed it.
    Raises NotYoursError, RefusedError, EventError, ChainConflictError, SignatureError, LeafError.
    """
    lock_lots([sample.lot])
    is_new = not entry.is_known
    check_report(sample=sample, entry=entry, report=report, membership=membership, at=at)
    receipt = chain.append(_record(sample, entry, report, membership), at=at)
    bring_in_line([sample.lot.entity])
    if is_new:
        hold_what_failed(lot=sample.lot, report=receipt, entry=entry, membership=membership, at=at)
    sample.refresh_from_db()
    return sample


def check_report(*, sample: Sample, entry: Entry, report: TestReport, membership: Membership, at: datetime) -> None:
    """Check a report by the rules of the trade, before it is looked at or recorded. Raises what `report_test` raises.

    What it finds stands only as long as the caller's transaction has the lot's row locked.
    """
    check_may_write(membership, sample.laboratory)
    # Here, too: whoever recorded the sample may have corrected to whom it was given.
    check_laboratory(sample.laboratory)
    check_time(entry, at=at, earliest=sample.taken_on)
    if not entry.is_known:
        _check_unreported(sample)
    _check_results(report.results)


def content_to_sign(
    *, sample: Sample, entry: Entry, report: TestReport, membership: Membership, salts: Mapping[str, bytes]
) -> bytes:
    """Give the bytes that the laboratory's key signs: the record as `report_test` will make it of the same arguments.

    Requires an entry whose time is in whole seconds, and a salt for each private member. Raises LeafError.
    """
    record = _record(sample, entry, report, membership)
    leaf = leaves.Leaf(
        log=settings.LOG_ORIGIN,
        id=str(record.id),
        type=record.type,
        entity=record.entity,
        time=f"{record.time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        actor=replace(record.actor, attested="device"),
        body=record.body,
        commit={path: commitment.commit(path, value, salts[path]) for path, value in record.private.items()},
        attachments=tuple(sorted(record.attachments, key=lambda one: one.sha256)),
    )
    return leaves.content(leaf)


def private_members(report: TestReport) -> dict[str, object]:
    """Give the members of a report of which the log holds only commitments."""
    return members(signatory=report.signatory)


def report_members(sample: Sample, entry: Entry, report: TestReport) -> dict[str, object]:
    """Write a report as the body of its record holds it."""
    return members(
        sample=sample.number,
        laboratory=str(sample.laboratory.public_id),
        report_no=report.report_no,
        date=entry.day,
        results=[result_members(one) for one in report.results],
        conclusion=report.conclusion,
    )


def result_members(result: Result) -> dict[str, object]:
    """Write a result as the body of a report holds it."""
    return members(analyte=result.analyte, value=result.value, lod=result.lod, unit=result.unit, method=result.method)


def _record(sample: Sample, entry: Entry, report: TestReport, membership: Membership) -> Record:
    saying = Saying(
        body=report_members(sample, entry, report), private=private_members(report), attachments=report.files
    )
    return record_of("test.reported", sample.lot.entity, entry=entry, saying=saying, membership=membership)


def _check_unreported(sample: Sample) -> None:
    found = Sample.objects.filter(pk=sample.pk, lot=sample.lot_id).first()
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

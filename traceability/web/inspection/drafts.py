"""A report between its form and its record: looked at once more, and signed where the laboratory has a key."""

import secrets
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core import signing

from accounts.models import Membership
from traceability.decimals import decimal_text, read_decimal
from traceability.ledger.commitment import SALT_SIZE
from traceability.ledger.leaf import ActorSignature, Attachment
from traceability.models import Sample
from traceability.services.entries import Entry, Seal
from traceability.services.reports import Result, TestReport, content_to_sign, private_members

_PURPOSE = "traceability.report"
# As long as somebody may be called away between typing and sending.
_SECONDS = 24 * 3600


class DraftError(Exception):
    """A draft is not ours, or too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that a report says, with the salts that its commitments will have."""

    sample_id: UUID
    entry: Entry
    report: TestReport
    salts: dict[str, bytes]

    def content(self, sample: Sample, membership: Membership) -> bytes:
        """Give the bytes to sign. Raises LeafError."""
        return content_to_sign(
            sample=sample, entry=self.entry, report=self.report, membership=membership, salts=self.salts
        )

    def sealed(self, sig: ActorSignature) -> Entry:
        """Give the entry under the laboratory's signature."""
        return Entry(id=self.entry.id, time=self.entry.time, seal=Seal(sig=sig, salts=self.salts))


def new_draft(sample: Sample, entry: Entry, report: TestReport) -> Draft:
    """Begin a draft: the salts are drawn here, so that a signature can cover the commitments."""
    salts = {path: secrets.token_bytes(SALT_SIZE) for path in private_members(report)}
    # A signature covers the time as the log writes it, in whole seconds.
    whole = Entry(id=entry.id, time=entry.time.replace(microsecond=0))
    return Draft(sample_id=sample.pk, entry=whole, report=report, salts=salts)


def write_draft(draft: Draft) -> str:
    """Write a draft into a field of a form, signed by us so that it comes back as it was."""
    report = draft.report
    said = {
        "sample": str(draft.sample_id),
        "id": str(draft.entry.id),
        "time": draft.entry.time.isoformat(),
        "results": [_result_text(one) for one in report.results],
        "report_no": report.report_no,
        "signatory": report.signatory,
        "conclusion": report.conclusion,
        "files": [asdict(one) for one in report.files],
        "salts": {path: b64encode(salt).decode("ascii") for path, salt in draft.salts.items()},
    }
    return signing.dumps(said, salt=_PURPOSE, compress=True)


def read_draft(text: str) -> Draft:
    """Read what `write_draft` wrote. Raises DraftError."""
    try:
        said = signing.loads(text, salt=_PURPOSE, max_age=_SECONDS)
    except signing.BadSignature as error:
        raise DraftError from error
    report = TestReport(
        results=[_result(one) for one in said["results"]],
        report_no=said["report_no"],
        signatory=said["signatory"],
        conclusion=said["conclusion"],
        files=[Attachment(**one) for one in said["files"]],
    )
    return Draft(
        sample_id=UUID(said["sample"]),
        entry=Entry(id=UUID(said["id"]), time=datetime.fromisoformat(said["time"])),
        report=report,
        salts={path: b64decode(salt) for path, salt in said["salts"].items()},
    )


def _result_text(result: Result) -> dict[str, Any]:
    numbers = {"value": result.value, "lod": result.lod}
    return asdict(result) | {name: None if one is None else decimal_text(one) for name, one in numbers.items()}


def _result(said: dict[str, Any]) -> Result:
    numbers = {name: None if said[name] is None else read_decimal(said[name]) for name in ("value", "lod")}
    return Result(analyte=said["analyte"], unit=said["unit"], method=said["method"], **numbers)

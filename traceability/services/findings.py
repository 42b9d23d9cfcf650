"""What verification found, and what a person made of it."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from accounts.models import User
from traceability.errors import TraceabilityError
from traceability.models import Finding, VerificationRun
from traceability.services.checks.fault import Fault

logger = logging.getLogger("suyuan.findings")

# Keys of the table: text beyond this is cut, which a person can still read and a key still tell apart.
_ROW_LENGTH = 200


class FindingError(TraceabilityError):
    """A finding cannot be closed like that."""


class Alarm(Protocol):
    """Tells people of a new finding; the setting FINDING_ALARMS names the functions."""

    def __call__(self, finding: Finding) -> None:
        """Tell them."""


def report(faults: Iterable[Fault], *, at: datetime, run: VerificationRun | None = None) -> int:
    """Open a finding for each fault that is not open yet, raise the alarm for those, and return how many they are.

    A fault that is found again adds nothing; one that was closed and is found again is a new finding.
    """
    opened = [finding for fault in faults if (finding := _open(fault, at=at, run=run))]
    for finding in opened:
        _raise_alarm(finding)
    return len(opened)


def close(*, finding: Finding, reason: str, user: User, at: datetime) -> Finding:
    """Close a finding with the reason that a person gives. Raises FindingError."""
    if not reason.strip():
        raise FindingError(f"finding {finding.pk}: needs a reason to be closed")
    closed = Finding.objects.filter(pk=finding.pk, closed_at=None).update(
        closed_at=at, closed_by=user, reason=reason.strip()
    )
    if not closed:
        raise FindingError(f"finding {finding.pk}: is closed already")
    finding.refresh_from_db()
    return finding


# One statement: two runs that find the same fault at once open one finding.
_OPEN = """
INSERT INTO traceability_finding (run_id, found_at, "table", "row", rule, text, reason)
VALUES (%s, %s, %s, %s, %s, %s, '')
ON CONFLICT ("table", "row", rule) WHERE closed_at IS NULL DO NOTHING
RETURNING id
"""


def _open(fault: Fault, *, at: datetime, run: VerificationRun | None) -> Finding | None:
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN, [run.pk if run else None, at, fault.table, fault.row[:_ROW_LENGTH], fault.rule, fault.text]
        )
        found = cursor.fetchone()
    return Finding.objects.get(pk=found[0]) if found else None


def _raise_alarm(finding: Finding) -> None:
    logger.critical("finding %s: %s %s: %s: %s", finding.pk, finding.table, finding.row, finding.rule, finding.text)

    def tell() -> None:
        for name in settings.FINDING_ALARMS:
            alarm: Alarm = import_string(name)
            alarm(finding)

    # An alarm that fails must not undo the finding.
    transaction.on_commit(tell, robust=True)

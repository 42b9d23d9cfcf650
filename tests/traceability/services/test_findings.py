import logging

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import Membership
from tests.factories import farm
from traceability.models import Finding
from traceability.services import findings
from traceability.services.checks.fault import Fault, fewer
from traceability.services.findings import FindingError

pytestmark = pytest.mark.django_db

FAULT = Fault("ledger_entry", "index=3", "hash", "the leaf hashes to something else")
told: list[Finding] = []


def tell(finding: Finding) -> None:
    told.append(finding)


@pytest.fixture(autouse=True)
def _nobody_was_told() -> None:
    told.clear()


def report() -> Finding:
    findings.report([FAULT], at=farm.NOW)
    return Finding.objects.get(closed_at=None)


def test_a_fault_becomes_a_finding_and_raises_the_alarm(
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.FINDING_ALARMS = [f"{__name__}.tell"]

    with django_capture_on_commit_callbacks(execute=True):
        finding = report()

    assert (finding.table, finding.row, finding.rule) == ("ledger_entry", "index=3", "hash")
    assert told == [finding]
    assert caplog.records[0].levelno == logging.CRITICAL
    assert "ledger_entry index=3: hash" in caplog.text


def test_the_same_fault_again_adds_nothing(settings: Settings) -> None:
    report()

    assert findings.report([FAULT, FAULT], at=farm.NOW) == 0
    assert Finding.objects.count() == 1


def test_a_fault_that_was_closed_and_is_found_again_is_a_new_finding(operator: Membership) -> None:
    findings.close(finding=report(), reason="mended", user=operator.user, at=farm.NOW)

    assert findings.report([FAULT], at=farm.NOW) == 1
    assert Finding.objects.count() == 2


def test_a_finding_is_closed_with_a_reason(operator: Membership) -> None:
    closed = findings.close(finding=report(), reason=" restored from the backup ", user=operator.user, at=farm.NOW)

    assert (closed.reason, closed.closed_by, closed.closed_at) == ("restored from the backup", operator.user, farm.NOW)


@pytest.mark.parametrize("reason", ["", "  ", "\n\t"])
def test_a_finding_is_not_closed_without_a_reason(operator: Membership, reason: str) -> None:
    finding = report()

    with pytest.raises(FindingError, match="needs a reason"):
        findings.close(finding=finding, reason=reason, user=operator.user, at=farm.NOW)

    finding.refresh_from_db()
    assert finding.closed_at is None


def test_a_finding_is_closed_once(operator: Membership) -> None:
    finding = report()
    findings.close(finding=finding, reason="mended", user=operator.user, at=farm.NOW)

    with pytest.raises(FindingError, match="closed already"):
        findings.close(finding=finding, reason="again", user=operator.user, at=farm.NOW)


@pytest.mark.parametrize("values", [{"reason": ""}, {"reason": " \n"}, {"reason": "x", "closed_by": None}])
def test_the_database_closes_nothing_without_reason_and_person(operator: Membership, values: dict[str, object]) -> None:
    finding = report()

    with pytest.raises(IntegrityError, match="finding_closed_with_reason"), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(**{"closed_at": farm.NOW, "closed_by": operator.user, **values})


def test_of_a_fault_in_every_row_people_are_told_the_first_and_the_number() -> None:
    many = [Fault("ledger_entry", f"index={number}", "hash", "wrong") for number in range(100)]
    other = Fault("ledger_head", "lot:x", "head", "wrong")

    shown = list(fewer([*many, other], most=3))

    assert shown == [*many[:3], other, Fault("ledger_entry", "-", "hash", "97 more rows of this table break the rule")]


def test_a_long_row_name_is_cut() -> None:
    findings.report([Fault("t", "x" * 300, "rule", "text")], at=farm.NOW)

    assert Finding.objects.get().row == "x" * 200

import pytest

from config.demo import verdict
from config.demo.scenes import Stage
from tests.config.demo.conftest import clock, only, tell_all
from traceability.enums import RunKind, RunState
from traceability.models import LogState, OutboxEntry, SignedCheckpoint
from traceability.standards.judgement import Verdict


def test_what_nobody_brings_into_the_log_is_brought_there(stage: Stage) -> None:
    tell_all(stage, only(stage, "laochangyuan"))

    verdict.settle(clock=clock, patience_seconds=0)

    assert not OutboxEntry.objects.exists()
    assert SignedCheckpoint.objects.get().size == LogState.objects.get().size == 2


def test_log_that_is_settled_is_left_alone(stage: Stage) -> None:
    tell_all(stage, only(stage, "laochangyuan"))
    verdict.settle(clock=clock, patience_seconds=0)

    verdict.settle(clock=clock, patience_seconds=60)

    assert SignedCheckpoint.objects.count() == 1


def test_paddy_above_the_limit_fails(stage: Stage) -> None:
    tell_all(stage, only(stage, "goubangdi", "H5", "T5"))

    found = list(verdict.findings())

    assert [(one.lot.product_name, one.judged.verdict) for one in found] == [("稻谷", Verdict.FAIL)]


@pytest.mark.django_db(transaction=True)
def test_verification_of_everything_is_kept(stage: Stage) -> None:
    tell_all(stage, only(stage, "laochangyuan"))
    verdict.settle(clock=clock, patience_seconds=0)

    run = verdict.verify(clock=clock)

    assert (run.kind, run.state, run.entries) == (RunKind.FULL, RunState.CLEAN, 2)

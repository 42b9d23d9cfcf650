import pytest

from accounts.models import Membership
from tests.factories import farm
from traceability.models import Sample
from traceability.queries.timeline import steps
from traceability.services.samples import SampleFacts, take_sample
from traceability.web.facts import log_steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(farmer: Membership, laboratory: Membership) -> Sample:
    lot = farm.make_lot(farmer)
    facts = SampleFacts(number="S-1", laboratory=laboratory.organisation, sampler="王秀兰", place="东大方")
    return take_sample(lot=lot, entry=farm.entry(farm.AUTUMN), facts=facts, membership=farmer, at=farm.NOW)


def test_who_said_it_reads_what_is_private(sample: Sample, farmer: Membership) -> None:
    told = log_steps(steps(sample.lot.entity), membership=farmer)

    assert [fact.value for fact in told[-1].private] == ["王秀兰", "东大方"]


def test_who_may_see_the_lot_does_not_read_what_others_keep_private(sample: Sample, laboratory: Membership) -> None:
    told = log_steps(steps(sample.lot.entity), membership=laboratory)

    assert "S-1" in [fact.value for fact in told[-1].facts]
    assert [step.private for step in told] == [[], []]

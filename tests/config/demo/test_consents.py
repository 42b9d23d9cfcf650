import pytest

from accounts.queries.stand_ins import farms_helped_by
from config.demo import consents
from config.demo.cast import assemble
from config.demo.scenes import Stage
from config.demo.seed import Seed
from tests.factories.farm import NOW

pytestmark = pytest.mark.django_db


def test_the_technician_may_log_for_both_households_however_often_it_is_told(demonstration: None) -> None:
    stage = Stage(Seed(7), assemble(Seed(7), at=NOW))

    given = [consents.give(stage, clock=lambda: NOW) for _ in range(2)]

    technician = stage.cast.member("cooperative", "technician")
    assert given == [2, 0]
    assert set(farms_helped_by(technician)) == {stage.cast.parties["wang"], stage.cast.parties["li"]}

import pytest

from accounts.models import Membership
from tests import databases
from tests.factories import farm, log
from traceability.models import Season
from traceability.services.checks import rows
from traceability.services.fsck import Fsck, size

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("log_keys")]


def change(season: Season) -> None:
    with databases.superuser() as superuser:
        superuser.execute("UPDATE traceability_season SET variety = 'other' WHERE id = %s", [season.pk])


@pytest.fixture
def season(farmer: Membership) -> Season:
    season = farm.make_season(farmer)
    farm.log(season, "tended", by=farmer, operation="weeding")
    return season


def test_a_row_is_checked_where_something_new_bears_on_it(season: Season, farmer: Membership) -> None:
    log.integrate()
    before = size()
    farm.log(season, "observed", by=farmer, stage="65")
    log.integrate()
    change(season)

    faults = list(rows.check_touched(before, size(), advance=lambda _count: None))

    assert [(fault.row, fault.rule) for fault in faults] == [(f"pk={season.pk}", "variety")]


def test_a_row_on_which_nothing_new_bears_is_left_to_the_check_of_all(season: Season, farmer: Membership) -> None:
    log.integrate()
    before = size()
    farm.log(season, "tended", by=farmer, operation="weeding")
    log.integrate()
    change(season)

    assert list(rows.check_touched(before, size(), advance=lambda _count: None)) == []
    assert [fault.rule for fault in Fsck().faults()] == ["variety"]


def test_a_row_of_an_entity_whose_history_bears_nothing_is_one_too_many(season: Season) -> None:
    log.integrate()
    with databases.superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("DELETE FROM ledger_entry WHERE entity = %s AND eseq = 0", [season.entity])
        superuser.execute("UPDATE ledger_entry SET eseq = 0, prev = NULL WHERE entity = %s", [season.entity])

    assert [fault.rule for fault in rows.check_some([season.entity])] == ["extra"]

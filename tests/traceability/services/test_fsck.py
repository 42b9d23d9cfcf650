import io
import json
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command

from accounts.models import Membership
from tests import databases
from tests.factories import farm, log, stories
from tests.factories.events import append, new_entity, opening
from tests.factories.parties import make_member
from traceability.models import LogEntry, LogState, OutboxEntry
from traceability.services.erasure import Erasure, erase_personal
from traceability.services.fsck import Fsck

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("log_keys")]


def found() -> list[tuple[str, str, str]]:
    return [(fault.table, fault.row, fault.rule) for fault in Fsck().faults()]


def tamper(*statements: str) -> None:
    with databases.superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        for statement in statements:
            superuser.execute(statement)


@pytest.fixture
def story(log_keys: None) -> stories.Story:
    told = stories.rice()
    log.publish()
    return told


def test_an_empty_database_is_clean() -> None:
    assert found() == []


def test_figures_tell_what_was_checked(story: stories.Story) -> None:
    check = Fsck()

    assert list(check.faults()) == []

    assert check.entries == LogState.objects.get().size
    assert check.frontier
    assert check.frontier.to_bytes() == bytes(LogState.objects.get().frontier)
    assert check.entities > 3


def test_it_runs_where_statements_are_logged(story: stories.Story, django_assert_max_num_queries: Any) -> None:
    # Django's cursor of DEBUG knows less than the other one.
    with django_assert_max_num_queries(100):
        assert found() == []


def test_two_entries_that_changed_places_are_both_named(story: stories.Story) -> None:
    tamper(
        "UPDATE ledger_entry SET index = -1 WHERE index = 2",
        "UPDATE ledger_entry SET index = 2 WHERE index = 3",
        "UPDATE ledger_entry SET index = 3 WHERE index = -1",
    )

    assert any(table == "ledger_node" and row == "2/0" for table, row, _ in found())


def test_a_tail_that_was_cut_off_everywhere_is_found_by_the_checkpoint(story: stories.Story) -> None:
    before = LogState.objects.get()
    entity = new_entity()
    append(opening(entity))
    log.publish()
    tamper(
        f"DELETE FROM ledger_entry WHERE entity = '{entity}'",
        f"DELETE FROM ledger_head WHERE entity = '{entity}'",
        f"DELETE FROM traceability_receipt WHERE entity = '{entity}'",
        f"UPDATE ledger_state SET size = {before.size}, frontier = '\\x{bytes(before.frontier).hex()}'",
        f"DELETE FROM ledger_node WHERE index >= ({before.size} >> level)",
    )

    assert ("ledger_checkpoint", f"size={before.size + 1}", "extra") in found()


def test_a_past_that_was_rewritten_with_all_its_hashes_is_found_by_the_checkpoint(story: stories.Story) -> None:
    (signed,) = read("SELECT size, note FROM ledger_checkpoint")
    databases.empty()
    member = make_member()
    season = farm.make_season(member)
    for day in range(int(str(signed[0]))):
        farm.log(season, "tended", by=member, days=1 + day, operation="weeding")
    log.integrate()
    tamper_with("INSERT INTO ledger_checkpoint VALUES (%s, %s)", *signed)

    assert found() == [("ledger_checkpoint", f"size={signed[0]}", "root")]


def test_a_fork_in_the_outbox_is_found(story: stories.Story) -> None:
    farm.log(story.season, "tended", by=story.farmer, days=99, operation="weeding")
    tamper(
        "ALTER TABLE ledger_outbox DROP CONSTRAINT outbox_entity_eseq",
        "ALTER TABLE ledger_outbox DROP CONSTRAINT outbox_entity_prev",
        "INSERT INTO ledger_outbox SELECT gen_random_uuid(), entity, eseq, prev, leaf, leaf_hash FROM ledger_outbox",
    )
    try:
        rules = {(table, rule) for table, _, rule in found()}
    finally:
        # The guards of the table belong to the other tests of this database, too.
        tamper(
            "TRUNCATE ledger_outbox",
            "ALTER TABLE ledger_outbox ADD CONSTRAINT outbox_entity_eseq UNIQUE (entity, eseq)",
            "ALTER TABLE ledger_outbox ADD CONSTRAINT outbox_entity_prev UNIQUE NULLS NOT DISTINCT (entity, prev)",
        )

    assert ("ledger_outbox", "columns") in rules


def test_an_erased_member_is_no_finding_and_a_deleted_one_is(story: stories.Story) -> None:
    record = stories_plot_record(story)
    erase_personal(
        erasure=Erasure(record_id=record, paths=["boundary"]),
        entry=farm.entry(farm.AUTUMN),
        membership=story.farmer,
        at=farm.NOW,
    )
    assert found() == []
    log.publish()
    assert found() == []

    tamper("DELETE FROM ledger_opening WHERE path = 'name'")

    assert ("ledger_opening", f"{record} name", "missing") in found()


def test_a_whole_entity_that_vanished_is_found_by_what_is_left(story: stories.Story) -> None:
    tamper(f"DELETE FROM ledger_head WHERE entity = '{story.plot.entity}'")

    faults = found()

    assert ("ledger_head", story.plot.entity, "missing") in faults
    assert ("traceability_plot", f"pk={story.plot.pk}", "extra") in faults


def test_a_state_that_claims_too_much_is_found_and_not_believed(story: stories.Story) -> None:
    size = LogState.objects.get().size
    tamper(f"UPDATE ledger_state SET size = {2**62}")

    assert ("ledger_state", "trace.test.example/log1", "size") in found()

    tamper(f"UPDATE ledger_state SET size = {size}")
    assert found() == []


def test_an_entry_far_beyond_the_end_is_found_quickly(story: stories.Story) -> None:
    tamper(f"UPDATE ledger_entry SET index = {2**60} WHERE index = 1", f"UPDATE ledger_state SET size = {2**61}")

    faults = found()

    assert ("ledger_entry", "index=1", "missing") in faults


def test_a_waiting_event_whose_number_was_changed_to_the_least_there_is(farmer: Membership) -> None:
    farm.make_plot(farmer)
    record = OutboxEntry.objects.get()
    tamper(f"UPDATE ledger_outbox SET eseq = {-(2**63)}")

    assert ("ledger_outbox", str(record.pk), "columns") in found()


@pytest.mark.usefixtures("story")
class TestCommand:
    def run(self, *arguments: str) -> tuple[str, int]:
        out = io.StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("fsck", *arguments, stdout=out, stderr=out)
        return out.getvalue(), int(str(ended.value.code))

    def test_clean_ends_with_0(self) -> None:
        text, code = self.run()

        assert code == 0
        assert text.endswith("clean\n")
        assert f"entries: {LogState.objects.get().size}\n" in text

    def test_findings_end_with_1_and_name_the_row(self) -> None:
        tamper("UPDATE ledger_entry SET leaf_hash = sha256(leaf_hash) WHERE index = 4")

        text, code = self.run()

        assert code == 1
        assert "ledger_entry index=4: hash: the leaf hashes to" in text

    def test_json_is_one_object(self) -> None:
        tamper("UPDATE ledger_entry SET leaf_hash = sha256(leaf_hash) WHERE index = 4")

        text, code = self.run("--json", "--quick")

        told = json.loads(text)
        assert code == 1
        assert told["size"] == LogState.objects.get().size
        assert {(one["table"], one["row"], one["rule"]) for one in told["findings"]} >= {
            ("ledger_entry", "index=4", "hash")
        }

    def test_what_cannot_run_ends_with_2(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(_check: Fsck) -> None:
            raise OSError("the disk is gone")

        monkeypatch.setattr(Fsck, "faults", fail)

        text, code = self.run()

        assert (text, code) == ("fsck could not run: OSError('the disk is gone')\n", 2)


def read(statement: str) -> list[tuple[object, ...]]:
    with databases.superuser() as superuser:
        return superuser.execute(statement).fetchall()


def tamper_with(statement: str, *values: object) -> None:
    with databases.superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(statement, values)


def stories_plot_record(story: stories.Story) -> UUID:
    return LogEntry.objects.get(entity=story.plot.entity, eseq=0).record_id

import io
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as live_settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import Membership
from tests.factories import farm, log, stories
from tests.factories.witnesses import Circle
from traceability import log_key
from traceability.enums import RunKind
from traceability.errors import NotYoursError
from traceability.ledger import open_checkpoint
from traceability.ledger.note import parse_note, parse_vkey
from traceability.ledger.report import verify_bundle
from traceability.models import Finding, LogEntry
from traceability.queries import witnesses
from traceability.queries.bundles import bundle_of
from traceability.services import log_keys, verification
from traceability.services.entries import Entry
from traceability.services.integrator import integrate_once
from traceability.services.log_keys import RotationError
from traceability.services.publisher import PublishError, publish_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


def begin(operator: Membership) -> str:
    return log_keys.begin(entry=Entry(id=uuid4(), time=farm.NOW), membership=operator, at=farm.NOW)


def signers(note: str) -> list[bytes]:
    return [line.key_id for line in parse_note(note)[1]]


def ids(*vkeys: str) -> list[bytes]:
    return [parse_vkey(one).key_id for one in vkeys]


def test_while_one_key_takes_over_both_sign_and_either_verifies(operator: Membership) -> None:
    old = log_key.vkey()
    told = stories.rice()

    new = begin(operator)
    note = log.publish().note

    assert signers(note) == ids(old, new)
    for vkey in (old, new):
        assert open_checkpoint(note, [vkey], origin=log.origin())[0].size == 16
        assert verify_bundle(bundle_of(told.bag), vkeys=[vkey]).signed_by == (log.origin(), log.origin())


def test_the_record_names_both_keys(operator: Membership) -> None:
    old, new = log_key.vkey(), begin(operator)
    integrate_once()

    leaf = bytes(LogEntry.objects.get(entity=log_keys.entity_of(new)).leaf).decode()

    assert '"type":"key.rotate"' in leaf
    assert f'"replaces":"{old}","vkey":"{new}"' in leaf


def test_afterwards_the_new_key_signs_alone_and_the_past_stays_readable(operator: Membership) -> None:
    told, old = stories.rice(), log_key.vkey()
    first = log.publish().note
    new = begin(operator)
    both = log.publish().note

    assert log_keys.finish() == new
    between = bundle_of(told.bag)
    farm.log(told.season, "tended", by=told.farmer, days=100, operation="weeding")
    alone = log.publish().note
    verification.run_now(RunKind.FULL, clock=lambda: farm.NOW)

    assert [signers(note) for note in (first, both, alone)] == [ids(old), ids(old, new), ids(new)]
    assert log_key.vkeys() == [new, old]
    assert verify_bundle(between, vkeys=[new]).size == 16
    assert verify_bundle(bundle_of(told.bag), vkeys=[new]).vkeys == (new,)
    assert list(Finding.objects.all()) == []


def test_the_old_secret_is_gone_afterwards(operator: Membership) -> None:
    path = Path(live_settings.LOG_KEY_FILE)
    secret = path.read_text()
    begin(operator)
    log.publish()

    log_keys.finish()

    assert path.stat().st_mode & 0o777 == 0o600
    assert all(secret.strip() not in one.read_text() for one in path.parent.iterdir())
    assert not log_key.next_path().exists()


def test_a_second_beginning_changes_nothing(operator: Membership) -> None:
    first = begin(operator)

    assert begin(operator) == first
    integrate_once()
    assert LogEntry.objects.count() == 1


def test_it_is_not_finished_before_a_checkpoint_holds_the_record(operator: Membership) -> None:
    stories.rice()
    log.publish()
    begin(operator)

    with pytest.raises(RotationError, match="no published checkpoint holds the record"):
        log_keys.finish()
    integrate_once()
    with pytest.raises(RotationError, match="no published checkpoint holds the record"):
        log_keys.finish()
    publish_once(at=farm.NOW)
    log_keys.finish()


def test_it_is_not_finished_where_the_next_key_has_not_signed(operator: Membership) -> None:
    new = begin(operator)
    next_key = log_key.next_path().read_bytes()
    log_key.next_path().unlink()
    log.publish()
    log_key.next_path().write_bytes(next_key)

    with pytest.raises(RotationError, match="not signed by the next key yet"):
        log_keys.finish()

    assert new in log_key.vkeys()


def test_without_a_beginning_there_is_nothing_to_finish() -> None:
    with pytest.raises(log_key.LogKeyError, match="none is there to take over"):
        log_keys.finish()


def test_a_crash_at_any_line_of_the_taking_over_is_gone_on_from(
    operator: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, old = stories.rice(), log_key.vkey()
    new = begin(operator)
    log.publish()
    replace = Path.replace
    for crash in (1, 2, 3):
        calls: list[int] = []

        def failing(path: Path, target: Path, crash: int = crash, calls: list[int] = calls) -> Path:
            calls.append(1)
            if len(calls) == crash:
                raise OSError("power is gone")
            return replace(path, target)

        monkeypatch.setattr(Path, "replace", failing)
        if crash < 3 or log_key.next_path().exists():
            with pytest.raises(OSError, match="power"):
                log_key.take_over()
        monkeypatch.setattr(Path, "replace", replace)
        farm.log(told.season, "tended", by=told.farmer, days=100 + crash, operation="weeding")
        # Whatever is left: the log goes on, and each key that signs is known.
        assert set(signers(log.publish().note)) <= set(ids(*log_key.vkeys()))

    if log_key.next_path().with_suffix(".vkey").exists():
        log_key.take_over()
    assert (log_key.vkey(), log_key.vkeys()) == (new, [new, old])


def test_a_farmer_rotates_nothing(farmer: Membership) -> None:
    with pytest.raises(NotYoursError, match="the key of the log is its operator's"):
        begin(farmer)

    assert not log_key.next_path().exists()


def test_the_key_of_a_service_is_not_rotated_here(operator: Membership, settings: Settings) -> None:
    settings.LOG_SIGNER = "command:true"

    with pytest.raises(log_key.LogKeyError, match="LOG_SIGNER holds it"):
        begin(operator)


def test_the_commands_print_what_verifies_the_log(operator: Membership) -> None:
    begun, finished = io.StringIO(), io.StringIO()

    with pytest.raises(CommandError, match="no member of the operator has this log-in"):
        call_command("rotate_log_key", "begin", phone="+8613800000000")
    call_command("rotate_log_key", "begin", phone=operator.user.phone, stdout=begun)
    with pytest.raises(CommandError, match="no published checkpoint"):
        call_command("rotate_log_key", "finish")
    log.publish()
    call_command("rotate_log_key", "finish", stdout=finished)

    assert begun.getvalue() == finished.getvalue() == f"{log_key.vkey()}\n"


def test_witnesses_that_were_told_of_the_new_key_go_on(operator: Membership, circle: Circle) -> None:
    stories.rice()
    old = log_key.vkey()
    log.publish()
    new = begin(operator)
    log.publish()
    log_keys.finish()
    farm.make_plot(operator, number="after")
    integrate_once()

    # One that knows the old key only refuses what the new one signs alone.
    with pytest.raises(PublishError, match="county: it refuses with 403; bank: it refuses with 403"):
        publish_once(at=farm.NOW)
    for name in ("county", "bank"):
        circle.stop(name)
        circle.start(name, logs=[old, new])
    circle.agree()
    published = publish_once(at=farm.NOW)

    assert published
    assert witnesses.policy().open_checkpoint(published.note)[0].size == published.size

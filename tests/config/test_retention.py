import os
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_grant_model, get_refresh_token_model
from pytest_django import Settings

from accounts.enums import Role
from accounts.models import Invitation, Membership
from config import retention
from config.tasks import forget
from tests.architecture.sources import ROOT
from tests.factories import farm
from tests.factories.log import publish
from tests.factories.parties import make_user
from traceability.enums import CaptureState, RunKind, RunState
from traceability.models import CaptureJob, Finding, LogEntry, TaskRequest, VerificationChunk, VerificationRun
from traceability.queries.bundles import bundle_of
from traceability.services import attachments, fsck, verification
from traceability.services.erasure import Erasure, erase_personal

pytestmark = pytest.mark.django_db

NOW = farm.NOW
DAY = timedelta(days=1)


def forgotten(at: datetime = NOW) -> dict[str, int]:
    told: dict[str, int] = {}
    retention.forget_all(at=at, told=told.__setitem__)
    return {name: rows for name, rows in told.items() if rows}


def test_a_log_in_goes_when_its_time_is_over() -> None:
    user = make_user()
    for key, ends in (("over", NOW - DAY), ("alive", NOW + DAY)):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
        UserSession.objects.create(user=user, session_key=key, ip="10.0.0.2", user_agent="a browser")

    assert forgotten() == {"sessions": 1}
    assert [one.session_key for one in Session.objects.all()] == ["alive"]
    assert [one.session_key for one in UserSession.objects.all()] == ["alive"]


def test_an_invitation_that_nobody_answers_goes_with_its_phone_number(farmer: Membership) -> None:
    for phone, days in (("+8613800000001", 91), ("+8613800000002", 89)):
        Invitation.objects.create(
            organisation=farmer.organisation, phone=phone, role=Role.RECORDER, invited_by=farmer.user,
            invited_at=NOW - days * DAY,
        )  # fmt: skip

    assert forgotten() == {"invitations": 1}
    assert Invitation.objects.get().phone == "+8613800000002"


def test_tokens_go_a_day_after_their_end_unless_they_can_be_renewed(farmer: Membership) -> None:
    access = get_access_token_model().objects
    made = {name: access.create(token=name, expires=NOW - 2 * DAY, scope="") for name in ("over", "renewed", "revoked")}
    access.create(token="alive", expires=NOW - timedelta(hours=1), scope="")
    refresh = get_refresh_token_model().objects
    for name, revoked in (("renewed", None), ("revoked", NOW - 2 * DAY)):
        application = farmer_application(farmer)
        refresh.create(
            token=name, access_token=made[name], revoked=revoked, user=farmer.user, application_id=application
        )

    assert forgotten() == {"tokens": 2}
    assert sorted(access.values_list("token", flat=True)) == ["alive", "renewed"]
    assert get_grant_model().objects.count() == 0


def farmer_application(farmer: Membership) -> int:
    from oauth2_provider.models import get_application_model  # noqa: PLC0415 - only here

    made = get_application_model().objects.create(
        user=farmer.user, client_type="confidential", authorization_grant_type="client-credentials"
    )
    return int(made.pk)


def test_tasks_that_are_done_go_and_those_that_wait_stay() -> None:
    for argument, done in (("1", NOW - 91 * DAY), ("2", NOW - 89 * DAY), ("3", None)):
        TaskRequest.objects.create(name="a.task", argument=argument, created_at=NOW - 300 * DAY, done_at=done)

    assert forgotten() == {"tasks": 1}
    assert sorted(TaskRequest.objects.values_list("argument", flat=True)) == ["2", "3"]


def test_tasks_that_were_given_up_go_when_nobody_can_mend_them_any_more() -> None:
    for argument, attempts, days in (("1", 7, 91), ("2", 7, 89), ("3", 6, 91)):
        TaskRequest.objects.create(
            name="a.task", argument=argument, created_at=NOW - 300 * DAY, sent_at=NOW - days * DAY, attempts=attempts
        )

    assert forgotten() == {"tasks": 1}
    assert sorted(TaskRequest.objects.values_list("argument", flat=True)) == ["2", "3"]


def run(kind: str = RunKind.INCREMENTAL, state: str = RunState.CLEAN, days: int = 91, end: int = 0) -> VerificationRun:
    at = NOW - days * DAY
    return VerificationRun.objects.create(
        kind=kind, state=state, requested_at=at, finished_at=at, end_index=end, frontier=b""
    )


def test_clean_verifications_of_what_was_new_go_and_what_tells_something_stays() -> None:
    run()
    kept = [run(RunKind.FULL), run(state=RunState.FOUND), run(days=89), run(state=RunState.RUNNING)]
    told = run()
    Finding.objects.create(run=told, found_at=NOW, table="t", row="1", rule="r", text="")
    furthest = run(end=7)

    assert forgotten() == {"verifications": 1}
    assert set(VerificationRun.objects.values_list("pk", flat=True)) == {one.pk for one in (*kept, told, furthest)}


def test_verifications_that_broke_off_go_and_so_do_the_parts_of_whole_ones() -> None:
    run(state=RunState.BROKEN)
    kept = [run(RunKind.FULL), run(RunKind.FULL, days=89), run(RunKind.FULL, state=RunState.BROKEN)]
    for whole in kept:
        VerificationChunk.objects.create(run=whole, first_index=0, end_index=8)

    assert forgotten() == {"verifications": 2}
    assert set(VerificationRun.objects.values_list("pk", flat=True)) == {one.pk for one in kept}
    assert set(VerificationChunk.objects.values_list("run", flat=True)) == {one.pk for one in kept[1:]}


@pytest.mark.usefixtures("log_keys")
def test_the_next_verification_goes_on_from_where_the_last_one_ended(farmer: Membership) -> None:
    farm.make_plot(farmer)
    publish()
    verification.run_now(RunKind.INCREMENTAL, clock=lambda: NOW - 200 * DAY)
    forgotten()
    farm.make_plot(farmer, number="two")
    publish()

    found = verification.run_now(RunKind.INCREMENTAL, clock=lambda: NOW)

    assert (found.state, found.first_index, found.end_index) == (RunState.CLEAN, 1, 2)


def test_what_was_told_of_a_document_goes_and_one_underway_stays(farmer: Membership) -> None:
    for state, days in ((CaptureState.SUCCEEDED, 181), (CaptureState.FAILED, 179), (CaptureState.RUNNING, 181)):
        CaptureJob.objects.create(
            pk=uuid4(), party=farmer.organisation, user=farmer.user, created_at=NOW, state=state,
            finished_at=NOW - days * DAY, document_sha256="0" * 64,
        )  # fmt: skip

    assert forgotten() == {"captures": 1}
    assert CaptureJob.objects.filter(state=CaptureState.SUCCEEDED).count() == 0


def test_the_bytes_of_a_document_go_with_what_was_told_of_it_unless_it_came_again(farmer: Membership) -> None:
    documents = [b'{"once": 1}', b'{"again": 1}']
    for data, days in ((documents[0], 181), (documents[1], 181), (documents[1], 3)):
        attachments.store(data, media="application/ld+json")
        CaptureJob.objects.create(
            pk=uuid4(), party=farmer.organisation, user=farmer.user, created_at=NOW, state=CaptureState.SUCCEEDED,
            finished_at=NOW - days * DAY, document_sha256=sha256(data).hexdigest(),
        )  # fmt: skip

    assert forgotten() == {"captures": 2}
    assert [attachments.is_kept(sha256(data).hexdigest()) for data in documents] == [False, True]


@pytest.mark.parametrize("name", ["attachments", "public"])
def test_what_a_killed_writer_left_goes_after_a_day_and_files_stay(
    name: str, tmp_path: Path, settings: Settings
) -> None:
    backend = "traceability.attachment_storage.WholeFiles"
    settings.STORAGES = settings.STORAGES | {name: {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}}
    storages[name].save("ab/abcd", ContentFile(b"rice"))
    for draft, hours in ((".old.part", 25), (".new.part", 23)):
        (tmp_path / "ab" / draft).write_bytes(b"ri")
        age_of = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(tmp_path / "ab" / draft, (age_of, age_of))
    os.utime(tmp_path / "ab" / "abcd", (0, 0))

    assert forgotten() == {"drafts": 1}
    assert sorted(path.name for path in (tmp_path / "ab").iterdir()) == [".new.part", "abcd"]


def test_a_rule_that_fails_keeps_no_other_from_its_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*, before: datetime) -> int:
        raise OSError(f"the storage is away at {before}")

    broken = retention.Rule("broken", DAY, "a storage is away", fails)
    monkeypatch.setattr(retention, "RULES", (broken, *retention.RULES))
    Session.objects.create(session_key="over", session_data="", expire_date=NOW - DAY)

    with pytest.raises(ExceptionGroup, match="not all that is over was deleted") as failed:
        forgotten()
    assert [type(one) for one in failed.value.exceptions] == [OSError]
    assert not Session.objects.exists()


@pytest.mark.usefixtures("log_keys")
def test_proofs_stay_whole_when_all_that_goes_is_gone(farmer: Membership) -> None:
    plot = farm.make_plot(farmer, name="隔壁老王的地")
    lot = farm.make_lot(farmer, farm.make_season(farmer, plot))
    publish()
    before = bundle_of(lot)

    forgotten(timezone.now() + 4000 * DAY)
    assert bundle_of(lot) == before
    erasure = Erasure(record_id=LogEntry.objects.get(entity=plot.entity, eseq=0).record_id)
    erase_personal(erasure=erasure, entry=farm.entry(farm.AUTUMN), membership=farmer, at=NOW)
    publish()

    assert list(fsck.Fsck().faults()) == []


def test_the_task_deletes_what_is_over_now() -> None:
    Session.objects.create(session_key="over", session_data="", expire_date=timezone.now() - DAY)

    forget()

    assert not Session.objects.exists()


@pytest.mark.parametrize("rule", retention.RULES, ids=lambda rule: rule.name)
def test_each_period_is_written_down(rule: retention.Rule) -> None:
    page = (ROOT / "docs" / "guides" / "operators.md").read_text(encoding="utf-8")
    table = page[page.index("## What is kept, and for how long") :]

    line = next(line for line in table.splitlines() if f"`{rule.name}`" in line)

    assert f"| {rule.kept.days} day" in line or (not rule.kept and "| its own end |" in line)

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests import databases
from tests.factories import farm, log, stories
from tests.factories.witnesses import BANK, COUNTY, Circle
from traceability import log_key
from traceability.enums import RunKind
from traceability.ledger.errors import NoteError
from traceability.ledger.note import cosign_note
from traceability.ledger.policy import Policy, TrustedKey
from traceability.ledger.report import verify_bundle
from traceability.models import Finding, SignedCheckpoint
from traceability.queries import witnesses
from traceability.queries.bundles import bundle_of
from traceability.services import verification
from traceability.web.trace.addresses import address_of

pytestmark = pytest.mark.django_db


def test_without_a_file_the_log_vouches_alone(log_keys: None) -> None:
    stories.rice()
    note = log.publish().note

    assert witnesses.policy() == witnesses.policy_of(note)
    assert witnesses.policy().text() == f"log {log_key.vkey()}\nquorum none\n"
    assert (witnesses.standings(), witnesses.cosigned_by(note)) == ([], [])


def test_the_policy_is_read_again_where_its_file_changed(circle: Circle) -> None:
    before = witnesses.policy()
    circle.agree("any")

    assert (before.groups[0].threshold, witnesses.policy().groups[0].threshold) == (2, 1)


def test_a_bundle_carries_the_quorum_and_who_made_it_up(circle: Circle) -> None:
    told = stories.rice()
    note = log.publish().note

    report = verify_bundle(bundle_of(told.bag), vkeys=[log_key.vkey()], policy=witnesses.policy())

    assert report.signed_by == (log.origin(), COUNTY.vkey.name, BANK.vkey.name)
    assert [name.partition(" at ")[0] for name in report.witnessed_by] == [COUNTY.vkey.name, BANK.vkey.name]
    assert [name for name, _ in witnesses.cosigned_by(note)] == ["county", "bank"]
    assert all(abs(datetime.now(UTC) - at).total_seconds() < 600 for _, at in witnesses.cosigned_by(note))


def test_what_was_published_before_there_were_witnesses_shows_no_quorum(circle: Circle) -> None:
    told = stories.rice()
    circle._settings.WITNESS_POLICY_FILE = ""
    note = log.publish().note
    circle.agree()

    bundle = bundle_of(told.bag)

    assert (witnesses.policy_of(note).groups, witnesses.policy_of(note).quorum) == ((), "none")
    assert verify_bundle(bundle, vkeys=[log_key.vkey()]).witnessed_by == ()
    with pytest.raises(NoteError, match="do not make up the quorum 'both'"):
        verify_bundle(bundle, vkeys=[], policy=witnesses.policy())


def test_the_page_of_a_lot_names_who_witnessed_it(circle: Circle, client: Client) -> None:
    told = stories.rice()
    log.publish()

    page = client.get(address_of(told.bag), headers={"accept-language": "en"}).content.decode()

    assert "<dt>Witnessed by</dt><dd><b>county</b>, <b>bank</b><br>" in page


def test_without_witnesses_or_with_a_policy_that_is_none_the_page_names_nobody(circle: Circle, client: Client) -> None:
    told = stories.rice()
    log.publish()
    circle.path.write_text("nonsense")

    page = client.get(address_of(told.bag), headers={"accept-language": "en"})

    assert (page.status_code, "Witnessed by" in page.content.decode()) == (200, False)
    assert witnesses.names_under(None) == []


@pytest.mark.django_db(transaction=True)
def test_cosignatures_are_clean_and_a_strangers_line_is_found(circle: Circle) -> None:
    stories.rice()
    published = log.publish()
    verification.run_now(RunKind.FULL, clock=lambda: farm.NOW)
    clean = list(Finding.objects.all())
    stranger = cosign_note(published.note, COUNTY.__class__("witness.stranger.example", b"\x09" * 32).at(7))
    with databases.superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("UPDATE ledger_checkpoint SET note = %s", [stranger])

    verification.run_now(RunKind.FULL, clock=lambda: farm.NOW)

    assert clean == []
    assert [(one.table, one.rule) for one in Finding.objects.all()] == [("ledger_checkpoint", "note")]
    assert SignedCheckpoint.objects.get().note == stranger


def test_a_policy_is_made_of_our_key_and_the_files_witnesses(circle: Circle) -> None:
    found = witnesses.policy()

    assert [str(one.vkey) for one in found.logs] == [log_key.vkey()]
    assert witnesses.vkeys() == [log_key.vkey(), str(COUNTY.vkey), str(BANK.vkey)]
    assert isinstance(found, Policy)
    assert isinstance(found.witnesses[0], TrustedKey)

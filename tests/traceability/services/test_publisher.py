from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import pytest
from django.conf import settings
from django.db import connection, transaction
from pytest_django import Settings

from tests import databases
from tests.factories import farm, log
from tests.factories.events import append, new_entity, opening, tending
from traceability import log_key
from traceability.ledger import Checkpoint, Ed25519Signer, open_checkpoint, verify_consistency
from traceability.ledger.note import KeyType, cosign_note
from traceability.models import Publication, SignedCheckpoint
from traceability.queries import proofs
from traceability.services.integrator import integrate_once
from traceability.services.publisher import Draft, PublishError, Step, publish_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]

WITNESS = Ed25519Signer("witness.example", b"\x07" * 32)


@pytest.fixture(autouse=True)
def _a_witness_that_saw_nothing() -> None:
    Cosigner.seen.clear()


def grow(number: int) -> None:
    entity = new_entity()
    append(opening(entity), *(tending(entity) for _ in range(number - 1)))
    integrate_once()


def tamper(statement: str) -> None:
    with databases.superuser() as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(statement)


class Cosigner(Step):
    """A witness that signs whatever it is given; it must have seen a proof from the checkpoint before."""

    seen: ClassVar[list[Draft]] = []

    def largest_known(self) -> Checkpoint | None:
        return self.seen[-1].checkpoint if self.seen else None

    def take(self, draft: Draft) -> str:
        self.seen.append(draft)
        return cosign_note(draft.note, WITNESS)


class Forger(Cosigner):
    def take(self, draft: Draft) -> str:
        return draft.note.replace("\n4\n", "\n5\n")


def test_a_log_that_grew_is_signed() -> None:
    grow(5)

    published = publish_once(at=farm.NOW)

    assert published
    checkpoint, note = open_checkpoint(published.note, [log_key.vkey()], origin=log.origin())
    assert (checkpoint.size, published.size) == (5, 5)
    assert checkpoint.root == proofs.root(5)
    assert not note.unverified
    assert Publication.objects.get().published_at == farm.NOW


def test_a_log_that_did_not_grow_is_not_signed_again() -> None:
    grow(5)
    publish_once(at=farm.NOW)

    assert publish_once(at=farm.NOW) is None
    assert SignedCheckpoint.objects.count() == 1


def test_an_empty_log_is_not_signed() -> None:
    assert publish_once(at=farm.NOW) is None


def test_events_that_still_wait_are_not_signed_for() -> None:
    grow(3)
    append(opening(new_entity()))

    published = publish_once(at=farm.NOW)

    assert published
    assert published.size == 3


def test_each_checkpoint_is_consistent_with_the_one_before() -> None:
    roots = {}
    for number in (1, 2, 4, 9, 16, 33):
        grow(number)
        published = publish_once(at=farm.NOW)
        assert published
        roots[published.size] = open_checkpoint(published.note, [log_key.vkey()])[0].root

    sizes = sorted(roots)
    for old, new in pairwise(sizes):
        proof = proofs.consistency(old, new)
        verify_consistency(old_size=old, old_root=roots[old], size=new, root=roots[new], proof=proof)


@pytest.mark.django_db(transaction=True)
def test_stored_nodes_that_changed_are_not_signed() -> None:
    grow(8)
    tamper(r"UPDATE ledger_node SET hash = '\x00' || substr(hash, 2) WHERE level = 2 AND index = 1")

    with pytest.raises(PublishError, match="the stored nodes and the frontier lead to different roots"):
        publish_once(at=farm.NOW)

    assert not SignedCheckpoint.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_past_that_was_rewritten_as_a_whole_is_not_signed() -> None:
    grow(8)
    publish_once(at=farm.NOW)
    databases.empty()
    grow(9)

    with pytest.raises(PublishError, match="does not lead to the root of"):
        publish_once(at=farm.NOW)


@pytest.mark.django_db(transaction=True)
def test_a_log_restored_from_an_older_backup_is_not_signed() -> None:
    grow(8)
    publish_once(at=farm.NOW)
    databases.empty()
    grow(3)

    with pytest.raises(PublishError, match="log of size 3: is below the checkpoint of size 8"):
        publish_once(at=farm.NOW)


@pytest.mark.django_db(transaction=True)
def test_a_checkpoint_of_the_database_that_changed_stops_the_publisher() -> None:
    grow(3)
    publish_once(at=farm.NOW)
    tamper("UPDATE ledger_checkpoint SET note = replace(note, E'\\n3\\n', E'\\n2\\n')")
    grow(2)

    with pytest.raises(PublishError, match="does not verify"):
        publish_once(at=farm.NOW)


@pytest.mark.django_db(transaction=True)
def test_a_state_that_is_gone_stops_the_publisher() -> None:
    grow(3)
    publish_once(at=farm.NOW)
    tamper("DELETE FROM ledger_state")

    with pytest.raises(PublishError, match="its state is gone"):
        publish_once(at=farm.NOW)


def test_a_note_that_was_signed_and_not_committed_is_signed_again_byte_for_byte() -> None:
    grow(5)
    with transaction.atomic():
        before = publish_once(at=farm.NOW)
        # As in a crash between the file beside the key and the commit.
        transaction.set_rollback(True)
    assert not SignedCheckpoint.objects.exists()

    after = publish_once(at=farm.NOW)

    assert before
    assert after
    assert after.note == before.note
    assert Path(settings.LOG_KEY_FILE).with_suffix(".checkpoint").read_text(encoding="utf-8") == after.note


def test_a_database_that_does_not_wait_for_the_disk_is_not_signed() -> None:
    grow(2)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")

    with pytest.raises(PublishError, match="synchronous_commit is off"):
        publish_once(at=farm.NOW)


def test_a_key_that_others_can_read_is_refused() -> None:
    grow(2)
    Path(settings.LOG_KEY_FILE).chmod(0o640)

    with pytest.raises(log_key.LogKeyError, match="mode 0640"):
        publish_once(at=farm.NOW)


def test_steps_see_the_proof_from_the_checkpoint_before_and_may_sign(settings: Settings) -> None:
    settings.PUBLISHING_STEPS = [f"{__name__}.Cosigner"]
    grow(4)
    publish_once(at=farm.NOW)
    grow(5)

    published = publish_once(at=farm.NOW)

    assert published
    _, note = open_checkpoint(published.note, [log_key.vkey(), str(WITNESS.vkey)])
    assert [one.name for one in note.signatures] == [log.origin(), "witness.example"]
    assert [one.before and one.before.size for one in Cosigner.seen] == [None, 4]
    assert Cosigner.seen[1].proof == proofs.consistency(4, 9)
    assert WITNESS.vkey.key_type is KeyType.ED25519


def test_a_log_below_what_a_step_has_seen_is_not_signed(settings: Settings) -> None:
    settings.PUBLISHING_STEPS = [f"{__name__}.Cosigner"]
    grow(4)
    Cosigner.seen.append(Draft(Checkpoint(log.origin(), 6, b"\x01" * 32), "", None, []))

    with pytest.raises(PublishError, match="below the checkpoint of size 6"):
        publish_once(at=farm.NOW)


def test_a_step_that_changes_the_note_stops_the_publication(settings: Settings) -> None:
    settings.PUBLISHING_STEPS = [f"{__name__}.Forger"]
    grow(4)

    with pytest.raises(PublishError, match="a step changed it"):
        publish_once(at=farm.NOW)


@pytest.mark.django_db(transaction=True)
def test_every_checkpoint_that_is_known_must_be_of_this_history(settings: Settings) -> None:
    grow(4)
    publish_once(at=farm.NOW)
    memory = Path(settings.LOG_KEY_FILE).with_suffix(".checkpoint")
    remembered = memory.read_text()
    memory.unlink()
    databases.empty()
    # Elsewhere, with a copy of the key, another history was signed to a larger size; then its database came here.
    grow(6)
    publish_once(at=farm.NOW)
    memory.write_text(remembered)
    grow(1)

    with pytest.raises(PublishError, match="does not lead to the root of"):
        publish_once(at=farm.NOW)

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accounts.models import Membership
from tests.factories import device_keys, farm, log
from tests.factories.events import append, new_entity, opening, tending
from tests.factories.parties import make_member
from traceability.ledger.leaf import Actor, Leaf, key_id, sign_leaf
from traceability.models import ActorKey, LogEntry
from traceability.services import keys, signatures
from traceability.services.fsck import Fsck
from traceability.services.records import Record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("log_keys")]

PHONE = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
PUBLIC = PHONE.public_key().public_bytes_raw()


@pytest.fixture
def farmer() -> Membership:
    return make_member()


@pytest.fixture
def careless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the operator's own server take whatever is signed."""
    monkeypatch.setattr(signatures.Signers, "verify", lambda _self, _leaf: None)


def add_key(member: Membership) -> ActorKey:
    return device_keys.register(PHONE, by=member)


def revoke(key: ActorKey, member: Membership) -> None:
    keys.revoke_actor_key(key=key, entry=farm.entry(), reason="lost", membership=member, at=farm.NOW)


def signed(member: Membership, record: Record | None = None) -> Record:
    actor = Actor(str(member.user.public_id), str(member.organisation.public_id), "device")
    record = replace(record or opening(new_entity()), actor=actor)
    leaf = Leaf(
        log=log.origin(),
        id=str(record.id),
        type=record.type,
        entity=record.entity,
        time="2026-06-01T04:00:00Z",
        actor=actor,
        body=record.body,
    )
    return replace(record, sig=sign_leaf(leaf, PHONE).sig)


def found() -> list[tuple[str, str, str]]:
    return [(fault.table, fault.row, fault.text) for fault in Fsck().faults() if fault.rule == "signature"]


def key_entity() -> str:
    return f"key:{key_id(PUBLIC)}"


def index_of(record: Record) -> int:
    return LogEntry.objects.get(record_id=record.id).index


def test_what_a_key_signed_before_it_was_revoked_stays_valid(farmer: Membership) -> None:
    key = add_key(farmer)
    for _ in range(3):
        append(signed(farmer))
    revoke(key, farmer)

    assert found() == []
    log.integrate()
    assert found() == []


def test_what_waited_together_is_revoked_behind_what_was_signed(farmer: Membership) -> None:
    key = add_key(farmer)
    log.integrate()
    entity = new_entity()
    # By its chain alone it would come behind the revocation, which follows nothing that waits.
    append(opening(entity), said := signed(farmer, tending(entity)))
    revoke(key, farmer)
    log.integrate()

    assert index_of(said) == LogEntry.objects.get(entity=key_entity(), eseq=1).index - 1
    assert found() == []


@pytest.mark.usefixtures("careless")
def test_what_came_behind_the_revocation_of_its_key_is_found(farmer: Membership) -> None:
    key = add_key(farmer)
    revoke(key, farmer)
    log.integrate()
    append(said := signed(farmer))
    text = f"it is signed by key {key.key_id}, which was revoked at index 1"

    assert found() == [("ledger_outbox", str(said.id), text)]
    log.integrate()
    assert found() == [("ledger_entry", "index=2", text)]


@pytest.mark.usefixtures("careless")
def test_what_a_key_of_somebody_else_signed_is_found(farmer: Membership) -> None:
    key = add_key(farmer)
    append(said := signed(make_member()))
    text = f"it is signed by key {key.key_id} of somebody else"

    assert found() == [("ledger_outbox", str(said.id), text)]
    log.integrate()
    assert found() == [("ledger_entry", "index=1", text)]


@pytest.mark.usefixtures("careless")
def test_what_was_signed_before_its_key_was_added_is_found(farmer: Membership) -> None:
    append(signed(farmer))
    log.integrate()
    key = add_key(farmer)
    text = f"it is signed by key {key.key_id}, which no event before it has added"

    assert found() == [("ledger_entry", "index=0", text)]
    log.integrate()
    assert found() == [("ledger_entry", "index=0", text)]

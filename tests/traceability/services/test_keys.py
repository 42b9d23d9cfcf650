import base64

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accounts.enums import Role
from accounts.models import Membership
from tests.factories import device_keys, farm
from tests.factories.parties import make_party
from traceability.errors import EventError, NotYoursError, RefusedError
from traceability.ledger.leaf import added_key, key_id
from traceability.models import ActorKey, OutboxEntry
from traceability.queries import history
from traceability.services.keys import KeyRefusedError, NewKey, register_actor_key, revoke_actor_key

pytestmark = pytest.mark.django_db

PHONE = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
PUBLIC = PHONE.public_key().public_bytes_raw()


def register(member: Membership) -> ActorKey:
    return register_new(device_keys.new_key(PHONE, by=member, label="红色手机"), member)


def register_new(key: NewKey, member: Membership) -> ActorKey:
    return register_actor_key(entry=farm.entry(), key=key, membership=member, at=farm.NOW)


def test_a_key_is_added_to_the_log_and_to_the_register(farmer: Membership) -> None:
    key = register(farmer)

    (event,) = history.of(f"key:{key_id(PUBLIC)}")
    assert (key.key_id, bytes(key.public), key.owner, key.party) == (
        key_id(PUBLIC),
        PUBLIC,
        farmer.user,
        farmer.organisation,
    )
    assert event.leaf.type == "key.add"
    assert added_key(event.leaf) == PUBLIC
    assert (key.label, event.private, "红色" in str(event.leaf.body)) == ("红色手机", {"label": "红色手机"}, False)


def test_a_key_is_revoked_by_a_later_event(farmer: Membership) -> None:
    key = register(farmer)

    revoke_actor_key(key=key, entry=farm.entry(), reason="stolen", membership=farmer, at=farm.NOW)

    assert key.revoked
    assert [event.leaf.type for event in history.of(f"key:{key.key_id}")] == ["key.add", "key.revoke"]


@pytest.mark.parametrize(
    ("public", "reason"),
    [
        (b"\x00" * 32, "small order"),
        (b"\x01" + b"\x00" * 31, "small order"),
        (bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"), "small order"),
        (bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "small order"),
        (bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "small order"),
        (bytes.fromhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"), "canonical"),
        (PUBLIC[:31], "31 bytes"),
        (b"\x02" + b"\x00" * 31, "not a point"),
    ],
)
def test_a_key_that_no_verifier_may_trust_is_refused(farmer: Membership, public: bytes, reason: str) -> None:
    with pytest.raises(KeyRefusedError, match=reason):
        register_new(NewKey(public=public, proof=b"\x00" * 64), farmer)

    assert (ActorKey.objects.count(), OutboxEntry.objects.count()) == (0, 0)


def test_the_log_holds_the_proof_that_the_owner_has_the_key(farmer: Membership) -> None:
    register(farmer)

    (event,) = history.of(f"key:{key_id(PUBLIC)}")
    actor = {"actor": str(farmer.user.public_id), "party": str(farmer.organisation.public_id)}
    signed = {**actor, "log": "trace.test.example/log1", "public": base64.b64encode(PUBLIC).decode()}
    proof = base64.b64decode(str(event.leaf.body["proof"]))
    PHONE.public_key().verify(proof, b"suyuan/key/v1\n" + rfc8785.dumps(signed))


def test_the_key_of_another_is_not_taken_for_ones_own(farmer: Membership, stranger: Membership) -> None:
    seen = device_keys.new_key(PHONE, by=farmer)

    with pytest.raises(KeyRefusedError, match="does not verify"):
        register_new(seen, stranger)

    assert (ActorKey.objects.count(), OutboxEntry.objects.count()) == (0, 0)


def test_a_proof_for_one_party_is_none_for_another_of_the_same_person(farmer: Membership) -> None:
    other = Membership.objects.create(user=farmer.user, organisation=make_party(name="合作社"), role=Role.OWNER)

    with pytest.raises(KeyRefusedError, match="does not verify"):
        register_new(device_keys.new_key(PHONE, by=farmer), other)


@pytest.mark.parametrize("proof", [b"", b"\x00" * 64, b"\x00" * 63])
def test_a_key_without_its_proof_is_refused(farmer: Membership, proof: bytes) -> None:
    with pytest.raises(KeyRefusedError, match="signature"):
        register_new(NewKey(public=PUBLIC, proof=proof), farmer)


def test_a_key_is_added_once(farmer: Membership, stranger: Membership) -> None:
    register(farmer)

    with pytest.raises(EventError, match="must be the first"):
        register(stranger)

    assert ActorKey.objects.get().owner == farmer.user


def test_a_key_is_revoked_once(farmer: Membership) -> None:
    key = register(farmer)
    revoke_actor_key(key=key, entry=farm.entry(), reason="lost", membership=farmer, at=farm.NOW)

    with pytest.raises(KeyRefusedError, match="is revoked already"):
        revoke_actor_key(key=key, entry=farm.entry(), reason="lost", membership=farmer, at=farm.NOW)


def test_another_party_cannot_revoke_a_key(farmer: Membership, stranger: Membership) -> None:
    key = register(farmer)

    with pytest.raises(NotYoursError):
        revoke_actor_key(key=key, entry=farm.entry(), reason="lost", membership=stranger, at=farm.NOW)

    key.refresh_from_db()
    assert not key.revoked


def test_a_viewer_cannot_add_a_key(viewer: Membership) -> None:
    with pytest.raises(RefusedError):
        register(viewer)

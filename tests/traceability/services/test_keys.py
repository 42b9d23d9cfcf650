import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accounts.models import Membership
from tests.factories import farm
from traceability.errors import EventError, NotYoursError, RefusedError
from traceability.ledger.leaf import added_key, key_id
from traceability.models import ActorKey, OutboxEntry
from traceability.queries import history
from traceability.services.keys import KeyRefusedError, register_actor_key, revoke_actor_key

pytestmark = pytest.mark.django_db

PUBLIC = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32).public_key().public_bytes_raw()


def register(member: Membership, public: bytes = PUBLIC, label: str = "红色手机") -> ActorKey:
    return register_actor_key(entry=farm.entry(), public=public, label=label, membership=member, at=farm.NOW)


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
        register(farmer, public)

    assert (ActorKey.objects.count(), OutboxEntry.objects.count()) == (0, 0)


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

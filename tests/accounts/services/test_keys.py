from datetime import UTC, datetime

import pytest

from accounts.enums import KeyRole
from accounts.errors import KeyRevokedError, NotAllowedError, NotYoursError
from accounts.models import ApiKey, Membership
from accounts.queries.keys import key_from, keys_of
from accounts.services.keys import RANDOM_BYTES, create_key, revoke_key

NOON = datetime(2026, 5, 21, 4, 0, tzinfo=UTC)
RANDOM = bytes(range(RANDOM_BYTES))
TEXT = "sy_0001020304_" + bytes(range(5, RANDOM_BYTES)).hex()


def made(by: Membership, random: bytes = RANDOM) -> ApiKey:
    return create_key(by=by, name="地磅", role=KeyRole.RECORDER, random=random, at=NOON)[0]


def test_create_key_gives_the_text_and_keeps_its_hash(farmer: Membership) -> None:
    key, text = create_key(by=farmer, name="地磅", role=KeyRole.RECORDER, random=RANDOM, at=NOON)

    assert text == TEXT
    assert (key.organisation, key.created_by, key.created_at) == (farmer.organisation, farmer.user, NOON)
    assert (key.prefix, key.name, key.role) == ("0001020304", "地磅", KeyRole.RECORDER)
    # sha256 of the secret's text, as anybody can compute it.
    assert key.secret_hash.hex() == "f0b851ae0621ae255f20f3f27d0132b41e4019d1686423c93d027d49fc95a828"


def test_key_from_finds_the_key_by_its_text(farmer: Membership) -> None:
    key = made(farmer)

    assert key_from(TEXT) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sy",
        "sy_",
        "sy_0001020304",
        "sy_0001020304_",
        TEXT[:-1],
        TEXT + "0",
        "xx" + TEXT[2:],
        "sy_ffffffffff_" + TEXT[14:],
    ],
)
def test_key_from_finds_nothing_by_another_text(farmer: Membership, text: str) -> None:
    made(farmer)

    assert key_from(text) is None


def test_key_stops_with_its_maker(farmer: Membership) -> None:
    made(farmer)
    farmer.user.is_active = False
    farmer.user.save()

    assert key_from(TEXT) is None


def test_create_key_is_the_owners_alone(viewer: Membership) -> None:
    with pytest.raises(NotAllowedError):
        made(viewer)

    assert not ApiKey.objects.exists()


def test_revoke_key_stops_it(farmer: Membership) -> None:
    key = made(farmer)

    revoked = revoke_key(key=key, by=farmer, at=NOON)

    assert revoked.revoked_at == NOON
    assert key_from(TEXT) is None


def test_revoke_key_refuses_others_and_a_second_time(
    farmer: Membership, viewer: Membership, stranger: Membership
) -> None:
    key = made(farmer)

    with pytest.raises(NotAllowedError):
        revoke_key(key=key, by=viewer, at=NOON)
    with pytest.raises(NotYoursError):
        revoke_key(key=key, by=stranger, at=NOON)
    revoke_key(key=key, by=farmer, at=NOON)
    with pytest.raises(KeyRevokedError):
        revoke_key(key=key, by=farmer, at=NOON)


def test_keys_of_shows_an_organisations_own_in_use_first(farmer: Membership, stranger: Membership) -> None:
    old = revoke_key(key=made(farmer), by=farmer, at=NOON)
    new = made(farmer, bytes([7] * RANDOM_BYTES))
    made(stranger, bytes([8] * RANDOM_BYTES))

    assert list(keys_of(farmer.organisation)) == [new, old]

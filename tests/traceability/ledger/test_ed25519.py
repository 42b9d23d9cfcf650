import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from traceability.ledger.ed25519 import _D, _P, _Y_OF_ORDER_8, check_public_key, verify_signature
from traceability.ledger.errors import SignatureError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


def encoded(y: int, sign: int = 0) -> bytes:
    return (y | sign << 255).to_bytes(32, "little")


@given(st.binary(min_size=32, max_size=32))
def test_the_key_of_any_seed_is_taken(seed: bytes) -> None:
    check_public_key(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("y", [0, 1, _P - 1, _Y_OF_ORDER_8, _P - _Y_OF_ORDER_8])
def test_points_of_small_order_are_refused(y: int, sign: int) -> None:
    with pytest.raises(SignatureError, match="small order"):
        check_public_key(encoded(y, sign))


def test_the_listed_point_has_order_8() -> None:
    # Doubling three times must give the neutral element (0, 1).
    y = _Y_OF_ORDER_8
    for _ in range(3):
        x_squared = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
        y = (y * y + x_squared) * pow(2 - y * y + x_squared, -1, _P) % _P

    assert y == 1


@pytest.mark.parametrize("y", [_P, _P + 1, 2**255 - 1])
@pytest.mark.parametrize("sign", [0, 1])
def test_spellings_beyond_the_field_are_refused(y: int, sign: int) -> None:
    with pytest.raises(SignatureError, match="not in canonical form"):
        check_public_key(encoded(y, sign))


def test_bytes_that_are_no_point_are_refused() -> None:
    with pytest.raises(SignatureError, match="not a point of the curve"):
        check_public_key(encoded(2))


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(SignatureError, match=f"{size} bytes in place of 32"):
        check_public_key(bytes(size))


def test_a_signature_verifies_for_its_own_key_and_message_only() -> None:
    signature = KEY.sign(b"harvest")
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()

    verify_signature(PUBLIC, signature, b"harvest")

    for key, value, message in [
        (PUBLIC, signature, b"harvesT"),
        (other, signature, b"harvest"),
        (PUBLIC, signature[:-1], b"harvest"),
        (PUBLIC, signature + b"\x00", b"harvest"),
        (PUBLIC, bytes([signature[0] ^ 1]) + signature[1:], b"harvest"),
    ]:
        with pytest.raises(SignatureError, match="signature:"):
            verify_signature(key, value, message)

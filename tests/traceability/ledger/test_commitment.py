import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import given

from tests.traceability.ledger.test_canonical import PROFILED
from traceability.ledger.canonical import canonicalize
from traceability.ledger.commitment import commit, verify_opening
from traceability.ledger.errors import CommitmentError

SALT = bytes(range(32))


def test_a_commitment_is_the_hmac_that_the_format_names() -> None:
    message = b"suyuan/commit/v1\x00worker.phone\x00" + b'"+86 138 0000 0000"'

    assert commit("worker.phone", "+86 138 0000 0000", SALT) == hmac.new(SALT, message, hashlib.sha256).hexdigest()


@given(PROFILED)
def test_the_value_enters_in_its_canonical_form(value: Any) -> None:
    message = b"suyuan/commit/v1\x00price\x00" + canonicalize(value)

    assert commit("price", value, SALT) == hmac.new(SALT, message, hashlib.sha256).hexdigest()
    verify_opening(commit("price", value, SALT), path="price", value=value, salt=SALT)


@pytest.mark.parametrize(
    "change",
    [{"path": "prices"}, {"value": "4.10"}, {"value": 4}, {"salt": bytes(32)}],
)
def test_any_other_opening_is_refused(change: Any) -> None:
    opening = {"path": "price", "value": "4.1", "salt": SALT, **change}

    with pytest.raises(CommitmentError, match="the disclosed value is not the one committed to"):
        verify_opening(commit("price", "4.1", SALT), **opening)


@pytest.mark.parametrize(
    ("value", "salt", "reason"),
    [
        ("4.1", bytes(31), "a salt of 31 bytes in place of 32"),
        (4.1, SALT, "float is outside the profile"),
        ("e\u0301", SALT, "not in Unicode form NFC"),
    ],
)
def test_a_short_salt_or_a_value_outside_the_profile_is_refused(value: Any, salt: bytes, reason: str) -> None:
    with pytest.raises(CommitmentError, match=f"commitment to price: .*{reason}"):
        commit("price", value, salt)

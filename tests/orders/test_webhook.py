"""Standard Webhooks: the signature of its published example, and what is not taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.webhook import is_signed, sign

# The example of the specification: secret, id, timestamp, body and signature.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = 1614265330
BODY = b'{"test": 2432232314}'
GOOD = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": str(NOW),
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def test_the_published_example_is_signed_so() -> None:
    assert sign(BODY, message_id=GOOD["webhook-id"], seconds=NOW, secret=SECRET) == GOOD["webhook-signature"]
    assert is_signed(GOOD, BODY, secret=SECRET, now=NOW)


def test_one_of_several_signatures_is_enough() -> None:
    several = {**GOOD, "webhook-signature": f"v1,AAAA {GOOD['webhook-signature']}"}

    assert is_signed(several, BODY, secret=SECRET, now=NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg_other"},
        {"webhook-id": ""},
        {"webhook-timestamp": str(NOW + 1)},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-signature": ""},
        {"webhook-signature": GOOD["webhook-signature"].replace("v1", "v2")},
        {"webhook-signature": "v1,é"},
    ],
)
def test_what_was_changed_is_not_signed(changed: dict[str, str]) -> None:
    assert not is_signed({**GOOD, **changed}, BODY, secret=SECRET, now=NOW)


def test_an_old_message_is_not_taken_again() -> None:
    assert is_signed(GOOD, BODY, secret=SECRET, now=NOW + 300)
    assert not is_signed(GOOD, BODY, secret=SECRET, now=NOW + 301)
    assert not is_signed(GOOD, BODY, secret=SECRET, now=NOW - 301)


def test_a_channel_without_a_key_takes_nothing() -> None:
    assert not is_signed(GOOD, BODY, secret="", now=NOW)


@given(st.binary(max_size=60))
def test_another_body_is_not_signed(body: bytes) -> None:
    assert is_signed(GOOD, body, secret=SECRET, now=NOW) == (body == BODY)

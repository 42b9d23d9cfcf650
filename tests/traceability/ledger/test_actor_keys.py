import base64
from dataclasses import replace

import pytest

from tests.traceability.ledger.makers import FARMER, FARMER_KEY, FARMER_KEY_ID, NEIGHBOUR, ORIGIN, uuid_text
from traceability.ledger.actor_keys import ActorKeys
from traceability.ledger.errors import LeafError
from traceability.ledger.leaf import ActorSignature, Leaf, content, sign_leaf

PUBLIC = base64.b64encode(FARMER_KEY.public_key().public_bytes_raw()).decode()
ADDED = Leaf(
    log=ORIGIN,
    id=uuid_text(9),
    type="key.add",
    entity=f"key:{FARMER_KEY_ID}",
    time="2026-09-28T06:30:00Z",
    actor=FARMER,
    body={"public": PUBLIC},
)
REVOKED = replace(ADDED, type="key.revoke", body={"reason": "phone lost"})
SIGNED = sign_leaf(replace(ADDED, type="lot.note", entity="lot:1", body={}), FARMER_KEY)


def verify(keys: ActorKeys, index: int) -> None:
    assert SIGNED.sig is not None
    keys.verify(index, SIGNED.sig, actor=FARMER.id, content=content(SIGNED))


def test_a_key_is_valid_from_where_it_was_added_to_where_it_was_revoked() -> None:
    keys = ActorKeys()
    keys.learn(5, ADDED)
    keys.learn(9, REVOKED)

    for index in (5, 6, 8):
        verify(keys, index)
    with pytest.raises(LeafError, match="which no event before it has added"):
        verify(keys, 4)
    with pytest.raises(LeafError, match="which was revoked at index 9"):
        verify(keys, 9)


def test_a_revoked_key_does_not_come_back() -> None:
    keys = ActorKeys()
    for index, leaf in enumerate([ADDED, REVOKED, ADDED, REVOKED]):
        keys.learn(index, leaf)

    with pytest.raises(LeafError, match="which was revoked at index 1"):
        verify(keys, 3)


def test_a_key_whose_history_opens_with_something_else_is_none() -> None:
    keys = ActorKeys()
    keys.learn(0, REVOKED)
    keys.learn(1, replace(ADDED, eseq=1, prev="0" * 64))

    with pytest.raises(LeafError, match="which no event before it has added"):
        verify(keys, 2)


def test_only_events_of_keys_are_learnt() -> None:
    keys = ActorKeys()
    keys.learn(0, replace(ADDED, type="key.note"))
    keys.learn(1, REVOKED)

    with pytest.raises(LeafError, match="no event before it has added"):
        verify(keys, 2)


@pytest.mark.parametrize("text", ["A" * 86 + "==", "AAAA", "?"])
def test_a_signature_that_fails_is_named_by_its_key(text: str) -> None:
    keys = ActorKeys()
    keys.learn(0, ADDED)

    with pytest.raises(LeafError, match=f"it is not signed by key {FARMER_KEY_ID}"):
        keys.verify(1, ActorSignature(FARMER_KEY_ID, text), actor=FARMER.id, content=content(SIGNED))


def test_a_key_speaks_for_nobody_but_the_one_who_added_it() -> None:
    keys = ActorKeys()
    keys.learn(0, ADDED)
    # Whoever adds it again does not become its owner.
    keys.learn(1, replace(ADDED, actor=NEIGHBOUR))
    said = sign_leaf(replace(SIGNED, actor=NEIGHBOUR, sig=None), FARMER_KEY)
    assert said.sig is not None

    with pytest.raises(LeafError, match=f"it is signed by key {FARMER_KEY_ID} of somebody else"):
        keys.verify(2, said.sig, actor=NEIGHBOUR.id, content=content(said))
    verify(keys, 2)

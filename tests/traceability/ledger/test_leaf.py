import base64
import json
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from traceability.ledger import possession
from traceability.ledger.errors import LeafError
from traceability.ledger.leaf import (
    MAX_LEAF_BYTES,
    Actor,
    ActorSignature,
    Attachment,
    Input,
    Leaf,
    added_key,
    content,
    key_id,
    leaf_bytes,
    parse_leaf,
    sign_leaf,
    verify_actor_signature,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
FARMER = "0f8fad5b-d9cb-469f-a165-70867728950e"
HOUSEHOLD = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
LOT = f"lot:{FARMER}"
HARVEST = Leaf(
    log="trace.panjin.example/log1",
    id="123e4567-e89b-42d3-a456-426614174000",
    type="lot.harvest",
    entity=LOT,
    eseq=3,
    prev="ab" * 32,
    time="2026-09-28T06:30:00Z",
    actor=Actor(FARMER, HOUSEHOLD, "device"),
    body={"product": "盐丰47", "quantity_kg": "1250.5", "bags": 25},
)
FULL = replace(
    HARVEST,
    actor=Actor(FARMER, HOUSEHOLD, "account", on_behalf_of=FARMER),
    inputs=(Input("plot:1", 0, "cd" * 32), Input("season:1", 4, "ef" * 32)),
    commit={"worker.phone": "12" * 32},
    attachments=(Attachment("34" * 32, 182_033, "image/jpeg"),),
)


def changed(**members: Any) -> bytes:
    """The bytes of FULL with members replaced, or left out where they are `...`."""
    value = {**json.loads(leaf_bytes(FULL)), **members}
    return rfc8785.dumps({name: member for name, member in value.items() if member is not ...})


def test_the_bytes_of_a_leaf_are_its_canonical_json() -> None:
    assert leaf_bytes(HARVEST).decode() == (
        '{"actor":{"attested":"device","id":"0f8fad5b-d9cb-469f-a165-70867728950e",'
        '"party":"7c9e6679-7425-40de-944b-e07fc1f90ae7"},"body":{"bags":25,"product":"盐丰47","quantity_kg":"1250.5"},'
        '"entity":"lot:0f8fad5b-d9cb-469f-a165-70867728950e","eseq":3,"id":"123e4567-e89b-42d3-a456-426614174000",'
        f'"log":"trace.panjin.example/log1","prev":"{"ab" * 32}","time":"2026-09-28T06:30:00Z",'
        '"type":"lot.harvest","v":1}'
    )


@pytest.mark.parametrize("leaf", [HARVEST, FULL, sign_leaf(FULL, KEY), HARVEST.after(eseq=0, prev=None)])
def test_a_leaf_is_read_back_as_it_was_written(leaf: Leaf) -> None:
    data = leaf_bytes(leaf)

    assert parse_leaf(data) == leaf
    assert leaf_bytes(parse_leaf(data)) == data


def test_what_is_empty_is_absent() -> None:
    assert json.loads(leaf_bytes(HARVEST)).keys().isdisjoint({"inputs", "commit", "attachments", "sig"})


@pytest.mark.parametrize("name", ["v", "log", "id", "type", "entity", "eseq", "prev", "time", "actor", "body"])
def test_every_required_member_is_missed(name: str) -> None:
    with pytest.raises(LeafError, match=f"leaf: member {name} is missing"):
        parse_leaf(changed(**{name: ...}))


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"v": 2}, "leaf.v: not 1"),
        ({"v": True}, "leaf.v: not 1"),
        ({"extra": 1}, "leaf: unknown member 'extra'"),
        ({"log": ""}, "leaf.log: not the origin of a log"),
        ({"log": "a b"}, "leaf.log"),
        ({"log": "a+b"}, "leaf.log"),
        ({"log": "a\n"}, "leaf.log"),
        ({"id": FARMER.upper()}, "leaf.id: not a lower-case UUID"),
        ({"id": FARMER + "\n"}, "leaf.id"),
        ({"id": 1}, "leaf.id"),
        ({"type": "harvest"}, "leaf.type: not an event type"),
        ({"type": "lot.Harvest"}, "leaf.type"),
        ({"entity": "lot"}, "leaf.entity: not an entity"),
        ({"entity": "lot:" + "x" * 161}, "leaf.entity"),
        ({"entity": "lot:大米"}, "leaf.entity"),
        ({"eseq": -1}, "leaf.eseq: not an integer from 0"),
        ({"eseq": "3"}, "leaf.eseq"),
        ({"eseq": True}, "leaf.eseq"),
        ({"eseq": 0}, "leaf.prev: null belongs to eseq 0, and to no other"),
        ({"prev": None}, "leaf.prev: null belongs to eseq 0"),
        ({"prev": "AB" * 32}, "leaf.prev: not 64 lower-case hex digits"),
        ({"prev": "ab" * 31}, "leaf.prev"),
        ({"time": "2026-02-30T00:00:00Z"}, "leaf.time: no such day or hour"),
        ({"time": "2026-09-28T24:00:00Z"}, "leaf.time: no such day or hour"),
        ({"time": "2026-09-28T06:30:60Z"}, "leaf.time: no such day or hour"),
        ({"time": "2026-09-28T06:30:00"}, "leaf.time: not a time like"),
        ({"time": "2026-09-28T06:30:00+08:00"}, "leaf.time: not a time like"),
        ({"time": "2026-09-28T06:30:00.0Z"}, "leaf.time: not a time like"),
        ({"time": "2026-09-28T06:30:00.1234567Z"}, "leaf.time: not a time like"),
        ({"time": "2026-09-28 06:30:00Z"}, "leaf.time: not a time like"),
        ({"time": "２０２６-09-28T06:30:00Z"}, "leaf.time: not a time like"),
        ({"actor": FARMER}, "leaf.actor: not an object"),
        ({"actor": {"id": FARMER, "party": HOUSEHOLD}}, "leaf.actor: member attested is missing"),
        ({"actor": {"id": FARMER, "party": HOUSEHOLD, "attested": "rumour"}}, "leaf.actor.attested: not one of"),
        ({"actor": {"id": FARMER, "party": HOUSEHOLD, "attested": "device", "for": None}}, "leaf.actor.for"),
        ({"actor": {"id": FARMER, "party": HOUSEHOLD, "attested": "device", "name": "张"}}, "unknown member 'name'"),
        ({"body": []}, "leaf.body: not an object"),
        ({"body": {"kg": 1.5}}, "leaf.body: kg: float is outside the profile"),
        ({"body": {"a": [[[[[[[[]]]]]]]]}}, "leaf.body: nested deeper than 8"),
        ({"inputs": []}, "leaf.inputs: not a list of at least 1"),
        ({"inputs": None}, "leaf.inputs: not a list of at least 1"),
        ({"inputs": [{"entity": "plot:1", "eseq": 0}]}, r"leaf.inputs\[0\]: member head is missing"),
        ({"inputs": [{"entity": "plot:1", "eseq": 0, "head": "x"}]}, r"leaf.inputs\[0\].head"),
        ({"inputs": json.loads(leaf_bytes(FULL))["inputs"][::-1]}, "leaf.inputs: not sorted by entity, each once"),
        ({"inputs": json.loads(leaf_bytes(FULL))["inputs"][:1] * 2}, "leaf.inputs: not sorted by entity, each once"),
        ({"commit": {}}, "leaf.commit: not an object of at least one commitment"),
        ({"commit": {"Phone": "12" * 32}}, "leaf.commit: the name 'Phone': not a field path"),
        ({"commit": {"phone": "12"}}, "leaf.commit.phone: not 64 lower-case hex digits"),
        ({"attachments": {}}, "leaf.attachments: not a list"),
        ({"attachments": [{"sha256": "34" * 32, "size": -1, "media": "image/jpeg"}]}, "size: not an integer"),
        ({"attachments": [{"sha256": "34" * 32, "size": 1, "media": "jpeg"}]}, "media: not a media type"),
        ({"sig": {"key": "ab", "ed25519": "A" * 86 + "=="}}, "leaf.sig.key: not 16 lower-case hex digits"),
        ({"sig": {"key": "ab" * 8, "ed25519": "A" * 85 + "B=="}}, "leaf.sig.ed25519: not the base64 of a signature"),
    ],
)
def test_a_member_of_another_form_is_named(members: Any, reason: str) -> None:
    with pytest.raises(LeafError, match=reason):
        parse_leaf(changed(**members))


@pytest.mark.parametrize("value", [b"[]", b"null", b'"leaf"', b"1"])
def test_only_an_object_is_a_leaf(value: bytes) -> None:
    with pytest.raises(LeafError, match="leaf: not an object"):
        parse_leaf(value)


@pytest.mark.parametrize(
    "time", ["2026-09-28T06:30:00Z", "2026-09-28T06:30:00.5Z", "2026-09-28T06:30:00.000001Z", "2024-02-29T23:59:59Z"]
)
def test_times_of_the_format_are_taken(time: str) -> None:
    assert parse_leaf(changed(time=time)).time == time


@pytest.mark.parametrize(
    "spoil", [lambda data: data + b"\n", lambda data: data.replace(b'"v":1', b'"v": 1'), lambda data: data[:-1]]
)
def test_bytes_that_are_not_canonical_are_no_leaf(spoil: Any) -> None:
    with pytest.raises(LeafError, match="leaf: not"):
        parse_leaf(spoil(leaf_bytes(FULL)))


def test_a_leaf_has_at_most_32_kib() -> None:
    room = MAX_LEAF_BYTES - len(leaf_bytes(replace(HARVEST, body={"note": ""})))

    assert len(leaf_bytes(replace(HARVEST, body={"note": "x" * room}))) == 32_768
    with pytest.raises(LeafError, match="32769 bytes, more than 32768"):
        leaf_bytes(replace(HARVEST, body={"note": "x" * (room + 1)}))
    with pytest.raises(LeafError, match="more than 32768"):
        parse_leaf(changed(body={"note": "x" * 33_000}))


@pytest.mark.parametrize(
    ("leaf", "reason"),
    [
        (replace(HARVEST, id="1"), "leaf.id"),
        (replace(HARVEST, prev=None), "leaf.prev"),
        (replace(HARVEST, body={"kg": 1.5}), "leaf.body: kg: float"),
        (replace(HARVEST, body={"name": "e\u0301"}), "NFC"),
        (replace(FULL, inputs=FULL.inputs[::-1]), "not sorted"),
    ],
)
def test_a_leaf_that_breaks_a_rule_is_not_written(leaf: Leaf, reason: str) -> None:
    with pytest.raises(LeafError, match=reason):
        leaf_bytes(leaf)


def test_the_content_leaves_out_what_a_phone_cannot_know() -> None:
    members = json.loads(leaf_bytes(FULL))
    del members["eseq"], members["prev"]

    assert content(FULL) == b"suyuan/event/v1\n" + rfc8785.dumps(members)
    assert content(sign_leaf(FULL, KEY)) == content(FULL) == content(FULL.after(eseq=0, prev=None))


def test_a_signature_holds_wherever_the_server_puts_the_event() -> None:
    signed = sign_leaf(HARVEST.after(eseq=0, prev=None), KEY)

    verify_actor_signature(signed.after(eseq=9, prev="ff" * 32), PUBLIC)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda leaf: replace(leaf, body={"kg": "2"}), "signature: does not verify"),
        (lambda leaf: replace(leaf, time="2026-09-28T06:30:01Z"), "signature: does not verify"),
        (lambda leaf: replace(leaf, sig=None), "not signed by its actor"),
        (lambda leaf: replace(leaf, sig=replace(leaf.sig, key="00" * 8)), "signed by key 0000000000000000, not by"),
        (lambda leaf: replace(leaf, sig=ActorSignature(leaf.sig.key, "A" * 86 + "==")), "signature: does not verify"),
    ],
)
def test_a_changed_event_or_signature_fails(change: Any, reason: str) -> None:
    with pytest.raises(LeafError, match=f"leaf {HARVEST.id}: {reason}"):
        verify_actor_signature(change(sign_leaf(HARVEST, KEY)), PUBLIC)


def test_a_key_of_small_order_verifies_nothing() -> None:
    weak = bytes(32)
    leaf = replace(HARVEST, sig=ActorSignature(key_id(weak), "A" * 86 + "=="))

    with pytest.raises(LeafError, match="small order"):
        verify_actor_signature(leaf, weak)


def key_leaf(public: Any, entity: str) -> Leaf:
    return replace(HARVEST, type="key.add", entity=entity, body={"public": public})


def test_a_key_is_registered_under_its_own_id() -> None:
    encoded = base64.b64encode(PUBLIC).decode()

    assert added_key(key_leaf(encoded, f"key:{key_id(PUBLIC)}")) == PUBLIC
    with pytest.raises(LeafError, match="is not that of key:0000000000000000"):
        added_key(key_leaf(encoded, "key:0000000000000000"))


@pytest.mark.parametrize("public", [None, 1, "", "AAAA", base64.b64encode(bytes(32)).decode()])
def test_a_key_that_cannot_be_trusted_is_not_registered(public: Any) -> None:
    with pytest.raises(LeafError, match="no public key that can be trusted"):
        added_key(key_leaf(public, f"key:{key_id(PUBLIC)}"))


def registered(**proof: Any) -> Leaf:
    entity = f"key:{key_id(PUBLIC)}"
    return replace(HARVEST, type="key.add", entity=entity, body={"public": base64.b64encode(PUBLIC).decode(), **proof})


def proof_for(leaf: Leaf) -> str:
    said = possession.statement(log=leaf.log, actor=leaf.actor.id, party=leaf.actor.party, public=PUBLIC)
    return base64.b64encode(KEY.sign(said)).decode()


def test_a_proof_of_possession_is_checked_where_there_is_one() -> None:
    assert added_key(registered(proof=proof_for(HARVEST))) == PUBLIC


@pytest.mark.parametrize("proof", [None, 7, "", "AAAA", "A" * 86 + "=="])
def test_a_false_proof_registers_no_key(proof: Any) -> None:
    with pytest.raises(LeafError, match="no public key that can be trusted"):
        added_key(registered(proof=proof))


@pytest.mark.parametrize("member", ["log", "actor", "party"])
def test_a_proof_counts_for_one_log_one_person_and_one_party(member: str) -> None:
    leaf = registered(proof=proof_for(HARVEST))
    others = {
        "log": replace(leaf, log="trace.other.example/log1"),
        "actor": replace(leaf, actor=replace(leaf.actor, id=str(UUID(int=7)))),
        "party": replace(leaf, actor=replace(leaf.actor, party=str(UUID(int=7)))),
    }

    with pytest.raises(LeafError, match="signature: does not verify"):
        added_key(others[member])

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.ledger.makers import (
    FARMER_KEY_ID,
    LOT,
    NEIGHBOUR,
    ORIGIN,
    PHONE,
    PHOTO,
    PLOT,
    RICE,
    SALT,
    SIGNER,
    STRANGER,
    VKEY,
    MemoryLog,
    season,
    season_bundle,
    uuid_text,
)
from traceability.ledger.bundle import Bundle, Disclosure, build_bundle
from traceability.ledger.errors import BundleError, LedgerError, NoteError
from traceability.ledger.inspection import State, inspect_bundle
from traceability.ledger.leaf import Attachment, Input, Leaf, leaf_bytes, parse_leaf
from traceability.ledger.merkle import leaf_hash
from traceability.ledger.note import Ed25519Signer, cosign_note
from traceability.ledger.policy import Policy, TrustedKey
from traceability.ledger.report import verify_bundle

KEY = f"key:{FARMER_KEY_ID}"
UPSTREAM = [RICE, LOT, PLOT, KEY]
# The positions of the records of the season's bundle.
KEY_ADD, HARVEST, WEIGH, MILL, REGISTER, SPRAY, PLOUGH = range(7)
STRANGER_SIGNER = Ed25519Signer(ORIGIN, bytes(32))


def tampered(position: int, change: Callable[[bytes], bytes]) -> bytes:
    """The season's bundle with the bytes of one record changed, canonical otherwise."""
    value = json.loads(season_bundle())
    record = base64.b64decode(value["records"][position])
    value["records"][position] = base64.b64encode(change(record)).decode()
    return rfc8785.dumps(value)


def with_members(**members: Any) -> bytes:
    return rfc8785.dumps({**json.loads(season_bundle()), **members})


def verdicts(data: bytes) -> dict[tuple[str, int], tuple[State, str]]:
    records = inspect_bundle(data, vkeys=[VKEY]).records
    return {(verdict.entity, verdict.eseq): (verdict.state, verdict.reason) for verdict in records}


def states(data: bytes) -> list[str]:
    return [verdict.state.value for verdict in inspect_bundle(data, vkeys=[VKEY]).records]


def test_a_whole_bundle_is_intact() -> None:
    inspection = inspect_bundle(season_bundle(), vkeys=[VKEY])

    assert inspection.problems() == []
    assert [verdict.state for verdict in inspection.records] == [State.INTACT] * 7
    assert [verdict.index for verdict in inspection.records] == [0, None, 6, 7, None, None, 8]
    assert (inspection.signatures, inspection.openings) == (3, 1)
    assert (inspection.checkpoint.origin, inspection.checkpoint.size) == (ORIGIN, 9)


def test_a_changed_head_is_blamed_against_the_tree_and_hides_what_lies_before() -> None:
    data = tampered(WEIGH, lambda record: record.replace(b"3248.5", b"4248.5"))

    found = verdicts(data)

    state, reason = found[LOT, 1]
    assert state is State.BROKEN
    assert reason.startswith("its bytes hash to ")
    assert ", but the checkpoint's tree names " in reason
    # The harvest before it is reached by no other way.
    assert found[LOT, 0] == (State.UNPROVEN, "it cannot be reached: event 1 after it is damaged")
    assert found[RICE, 0][0] is State.INTACT
    # The plot's chain stands on a head of its own.
    assert [found[PLOT, eseq][0] for eseq in range(3)] == [State.INTACT] * 3


def test_a_record_changed_within_a_chain_is_blamed_against_the_one_after_it() -> None:
    data = tampered(SPRAY, lambda record: record.replace(b"14", b"10"))
    good = base64.b64decode(json.loads(season_bundle())["records"][SPRAY])
    bad = good.replace(b"14", b"10")

    found = verdicts(data)

    assert found[PLOT, 2][0] is State.INTACT
    assert found[PLOT, 1] == (
        State.BROKEN,
        f"its bytes hash to {leaf_hash(bad).hex()}, but event 2 after it names {leaf_hash(good).hex()}",
    )
    assert found[PLOT, 0] == (State.UNPROVEN, "it cannot be reached: event 1 after it is damaged")
    # The harvest is intact, although the spraying that it names as input is not.
    assert found[LOT, 0][0] is State.INTACT


def test_a_record_behind_a_damaged_one_is_proven_where_an_intact_one_names_it() -> None:
    # The plot's last event is damaged, but the harvest names the spraying before it.
    data = tampered(PLOUGH, lambda record: record.replace(b"plough", b"plouhg"))

    found = verdicts(data)

    assert found[PLOT, 2][0] is State.BROKEN
    assert found[PLOT, 1][0] is State.INTACT
    assert found[PLOT, 0][0] is State.INTACT


def test_the_last_of_many_records_hides_nothing_downstream() -> None:
    data = tampered(KEY_ADD, lambda record: record.replace(b"public", b"publik"))

    inspection = inspect_bundle(data, vkeys=[VKEY])

    assert inspection.records[0].state is State.BROKEN
    assert "signed by key" in inspection.records[HARVEST].reason
    assert states(data) == ["broken", "broken", "intact", "intact", "broken", "broken", "intact"]


@given(st.data())
def test_every_flipped_bit_of_every_record_is_found_and_named(data: st.DataObject) -> None:
    position = data.draw(st.integers(0, 6))
    record = base64.b64decode(json.loads(season_bundle())["records"][position])
    at, bit = data.draw(st.integers(0, len(record) - 1)), data.draw(st.integers(0, 7))
    changed = tampered(position, lambda good: good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :])

    inspection = inspect_bundle(changed, vkeys=[VKEY])

    assert inspection.records[position].state is State.BROKEN
    assert "its bytes hash to" in inspection.records[position].reason
    with pytest.raises(BundleError, match=r"event \d of .* is broken"):
        verify_bundle(changed, vkeys=[VKEY])


@given(st.data())
def test_no_bit_of_a_bundle_can_change(data: st.DataObject) -> None:
    good = season_bundle()
    at, bit = data.draw(st.integers(0, len(good) - 1)), data.draw(st.integers(0, 7))

    with pytest.raises(LedgerError):
        verify_bundle(good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :], vkeys=[VKEY])


def test_no_byte_of_a_bundle_can_be_cut_or_doubled() -> None:
    good = season_bundle()

    for at in range(0, len(good), 7):
        for changed in (good[:at] + good[at + 1 :], good[:at] + good[at : at + 1] + good[at:]):
            with pytest.raises(LedgerError):
                verify_bundle(changed, vkeys=[VKEY])


def records_without(position: int) -> bytes:
    records = json.loads(season_bundle())["records"]
    return with_members(records=records[:position] + records[position + 1 :])


def test_a_missing_record_is_named_by_the_one_that_names_it() -> None:
    inspection = inspect_bundle(records_without(SPRAY), vkeys=[VKEY])

    assert inspection.faults[:2] == [
        f"event 1 of {PLOT} is missing: event 2 after it names it",
        f"event 1 of {PLOT} is missing: event 0 of {LOT} names it",
    ]
    assert "the records are not exactly the chains of the heads" in inspection.faults
    by_place = {(verdict.entity, verdict.eseq): verdict.state for verdict in inspection.records}
    assert by_place[PLOT, 2] is State.INTACT
    assert by_place[PLOT, 0] is State.UNPROVEN


@pytest.mark.parametrize("position", range(7))
def test_no_record_can_be_left_out_or_doubled(position: int) -> None:
    records = json.loads(season_bundle())["records"]
    doubled = with_members(records=[*records[:position], records[position], *records[position:]])

    for data in (records_without(position), doubled):
        assert "the records are not exactly the chains of the heads" in inspect_bundle(data, vkeys=[VKEY]).problems()
        with pytest.raises(BundleError):
            verify_bundle(data, vkeys=[VKEY])


def test_a_record_of_a_stranger_can_not_be_added() -> None:
    log = season()
    parts = log.bundle_parts(RICE, UPSTREAM)
    added = replace(parts, records=(*parts.records, log.chains[STRANGER][0]))

    inspection = inspect_bundle(build_bundle(added), vkeys=[VKEY])

    assert inspection.faults == ["the records are not exactly the chains of the heads"]
    assert [verdict.text() for verdict in inspection.records if verdict.state is not State.INTACT] == [
        f"event 0 of {STRANGER} is unproven: nothing that is proven names it"
    ]


def test_a_record_that_is_no_leaf_has_no_place_where_the_count_is_wrong() -> None:
    records = json.loads(season_bundle())["records"]

    inspection = inspect_bundle(with_members(records=["?", *records]), vkeys=[VKEY])

    assert inspection.problems() == ["the records are not exactly the chains of the heads"]
    assert [verdict.state for verdict in inspection.records] == [State.INTACT] * 7


def test_a_record_beyond_its_head_hides_nothing_though_an_input_names_it() -> None:
    # The plot's head is left at its first event, while the harvest still names the second.
    log = season()
    parts = log.bundle_parts(RICE, UPSTREAM)
    first = replace(
        next(head for head in parts.heads if head.entity == PLOT),
        eseq=0,
        head=leaf_hash(log.chains[PLOT][0]).hex(),
        index=2,
        proof=log.proof(2),
    )
    heads = tuple(first if head.entity == PLOT else head for head in parts.heads)
    records = tuple(record for record in parts.records if record != log.chains[PLOT][2])

    inspection = inspect_bundle(build_bundle(replace(parts, heads=heads, records=records)), vkeys=[VKEY])

    assert inspection.problems() == ["the records are not exactly the chains of the heads"]


def test_two_records_that_changed_places_are_both_found() -> None:
    records = json.loads(season_bundle())["records"]
    records[REGISTER], records[SPRAY] = records[SPRAY], records[REGISTER]

    assert states(with_members(records=records))[REGISTER:] == ["unproven", "broken", "intact"]


def test_inputs_must_be_in_the_bundle() -> None:
    log = season()
    inspection = inspect_bundle(log.bundle(RICE, [RICE, LOT, KEY]), vkeys=[VKEY])

    assert inspection.problems() == [f"event 1 of {PLOT} is missing: event 0 of {LOT} names it"]


def test_a_chain_cut_short_is_not_at_its_head() -> None:
    log = season()
    parts = log.bundle_parts(RICE, UPSTREAM)
    plot = next(head for head in parts.heads if head.entity == PLOT)
    older = replace(plot, eseq=1, head=leaf_hash(log.chains[PLOT][1]).hex())
    heads = tuple(older if head.entity == PLOT else head for head in parts.heads)
    records = tuple(record for record in parts.records if record != log.chains[PLOT][2])

    inspection = inspect_bundle(build_bundle(replace(parts, heads=heads, records=records)), vkeys=[VKEY])

    assert inspection.problems()[0] == (
        f"head of {PLOT}: inclusion: the proof of index 8 does not lead to the root of size 9"
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"index": 3}, "does not lead to the root"),
        ({"index": 9}, "is outside a tree of 9"),
        ({"proof": []}, "0 hashes in place of 4"),
        ({"head": "00" * 32}, "does not lead to the root"),
    ],
)
def test_a_head_that_the_tree_does_not_hold_proves_nothing(change: Any, reason: str) -> None:
    heads = json.loads(season_bundle())["heads"]
    heads[2] = {**heads[2], **change}

    inspection = inspect_bundle(with_members(heads=heads), vkeys=[VKEY])

    assert [fault.split(":")[0] for fault in inspection.faults] == ["head of lot"]
    assert reason in inspection.faults[0]
    assert inspection.records[MILL].text() == f"event 0 of {RICE} is unproven: nothing that is proven names it"
    # What the lot's own head proves stands all the same.
    assert inspection.records[WEIGH].state is State.INTACT


def test_the_subject_must_be_shown() -> None:
    inspection = inspect_bundle(with_members(subject="lot:another"), vkeys=[VKEY])

    assert inspection.problems() == ["the subject lot:another is not among the heads"]


def forged(change: Callable[[MemoryLog], None], entities: list[str], **parts: Any) -> bytes:
    """A bundle of a log whose operator cheats, and signs what comes of it."""
    log = season()
    change(log)
    return build_bundle(replace(log.bundle_parts(RICE, entities), **parts))


def replace_head(log: MemoryLog, entity: str, change: Callable[[Leaf], Leaf]) -> None:
    """Rewrite the newest event of an entity before it is logged anywhere else."""
    old = log.chains[entity][-1]
    new = leaf_bytes(change(parse_leaf(old)))
    log.chains[entity][-1] = log.entries[log.entries.index(old)] = new
    eseq, _, index = log.heads[entity]
    log.heads[entity] = (eseq, leaf_hash(new).hex(), index)


def test_an_input_that_contradicts_a_proven_chain_is_the_fault_of_who_names_it() -> None:
    lie = Input(LOT, 1, "ab" * 32)

    data = forged(lambda log: replace_head(log, RICE, lambda leaf: replace(leaf, inputs=(lie,))), UPSTREAM)

    found = verdicts(data)
    assert found[LOT, 1][0] is State.INTACT
    assert found[RICE, 0][0] is State.BROKEN
    assert found[RICE, 0][1].startswith(f"it names {'ab' * 32} as event 1 of {LOT}, not ")


def test_a_leaf_of_another_log_is_refused() -> None:
    data = forged(lambda log: replace_head(log, RICE, lambda leaf: replace(leaf, log="trace.example/other")), UPSTREAM)

    assert verdicts(data)[RICE, 0] == (State.BROKEN, f"it says that it is event 0 of {RICE} in trace.example/other")


def test_a_logged_entry_that_is_no_leaf_is_refused() -> None:
    log = season()
    parts = log.bundle_parts(RICE, UPSTREAM)
    nonsense = log.chains[RICE][0].replace(b'"type":"lot.mill"', b'"type":"lot mill"')
    log.entries[7] = nonsense
    value = json.loads(build_bundle(replace(parts, checkpoint=log.checkpoint())))
    value["records"][MILL] = base64.b64encode(nonsense).decode()
    value["heads"] = [
        {**head, "head": leaf_hash(nonsense).hex() if head["entity"] == RICE else head["head"]}
        for head in value["heads"]
    ]
    for head in value["heads"]:
        head["proof"] = [base64.b64encode(item).decode() for item in log.proof(head["index"])]

    found = verdicts(rfc8785.dumps(value))

    assert found[RICE, 0] == (State.BROKEN, "it is in the log, but leaf.type: not an event type like lot.harvest")


def test_two_records_of_one_id_are_refused() -> None:
    data = forged(lambda log: replace_head(log, RICE, lambda leaf: replace(leaf, id=uuid_text(1000))), UPSTREAM)

    assert inspect_bundle(data, vkeys=[VKEY]).problems() == ["two records have the same id"]


def test_a_signature_by_a_key_outside_of_the_bundle_is_no_signature() -> None:
    log = season()

    problems = inspect_bundle(log.bundle(RICE, [RICE, LOT, PLOT]), vkeys=[VKEY]).problems()

    assert problems == [
        f"event {eseq} of {entity} is broken: it is signed by key {FARMER_KEY_ID}, which no event before it has added"
        for entity, eseq in [(LOT, 0), (PLOT, 0), (PLOT, 1)]
    ]


def test_a_signature_of_other_words_is_refused() -> None:
    def forge(log: MemoryLog) -> None:
        log.append(RICE, "lot.grade", sign=True, body={"grade": "1"})
        replace_head(log, RICE, lambda leaf: replace(leaf, body={"grade": "3"}))

    found = verdicts(forged(forge, UPSTREAM))

    assert found[RICE, 1] == (
        State.BROKEN,
        f"it is not signed by key {FARMER_KEY_ID}: signature: does not verify",
    )


def test_a_signature_by_a_key_of_somebody_else_is_refused() -> None:
    def forge(log: MemoryLog) -> None:
        log.append(RICE, "lot.grade", sign=True, actor=NEIGHBOUR)

    found = verdicts(forged(forge, UPSTREAM))

    assert found[RICE, 1] == (State.BROKEN, f"it is signed by key {FARMER_KEY_ID} of somebody else")


def test_a_registered_key_must_be_the_one_of_its_id() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    body = {"public": base64.b64encode(other).decode()}

    data = forged(lambda log: replace_head(log, KEY, lambda leaf: replace(leaf, body=body)), UPSTREAM)

    assert "is not that of key:" in verdicts(data)[KEY, 0][1]


def test_a_revoked_key_is_still_the_key_of_what_it_signed() -> None:
    log = season()
    log.append(KEY, "key.revoke", body={"reason": "phone lost"})

    assert inspect_bundle(log.bundle(RICE, UPSTREAM), vkeys=[VKEY]).problems() == []


@pytest.mark.parametrize(
    ("opening", "reason"),
    [
        (Disclosure(uuid_text(1002), "holder.phone", SALT, "+86 139 0000 0000"), "is not the one committed to"),
        (Disclosure(uuid_text(1002), "holder.phone", bytes(32), PHONE), "is not the one committed to"),
        (Disclosure(uuid_text(1002), "holder.phone", bytes(31), PHONE), "a salt of 31 bytes"),
        (Disclosure(uuid_text(1002), "holder.name", SALT, PHONE), "the record commits to no such field"),
        (Disclosure(uuid_text(1003), "holder.phone", SALT, PHONE), "the record commits to no such field"),
        (Disclosure(uuid_text(77), "holder.phone", SALT, PHONE), "no intact record of that id"),
    ],
)
def test_a_disclosure_that_opens_nothing_is_a_fault(opening: Disclosure, reason: str) -> None:
    inspection = inspect_bundle(season().bundle(RICE, UPSTREAM, [opening]), vkeys=[VKEY])

    assert len(inspection.faults) == 1
    assert inspection.faults[0].startswith(f"disclosed {opening.path} of record {opening.id}: ")
    assert reason in inspection.faults[0]
    assert inspection.openings == 0


@pytest.mark.parametrize("listed", [(), (PHOTO, Attachment("ff" * 32, 1, "image/png")), (replace(PHOTO, size=1),)])
def test_the_attachments_are_exactly_those_that_the_records_name(listed: tuple[Attachment, ...]) -> None:
    items = [{"sha256": item.sha256, "size": item.size, "media": item.media} for item in listed]

    inspection = inspect_bundle(with_members(attachments=items), vkeys=[VKEY])

    assert inspection.problems() == ["the attachments are not exactly those that the records name"]


def parts_with(**members: Any) -> bytes:
    parts: Bundle = season().bundle_parts(RICE, UPSTREAM)
    return build_bundle(replace(parts, **members))


def test_a_bundle_that_a_stranger_signed_is_refused_by_the_key_that_one_knows() -> None:
    log = MemoryLog(signer=STRANGER_SIGNER)
    log.append(RICE, "lot.mill")
    data = log.bundle(RICE, [RICE])

    # In itself it is consistent: only the key tells that it is of another log of the same name.
    assert inspect_bundle(data, vkeys=[]).problems() == []
    with pytest.raises(NoteError, match="no signature of a trusted key"):
        inspect_bundle(data, vkeys=[VKEY])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (parts_with(policy="quorum none\n"), "note: no signature of a trusted key"),
        (parts_with(policy=f"log {STRANGER_SIGNER.vkey}\nquorum none\n"), "note: no signature of a trusted key"),
        (with_members(policy=f"# x\nlog {VKEY}\nquorum none\n"), "bundle.policy: not in the form"),
        (with_members(policy=f"log {VKEY}"), "no newline at the end"),
        (with_members(checkpoint="nothing"), "no signatures after a last empty line"),
        (
            parts_with(checkpoint=cosign_note(season().checkpoint(), STRANGER_SIGNER)),
            "signed by a key that the policy does not list",
        ),
    ],
)
def test_without_a_checkpoint_to_judge_by_the_bundle_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises((NoteError, BundleError), match=reason):
        inspect_bundle(data, vkeys=[])


def test_a_checkpoint_of_two_listed_logs_keys_is_taken_with_either() -> None:
    # Keys of a log overlap while one replaces the other.
    log = season()
    policy = Policy(logs=(TrustedKey(SIGNER.vkey), TrustedKey(STRANGER_SIGNER.vkey))).text()
    data = parts_with(policy=policy, checkpoint=cosign_note(log.checkpoint(), STRANGER_SIGNER))

    for vkeys in ([], [VKEY], [str(STRANGER_SIGNER.vkey)], [VKEY, VKEY]):
        assert inspect_bundle(data, vkeys=vkeys).problems() == []


def test_heads_of_endless_chains_cost_nothing() -> None:
    heads = json.loads(season_bundle())["heads"]
    heads[0]["eseq"] = 2**53 - 1

    inspection = inspect_bundle(with_members(heads=heads), vkeys=[VKEY])

    assert inspection.faults[0] == f"event {2**53 - 1} of {KEY} is missing: the checkpoint's tree names it"
    assert "the records are not exactly the chains of the heads" in inspection.faults

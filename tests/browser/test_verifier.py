"""The browser's verifier against bundles that Python made: whole ones, and every kind of damage."""

import base64
import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.browser import worlds
from tests.browser.node import Verifier, VerifierError
from tests.browser.strategies import made_worlds
from traceability.ledger import Ed25519Signer, leaf_hash, sign_note
from traceability.ledger.cosigner import Cosigner
from traceability.ledger.note import cosign_note

Bundle = dict[str, Any]
STRANGER = Ed25519Signer("trace.test.example/log1", b"\x02" * 32)
ELSEWHERE = Ed25519Signer("other.example/log", b"\x03" * 32)


def check(verifier: Verifier, bundle: Bundle, vkeys: list[str] | None = None) -> dict[str, Any]:
    report: dict[str, Any] = verifier.call("verify", "verifyBundle", worlds.data(bundle), {"vkeys": vkeys or []})
    return report


def faults(report: dict[str, Any]) -> dict[str, str]:
    """Every record that is not proven, with the code of the reason."""
    return {one["name"]: one["code"] for one in report["records"] if one["state"] != "proven"}


def states(report: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["state"] for one in report["records"]}


def codes(report: dict[str, Any]) -> list[str]:
    return [one["code"] for one in report["problems"]]


@pytest.fixture
def bundle() -> Bundle:
    return worlds.rice().bundle("lot:bag")


def position(bundle: Bundle, entity: str, eseq: int) -> int:
    places = [(head["entity"], number) for head in bundle["heads"] for number in range(head["eseq"] + 1)]
    return places.index((entity, eseq))


def rewrite(bundle: Bundle, entity: str, eseq: int, change: Callable[[bytes], bytes]) -> None:
    at = position(bundle, entity, eseq)
    bundle["records"][at] = base64.b64encode(change(base64.b64decode(bundle["records"][at]))).decode()


def test_a_whole_bundle_is_proven_record_by_record(verifier: Verifier, bundle: Bundle) -> None:
    report = check(verifier, bundle, [worlds.VKEY])

    assert [one["state"] for one in report["records"]] == ["proven"] * 10
    assert report["problems"] == []
    assert report["ok"] is True
    assert report["proven"] == 10
    assert report["checkpoint"]["origin"] == worlds.ORIGIN
    assert report["checkpoint"]["size"] == "12"
    assert report["checkpoint"]["signers"] == [worlds.ORIGIN]


def test_the_report_opens_what_was_disclosed(verifier: Verifier, bundle: Bundle) -> None:
    report = check(verifier, bundle)

    sprayed = next(one for one in report["records"] if one["name"] == "season:s1#2")
    assert sprayed["opened"] == {"note": "无风", "operator": "李某"}


def test_without_the_engines_cryptography_the_answer_is_the_same(scripted_verifier: Verifier, bundle: Bundle) -> None:
    report = check(scripted_verifier, bundle, [worlds.VKEY])

    assert report["ok"] is True
    assert report["proven"] == 10


def test_progress_is_told_as_records_are_read(verifier: Verifier) -> None:
    world = worlds.World()
    for _ in range(150):
        world.add("lot:a")

    done = verifier.call("./progress_probe.mjs", "progressOf", worlds.data(world.bundle("lot:a")))

    assert done == [[64, 150], [128, 150], [150, 150]]


def test_a_changed_record_is_broken_and_those_before_it_are_out_of_reach(verifier: Verifier, bundle: Bundle) -> None:
    rewrite(bundle, "season:s1", 1, lambda data: data.replace("盐丰47".encode(), "盐丰48".encode()))

    report = check(verifier, bundle)

    assert faults(report) == {"season:s1#1": "bytes", "season:s1#0": "behind"}
    assert states(report)["season:s1#1"] == "broken"
    assert states(report)["season:s1#0"] == "unproven"
    assert report["ok"] is False


def test_the_reason_names_both_hashes_and_who_names_the_right_one(verifier: Verifier, bundle: Bundle) -> None:
    at = position(bundle, "season:s1", 1)
    right = leaf_hash(base64.b64decode(bundle["records"][at])).hex()
    rewrite(bundle, "season:s1", 1, lambda data: data.replace(b'"2026-09-05', b'"2026-09-06'))
    wrong = leaf_hash(base64.b64decode(bundle["records"][at])).hex()

    report = check(verifier, bundle)

    broken = next(one for one in report["records"] if one["state"] == "broken")
    assert broken["message"] == f"season:s1#1: its bytes hash to {wrong}, but season:s1#2 names {right}"
    assert broken["detail"] == {"by": "season:s1#2"}


def test_a_changed_head_record_is_named_by_the_tree(verifier: Verifier, bundle: Bundle) -> None:
    rewrite(bundle, "lot:bag", 1, lambda data: data.replace(b"PJ260928A01", b"PJ260928A02"))

    report = check(verifier, bundle)

    assert faults(report) == {"lot:bag#1": "bytes", "lot:bag#0": "behind"}
    assert "but the checkpoint's tree names" in next(
        one["message"] for one in report["records"] if one["state"] == "broken"
    )


def test_a_record_behind_a_damaged_one_is_proven_where_an_input_names_it(verifier: Verifier) -> None:
    world = worlds.World()
    world.add("lot:a")
    world.add("lot:b", inputs=["lot:a"])
    world.add("lot:a")
    bundle = world.bundle("lot:b")
    rewrite(bundle, "lot:a", 1, lambda data: data.replace(b"lot.noted", b"lot.nosed"))

    report = check(verifier, bundle)

    assert faults(report) == {"lot:a#1": "bytes"}


def test_a_lost_record_is_missed_in_its_place(verifier: Verifier, bundle: Bundle) -> None:
    del bundle["records"][position(bundle, "season:s1", 1)]

    report = check(verifier, bundle)

    assert faults(report) == {"season:s1#1": "gone", "season:s1#0": "behind"}
    assert states(report)["season:s1#1"] == "broken"


def test_swapped_records_are_found_and_each_is_judged_in_its_place(verifier: Verifier, bundle: Bundle) -> None:
    records = bundle["records"]
    first, second = position(bundle, "season:s1", 0), position(bundle, "season:s1", 1)
    records[first], records[second] = records[second], records[first]

    report = check(verifier, bundle)

    assert faults(report) == {}
    assert codes(report) == ["form"]
    assert report["ok"] is False


def test_a_record_that_is_no_base64_is_broken_in_its_place(verifier: Verifier, bundle: Bundle) -> None:
    bundle["records"][position(bundle, "season:s1", 2)] = "?"

    report = check(verifier, bundle)

    assert faults(report) == {"season:s1#2": "bytes", "season:s1#1": "behind", "season:s1#0": "behind"}


def test_an_added_record_has_no_place(verifier: Verifier, bundle: Bundle) -> None:
    bundle["records"].append(bundle["records"][-1])

    report = check(verifier, bundle)

    assert faults(report) == {}
    assert codes(report) == ["extra"]
    assert report["ok"] is False


def test_a_proof_that_leads_elsewhere_leaves_its_chain_unproven(verifier: Verifier, bundle: Bundle) -> None:
    head = next(one for one in bundle["heads"] if one["entity"] == "lot:bag")
    head["proof"][0] = base64.b64encode(bytes(32)).decode()

    report = check(verifier, bundle)

    assert faults(report) == {"lot:bag#1": "tree", "lot:bag#0": "tree"}
    assert set(states(report).values()) == {"proven", "unproven"}
    assert codes(report) == ["tree"]


def test_a_record_whose_own_proof_fails_is_proven_where_an_input_names_it(verifier: Verifier, bundle: Bundle) -> None:
    head = next(one for one in bundle["heads"] if one["entity"] == "lot:harvest")
    head["proof"][0] = base64.b64encode(bytes(32)).decode()

    report = check(verifier, bundle)

    assert faults(report) == {}
    assert codes(report) == ["tree"]


def test_a_head_that_names_another_hash_is_found_without_blaming_the_record(verifier: Verifier, bundle: Bundle) -> None:
    bundle["heads"][0]["head"] = "0" * 64

    report = check(verifier, bundle)

    assert faults(report) == {}
    assert codes(report) == ["form"]


def test_a_head_cut_back_leaves_later_records_without_a_place(verifier: Verifier, bundle: Bundle) -> None:
    head = next(one for one in bundle["heads"] if one["entity"] == "lot:bag")
    head["eseq"] = 0

    report = check(verifier, bundle)

    assert report["ok"] is False
    assert "extra" in codes(report)


def test_nothing_is_proven_by_a_checkpoint_that_was_changed(verifier: Verifier, bundle: Bundle) -> None:
    bundle["checkpoint"] = bundle["checkpoint"].replace("\n12\n", "\n13\n")

    report = check(verifier, bundle)

    assert set(faults(report).values()) == {"checkpoint"}
    assert set(states(report).values()) == {"unproven"}
    assert codes(report) == ["checkpoint"]
    assert report["checkpoint"] is None


def test_a_checkpoint_of_another_key_is_refused(verifier: Verifier, bundle: Bundle) -> None:
    bundle["checkpoint"] = worlds.rice().checkpoint(signer=STRANGER)

    report = check(verifier, bundle)

    assert codes(report) == ["checkpoint"]
    assert report["problems"][0]["message"] == "note: no signature of a trusted key"


def test_a_log_that_the_reader_does_not_trust_is_refused(verifier: Verifier, bundle: Bundle) -> None:
    report = check(verifier, bundle, [str(STRANGER.vkey)])

    assert codes(report) == ["checkpoint"]
    assert report["proven"] == 0


def test_records_of_another_log_are_refused(verifier: Verifier) -> None:
    world = worlds.World()
    world.add("lot:a", log="other.example/log")
    bundle = world.bundle("lot:a")

    report = check(verifier, bundle)

    assert faults(report) == {"lot:a#0": "origin"}


def test_a_policy_whose_log_has_another_origin_is_refused(verifier: Verifier, bundle: Bundle) -> None:
    root_line = bundle["checkpoint"].split("\n")[2]
    text = f"{worlds.ORIGIN}\n12\n{root_line}\n"
    bundle["checkpoint"] = sign_note(text, ELSEWHERE)
    bundle["policy"] = f"log {ELSEWHERE.vkey}\nquorum none\n"

    report = check(verifier, bundle)

    assert codes(report) == ["checkpoint"]
    assert "no log key of trace.test.example/log1" in report["problems"][0]["message"]


def test_a_false_signature_of_an_actor_is_blamed_on_its_record(verifier: Verifier) -> None:
    world = worlds.World()
    key = world.add_key(worlds.device())
    world.add("lot:a", key=worlds.device())
    data = world.leaves.pop()
    leaf = json.loads(data)
    leaf["sig"]["ed25519"] = base64.b64encode(b"\x01" * 64).decode()
    world.leaves.append(worlds.data(leaf))
    number, _head, index = world.heads["lot:a"]
    world.heads["lot:a"] = (number, leaf_hash(world.leaves[-1]).hex(), index)

    report = check(verifier, world.bundle("lot:a"))

    assert faults(report) == {"lot:a#0": "signature"}
    assert key in {one["entity"] for one in report["records"]}


def test_a_signature_without_its_key_is_blamed_on_its_record(verifier: Verifier) -> None:
    world = worlds.World()
    world.add("lot:a", key=worlds.device())
    world.inputs["lot:a"].clear()

    report = check(verifier, world.bundle("lot:a"))

    assert faults(report) == {"lot:a#0": "key"}


def test_a_signature_by_a_key_of_somebody_else_is_blamed_on_its_record(verifier: Verifier) -> None:
    world = worlds.World()
    world.add_key(worlds.device())
    world.add("lot:a", key=worlds.device(), person=7)

    report = check(verifier, world.bundle("lot:a"))

    assert faults(report) == {"lot:a#0": "signature"}
    assert report["records"][1]["message"].endswith("of somebody else")


def test_a_false_value_behind_a_commitment_is_blamed_on_its_record(verifier: Verifier, bundle: Bundle) -> None:
    bundle["disclosed"][0]["value"] = "another"

    report = check(verifier, bundle)

    assert list(faults(report).values()) == ["opening"]


def test_a_value_of_a_record_that_is_not_there_is_found(verifier: Verifier, bundle: Bundle) -> None:
    bundle["disclosed"][-1]["id"] = "f" * 8 + "-ffff-4fff-8fff-" + "f" * 12

    report = check(verifier, bundle)

    assert codes(report) == ["opening"]


def test_an_input_outside_the_bundle_is_blamed_on_the_record_that_names_it(verifier: Verifier) -> None:
    world = worlds.World()
    world.add("lot:a")
    world.add("lot:b", inputs=["lot:a"])
    world.inputs["lot:b"].clear()

    report = check(verifier, world.bundle("lot:b"))

    assert faults(report) == {"lot:b#0": "input"}


def test_attachments_are_those_that_the_records_name(verifier: Verifier, bundle: Bundle) -> None:
    bundle["attachments"] = []

    report = check(verifier, bundle)

    assert codes(report) == ["form"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda bundle: bundle | {"note": "x"},
        lambda bundle: bundle | {"format": "suyuan/trace/v2"},
        lambda bundle: bundle | {"subject": "lot:elsewhere"},
        lambda bundle: bundle | {"heads": bundle["heads"][::-1]},
        lambda bundle: bundle | {"disclosed": bundle["disclosed"][::-1]},
        lambda bundle: bundle | {"disclosed": bundle["disclosed"] * 2},
    ],
    ids=["unknown member", "format", "subject", "order of heads", "order of values", "values twice"],
)
def test_a_fault_in_the_form_is_found_and_the_records_are_still_judged(
    verifier: Verifier, bundle: Bundle, spoil: Callable[[Bundle], Bundle]
) -> None:
    report = check(verifier, spoil(bundle))

    assert "form" in codes(report)
    assert report["ok"] is False
    assert report["proven"] == 10


def test_another_spelling_of_the_same_bundle_is_refused_and_the_records_are_still_judged(
    verifier: Verifier, bundle: Bundle
) -> None:
    report = verifier.call("verify", "verifyBundle", json.dumps(bundle).encode(), {})

    assert codes(report) == ["form"]
    assert report["proven"] == 10


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"null", b"\xff", b'{"format":1}', "\ufeff{}".encode()],
    ids=["nothing", "empty", "list", "null", "not UTF-8", "one member", "byte order mark"],
)
def test_what_is_no_bundle_is_refused_as_a_whole(verifier: Verifier, data: bytes) -> None:
    with pytest.raises(VerifierError) as refusal:
        verifier.call("verify", "verifyBundle", data, {})

    assert refusal.value.code == "form"


@pytest.mark.parametrize("eseq", [0, 1, 2])
def test_two_heads_of_one_entity_are_refused_as_a_whole(verifier: Verifier, bundle: Bundle, eseq: int) -> None:
    bundle["heads"].append(bundle["heads"][-1] | {"eseq": eseq})

    with pytest.raises(VerifierError, match="not sorted, each once") as refusal:
        check(verifier, bundle)

    assert refusal.value.code == "form"


@pytest.mark.parametrize("count", [2**53 - 1, 100_000])
def test_a_made_up_length_does_not_make_the_reader_wait(verifier: Verifier, bundle: Bundle, count: int) -> None:
    bundle["heads"][0]["eseq"] = count

    with pytest.raises(VerifierError, match="records for"):
        check(verifier, bundle)


@given(world=made_worlds())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bundle_that_python_makes_is_proven(verifier: Verifier, world: worlds.World) -> None:
    subject = max(world.heads)

    report = check(verifier, world.bundle(subject), [worlds.VKEY])

    assert report["problems"] == []
    assert faults(report) == {}


@given(world=made_worlds(), choose=st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_byte_changed_in_a_record_breaks_that_record_and_no_other(
    verifier: Verifier, world: worlds.World, choose: Any
) -> None:
    bundle = world.bundle(max(world.heads))
    whole = check(verifier, copy.deepcopy(bundle))
    at = choose.randrange(len(bundle["records"]))
    data = bytearray(base64.b64decode(bundle["records"][at]))
    data[choose.randrange(len(data))] ^= 1 << choose.randrange(8)
    bundle["records"][at] = base64.b64encode(bytes(data)).decode()

    report = check(verifier, bundle)

    damaged = whole["records"][at]["name"]
    broken = [name for name, state in states(report).items() if state == "broken"]
    assert states(report)[damaged] == "broken"
    # Records that the damaged one vouched for, by a key, cannot be judged by it any more.
    assert all(name == damaged or faults(report)[name] == "key" for name in broken)


def cosigned(bundle: Bundle, *names: str, quorum: str) -> Bundle:
    """The bundle under a policy of two witnesses, cosigned by those named."""
    keys = {
        name: Cosigner(f"witness.{name}.example", bytes([number]) * 32) for number, name in enumerate(("县", "bank"), 5)
    }
    lines = [f"witness {name} {key.vkey}" for name, key in keys.items()]
    bundle["policy"] = "\n".join([f"log {worlds.VKEY}", *lines, "group both all 县 bank", f"quorum {quorum}", ""])
    for name in names:
        bundle["checkpoint"] = cosign_note(bundle["checkpoint"], keys[name].at(1_790_000_000))
    return bundle


def test_the_witnesses_that_cosigned_are_named_as_the_policy_calls_them(verifier: Verifier, bundle: Bundle) -> None:
    report = check(verifier, cosigned(bundle, "县", "bank", quorum="both"), [worlds.VKEY])

    assert report["ok"] is True
    assert report["checkpoint"]["witnesses"] == ["县", "bank"]
    assert report["checkpoint"]["signers"] == [worlds.ORIGIN, "witness.县.example", "witness.bank.example"]


def test_below_the_quorum_nothing_is_proven(verifier: Verifier, bundle: Bundle) -> None:
    report = check(verifier, cosigned(bundle, "bank", quorum="both"), [worlds.VKEY])

    assert (report["ok"], report["proven"], codes(report)) == (False, 0, ["checkpoint"])
    assert "the quorum both has not cosigned" in report["problems"][0]["message"]


def test_one_that_is_not_needed_is_named_where_it_cosigned(verifier: Verifier, bundle: Bundle) -> None:
    report = check(verifier, cosigned(bundle, "县", quorum="none"), [worlds.VKEY])

    assert (report["ok"], report["checkpoint"]["witnesses"]) == (True, ["县"])

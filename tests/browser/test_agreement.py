"""Two verifiers, written apart: whatever a bundle holds, both must say the same of it."""

import base64
import copy
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.browser import worlds
from tests.browser.node import Verifier, VerifierError
from tests.browser.strategies import made_worlds
from traceability.ledger import LedgerError
from traceability.ledger.inspection import State, inspect_bundle
from traceability.ledger.leaf import key_id

Bundle = dict[str, Any]
WORDS = {State.INTACT: "proven", State.BROKEN: "broken", State.UNPROVEN: "unproven"}
many = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def by_python(data: bytes) -> tuple[bool, dict[str, str] | None]:
    """Whether all is well, and the state of each record where there is one."""
    try:
        inspection = inspect_bundle(data, vkeys=[worlds.VKEY])
    except LedgerError:
        return False, None
    states = {f"{one.entity}#{one.eseq}": WORDS[one.state] for one in inspection.records}
    return not inspection.problems(), states


def by_browser(verifier: Verifier, data: bytes) -> tuple[bool, dict[str, str] | None]:
    try:
        report = verifier.call("verify", "verifyBundle", data, {"vkeys": [worlds.VKEY]})
    except VerifierError:
        return False, None
    return report["ok"], {one["name"]: one["state"] for one in report["records"]}


def flip_in_record(bundle: Bundle, choose: random.Random) -> None:
    at = choose.randrange(len(bundle["records"]))
    data = bytearray(base64.b64decode(bundle["records"][at]))
    data[choose.randrange(len(data))] ^= 1 << choose.randrange(8)
    bundle["records"][at] = base64.b64encode(bytes(data)).decode()


def flip_in_proof(bundle: Bundle, choose: random.Random) -> None:
    proven = [head for head in bundle["heads"] if head["proof"]]
    if proven:
        proof = choose.choice(proven)["proof"]
        at = choose.randrange(len(proof))
        data = bytearray(base64.b64decode(proof[at]))
        data[choose.randrange(32)] ^= 1 << choose.randrange(8)
        proof[at] = base64.b64encode(bytes(data)).decode()


def move_head(bundle: Bundle, choose: random.Random) -> None:
    head = choose.choice(bundle["heads"])
    name = choose.choice(["eseq", "index"])
    head[name] = max(0, head[name] + choose.choice([-1, 1]))


def double_head_elsewhere(bundle: Bundle, choose: random.Random) -> None:
    at = choose.randrange(len(bundle["heads"]))
    head = bundle["heads"][at]
    bundle["heads"].insert(at, head | {"eseq": max(0, head["eseq"] + choose.choice([-1, 1]))})


def drop(name: str) -> Callable[[Bundle, random.Random], None]:
    def change(bundle: Bundle, choose: random.Random) -> None:
        if bundle[name]:
            del bundle[name][choose.randrange(len(bundle[name]))]

    return change


def double(name: str) -> Callable[[Bundle, random.Random], None]:
    def change(bundle: Bundle, choose: random.Random) -> None:
        if bundle[name]:
            bundle[name].insert(choose.randrange(len(bundle[name])), choose.choice(bundle[name]))

    return change


def flip_text(name: str) -> Callable[[Bundle, random.Random], None]:
    def change(bundle: Bundle, choose: random.Random) -> None:
        at = choose.randrange(len(bundle[name]))
        bundle[name] = bundle[name][:at] + choose.choice("\n A0+") + bundle[name][at + 1 :]

    return change


def change_value(bundle: Bundle, choose: random.Random) -> None:
    if bundle["disclosed"]:
        choose.choice(bundle["disclosed"])[choose.choice(["value", "path"])] = "other"


FAULTS = {
    "a byte of a record": flip_in_record,
    "a byte of a proof": flip_in_proof,
    "a number of a head": move_head,
    "a record gone": drop("records"),
    "a head gone": drop("heads"),
    "an attachment gone": drop("attachments"),
    "a disclosed value gone": drop("disclosed"),
    "a record twice": double("records"),
    "a head twice": double("heads"),
    "two heads of a chain": double_head_elsewhere,
    "a character of the checkpoint": flip_text("checkpoint"),
    "a character of the policy": flip_text("policy"),
    "a character of the subject": flip_text("subject"),
    "a disclosed value": change_value,
}


@given(
    world=made_worlds(),
    choose=st.randoms(use_true_random=False),
    faults=st.lists(st.sampled_from(sorted(FAULTS)), max_size=2),
)
@many
def test_both_verifiers_take_and_refuse_the_same_bundles(
    verifier: Verifier, world: worlds.World, choose: random.Random, faults: list[str]
) -> None:
    bundle = copy.deepcopy(world.bundle(max(world.heads)))
    for fault in faults:
        FAULTS[fault](bundle, choose)
    data = worlds.data(bundle)

    assert by_browser(verifier, data)[0] is by_python(data)[0]


@given(
    world=made_worlds(people=(10**6, 10**6, 7)),
    choose=st.randoms(use_true_random=False),
    faults=st.lists(st.sampled_from(["a byte of a record", "a byte of a proof"]), max_size=3),
)
@many
def test_both_verifiers_blame_the_same_records(
    verifier: Verifier, world: worlds.World, choose: random.Random, faults: list[str]
) -> None:
    bundle = copy.deepcopy(world.bundle(max(world.heads)))
    for fault in faults:
        FAULTS[fault](bundle, choose)
    data = worlds.data(bundle)

    assert by_browser(verifier, data) == by_python(data)


def test_both_verifiers_refuse_a_signature_by_a_key_of_somebody_else(verifier: Verifier) -> None:
    world = worlds.World()
    world.add_key(worlds.device())
    world.add("lot:a", key=worlds.device())
    world.add("lot:a", key=worlds.device(), person=7)
    data = worlds.data(world.bundle("lot:a"))

    found = by_python(data)

    assert found[0] is False
    assert found[1] == {
        f"key:{key_id(worlds.public(worlds.device()))}#0": "proven",
        "lot:a#0": "proven",
        "lot:a#1": "broken",
    }
    assert by_browser(verifier, data) == found


@pytest.mark.parametrize(("prover", "state"), [(0, "proven"), (1, "broken")])
def test_both_verifiers_hold_a_key_against_the_proof_that_its_owner_has_it(
    verifier: Verifier, prover: int, state: str
) -> None:
    world = worlds.World()
    entity = world.add_key(worlds.device(), proven_by=worlds.device(prover))
    world.add("lot:a", key=worlds.device())
    data = worlds.data(world.bundle("lot:a"))

    found = by_python(data)

    assert found == (state == "proven", {f"{entity}#0": state, "lot:a#0": state})
    assert by_browser(verifier, data) == found


def test_both_verifiers_refuse_a_key_that_was_revoked_before_it_was_added(verifier: Verifier) -> None:
    world = worlds.World()
    entity = f"key:{key_id(worlds.public(worlds.device()))}"
    world.add(entity, kind="key.revoke")
    world.add_key(worlds.device())
    world.add("lot:a", key=worlds.device())
    data = worlds.data(world.bundle("lot:a"))

    found = by_python(data)

    assert found == (False, {f"{entity}#0": "proven", f"{entity}#1": "proven", "lot:a#0": "broken"})
    assert by_browser(verifier, data) == found


@pytest.mark.parametrize("eseq", [0, 1, 2])
def test_both_verifiers_refuse_two_heads_of_one_chain(verifier: Verifier, eseq: int) -> None:
    bundle = worlds.rice().bundle("lot:bag")
    at = [head["entity"] for head in bundle["heads"]].index("lot:bag")
    bundle["heads"].insert(at, bundle["heads"][at] | {"eseq": eseq})
    data = worlds.data(bundle)

    assert by_python(data) == (False, None)
    assert by_browser(verifier, data) == (False, None)

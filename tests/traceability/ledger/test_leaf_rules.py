import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.ledger.test_leaf import FULL, HARVEST, KEY
from traceability.ledger import LeafError
from traceability.ledger.canonical import parse_as_written, write_profiled
from traceability.ledger.errors import CanonicalError
from traceability.ledger.leaf import leaf_bytes, sign_leaf
from traceability.ledger.leaf_rules import _is_common, check_leaf, check_members

MEMBERS: dict[str, Any] = json.loads(leaf_bytes(HARVEST))
COMMITTED = {**MEMBERS, "commit": {"note": "12" * 32, "phone": "34" * 32}}
SIGNED: dict[str, Any] = json.loads(leaf_bytes(sign_leaf(HARVEST, KEY)))
SIGNED_AND_COMMITTED = {**COMMITTED, "sig": SIGNED["sig"]}
FIRST = {**MEMBERS, "eseq": 0, "prev": None}
FOR_ANOTHER = {**MEMBERS, "actor": {**MEMBERS["actor"], "for": MEMBERS["id"]}}
# What every rule has an opinion on; each may stand in any place.
ODD = st.one_of(
    st.sampled_from(
        [*MEMBERS.values(), *FULL.commit, "lot:1", 'lot:"', "lot:\\", "a\n", "", 0, 1, -1, 2**53, True, None]
    ),
    st.sampled_from(["2026-02-30T00:00:00Z", "2026-02-03T00:00:00.5Z", "a.b", "ab" * 32, {}, [], {"é": 1}, "e\u0301"]),
    st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner), max_leaves=9),
)


def fault(check: Any, *arguments: Any) -> str | None:
    try:
        check(*arguments)
    except LeafError as error:
        return str(error)
    return None


COMMON = [MEMBERS, COMMITTED, SIGNED, SIGNED_AND_COMMITTED, FIRST, FOR_ANOTHER]


@pytest.mark.parametrize("members", COMMON, ids=str)
def test_common_leaves_take_the_quick_way(members: dict[str, Any]) -> None:
    assert _is_common(members, write_profiled(members))


def test_other_leaves_are_held_against_each_rule() -> None:
    data = leaf_bytes(FULL)

    assert not _is_common(json.loads(data), data)
    check_leaf(json.loads(data), data)


@given(
    st.sampled_from(COMMON),
    st.dictionaries(st.sampled_from([*MEMBERS, "commit", "inputs", "sig", "zzz"]), ODD, max_size=2),
    st.sets(st.sampled_from(list(MEMBERS)), max_size=1),
)
def test_both_ways_find_the_same_faults(members: dict[str, Any], changes: dict[str, Any], missing: set[str]) -> None:
    changed = {name: value for name, value in {**members, **changes}.items() if name not in missing}
    try:
        data = write_profiled(changed)
    except CanonicalError:
        return

    assert fault(check_leaf, changed, data) == fault(check_members, changed)


@given(st.data())
def test_both_ways_find_the_same_faults_inside_of_members(data: st.DataObject) -> None:
    outer = data.draw(st.sampled_from(["actor", "body", "commit", "sig"]))
    names = st.sampled_from(["attested", "id", "party", "for", "note", "entity", "commit", "key", "ed25519", "é"])
    inner = {**SIGNED_AND_COMMITTED[outer], **data.draw(st.dictionaries(names, ODD, max_size=2))}
    changed = {**SIGNED_AND_COMMITTED, outer: inner}
    try:
        written = write_profiled(changed)
    except CanonicalError:
        return

    assert fault(check_leaf, changed, written) == fault(check_members, changed)


@given(st.sampled_from([MEMBERS, COMMITTED, SIGNED_AND_COMMITTED, FIRST]), st.data())
def test_both_ways_find_the_same_faults_after_one_byte_was_changed(
    members: dict[str, Any], data: st.DataObject
) -> None:
    written = bytearray(write_profiled(members))
    written[data.draw(st.integers(0, len(written) - 1))] = data.draw(st.integers(0x20, 0x7E))
    try:
        changed = parse_as_written(bytes(written))
    except CanonicalError:
        return

    assert fault(check_leaf, changed, bytes(written)) == fault(check_members, changed)


def test_a_body_that_looks_like_the_rest_of_a_leaf_takes_nobody_in() -> None:
    rest = {name: value for name, value in MEMBERS.items() if name not in {"actor", "body"}}
    forged = {"actor": MEMBERS["actor"], "body": rest, "zzz": rest}

    assert fault(check_leaf, forged, write_profiled(forged)) == "leaf: member v is missing"


def test_a_body_may_hold_the_names_of_a_leaf() -> None:
    members = {**MEMBERS, "body": {**MEMBERS, "body": {}}}

    assert _is_common(members, write_profiled(members))
    check_members(members)

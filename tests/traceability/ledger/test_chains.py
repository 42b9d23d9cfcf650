from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.ledger.makers import (
    FARMER_KEY_ID,
    LOT,
    ORIGIN,
    PLOT,
    RICE,
    STRANGER,
    MemoryLog,
    season,
    uuid_text,
)
from traceability.ledger.actor_keys import ActorKeys
from traceability.ledger.chains import ChainChecker, Finding, OpenInput
from traceability.ledger.errors import ProofError
from traceability.ledger.leaf import Input, leaf_bytes, parse_leaf
from traceability.ledger.merkle import leaf_hash, root_of

Rows = list[tuple[int, bytes]]


def rows_of(log: MemoryLog) -> Rows:
    return list(enumerate(log.entries))


def check(rows: Rows, **options: Any) -> ChainChecker:
    checker = ChainChecker(origin=ORIGIN, **options)
    checker.feed(rows)
    return checker


def findings_of(rows: Rows, **options: Any) -> list[tuple[int, str]]:
    return [(item.index, item.rule) for item in check(rows, **options).findings]


def rewritten(index: int, **members: Any) -> Rows:
    """The season with one leaf written otherwise, and valid in itself."""
    rows = rows_of(season())
    rows[index] = (index, leaf_bytes(replace(parse_leaf(rows[index][1]), **members)))
    return rows


@st.composite
def logs(draw: st.DrawFn) -> MemoryLog:
    """Logs of a few entities, with inputs from any earlier event."""
    log = MemoryLog()
    past: list[Input] = []
    for number in draw(st.lists(st.integers(0, 5), min_size=1, max_size=24)):
        chosen = draw(st.sampled_from([None, *past]))
        inputs = (chosen,) if chosen else ()
        log.append(f"lot:{number}", inputs=inputs)
        past.append(log.head(f"lot:{number}"))
    return log


@pytest.mark.parametrize("options", [{}, {"thorough": True}, {"keys": ActorKeys()}])
def test_a_sound_log_has_no_findings(options: Any) -> None:
    log = season()

    checker = check(rows_of(log), **options)

    assert (checker.findings, checker.openings, checker.open_inputs) == ([], [], [])
    assert checker.frontier.root() == root_of(map(leaf_hash, log.entries))
    assert checker.heads[PLOT] == (2, leaf_hash(log.chains[PLOT][2]))
    assert checker.signatures == (3 if "keys" in options else 0)


def test_feeding_in_portions_is_feeding_at_once() -> None:
    rows = rows_of(season())
    checker = ChainChecker(origin=ORIGIN)

    for start in range(0, len(rows), 2):
        checker.feed(iter(rows[start : start + 2]))

    assert checker.findings == []
    assert checker.frontier.root() == check(rows).frontier.root()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Another body changes the hash that the next of the chain and the inputs name.
        (rewritten(2, body={}), [(3, "prev")]),
        (rewritten(3, body={}), [(4, "inputs"), (8, "prev")]),
        (rewritten(8, eseq=3), [(8, "eseq")]),
        (rewritten(8, eseq=0, prev=None), [(8, "eseq")]),
        (rewritten(8, prev="00" * 32), [(8, "prev")]),
        (rewritten(1, eseq=1, prev="00" * 32), [(1, "eseq"), (5, "eseq")]),
        (rewritten(7, inputs=(Input(LOT, 1, "00" * 32),)), [(7, "inputs")]),
        (rewritten(7, inputs=(Input(LOT, 2, "00" * 32),)), [(7, "inputs")]),
        (rewritten(7, inputs=(Input("lot:none", 0, "00" * 32),)), [(7, "inputs")]),
        (rewritten(7, log="trace.example/other"), [(7, "log")]),
    ],
)
def test_a_leaf_written_otherwise_is_found_where_the_chains_break(rows: Rows, expected: list[tuple[int, str]]) -> None:
    assert findings_of(rows) == findings_of(rows, thorough=True) == expected


def test_a_finding_names_the_entry_the_record_and_both_hashes() -> None:
    rows = rewritten(2, body={})

    (finding,) = check(rows).findings

    assert (finding.index, finding.record, finding.rule) == (3, uuid_text(1003), "prev")
    assert finding.text == (
        f"names {leaf_hash(season().entries[2]).hex()} as the event before it in {PLOT}, "
        f"which is {leaf_hash(rows[2][1]).hex()}"
    )


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda _: b"", "leaf: not JSON"),
        (lambda _: b"[]", "leaf: not an object"),
        (lambda _: b"1", "leaf: not an object"),
        (lambda data: data + b" ", "leaf: not in canonical form"),
        (lambda data: data.replace(b'"v":1', b'"v":1,"v":1'), "leaf: duplicate member name 'v'"),
        (lambda data: data.replace(b'"entity":"lot:rice",', b""), "leaf: member entity is missing"),
        (lambda data: data.replace(b'"entity":"lot:rice"', b'"entity":["lot:rice"]'), "leaf.entity: not an entity"),
        (lambda data: data.replace(b'"eseq":0', b'"eseq":"0"'), "leaf.eseq: not an integer"),
        (lambda data: data.replace(b'"inputs":[{"', b'"inputs":[1,{"'), r"leaf.inputs[0]: not an object"),
        (lambda data: data.replace(b'"head":', b'"hash":'), r"leaf.inputs[0]: member head is missing"),
        (lambda data: data.replace(b"kg", b"\xff\xff"), "leaf: not UTF-8"),
    ],
)
@pytest.mark.parametrize("thorough", [False, True])
def test_bytes_that_are_no_leaf_are_found_and_do_not_stop_the_rest(
    spoil: Callable[[bytes], bytes],
    reason: str,
    thorough: bool,  # noqa: FBT001
) -> None:
    rows = rows_of(season())
    rows[7] = (7, spoil(rows[7][1]))
    rows[8] = (8, b"{")

    checker = check(rows, thorough=thorough)

    assert [(item.index, item.rule) for item in checker.findings if item.rule == "leaf"][-1] == (8, "leaf")
    assert reason in checker.findings[0].text or checker.findings[0].rule == "eseq"
    assert checker.findings[0].index == 7


def test_rules_of_members_are_held_where_the_check_is_thorough() -> None:
    rows = rows_of(season())
    for rule, otherwise in [(b'"type":"plot.plough"', b'"type":"plough"'), (b'"body":{}', b'"body":{"kg":1.5}')]:
        rows[8] = (8, season().entries[8].replace(rule, otherwise))

        assert findings_of(rows) == []
        assert findings_of(rows, thorough=True) == [(8, "leaf")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda rows: rows[:5] + rows[6:], [(6, "index")]),
        (lambda rows: rows[:3] + rows[2:], [(2, "index"), (2, "eseq")]),
        (lambda rows: rows[1:], [(1, "index")]),
    ],
)
def test_missing_and_doubled_entries_are_found(change: Callable[[Rows], Rows], expected: list[tuple[int, str]]) -> None:
    found = findings_of(change(rows_of(season())))

    assert found[: len(expected)] == expected


@given(logs(), st.data())
def test_any_one_changed_bit_is_found(log: MemoryLog, data: st.DataObject) -> None:
    rows, root = rows_of(log), root_of(map(leaf_hash, log.entries))
    index = data.draw(st.integers(0, len(rows) - 1))
    at, bit = data.draw(st.integers(0, len(rows[index][1]) - 1)), data.draw(st.integers(0, 7))
    leaf = rows[index][1]
    rows[index] = (index, leaf[:at] + bytes([leaf[at] ^ 1 << bit]) + leaf[at + 1 :])

    checker = check(rows)

    # The last of a chain that no input names is vouched for by the tree alone.
    assert checker.findings or checker.frontier.root() != root


@given(logs(), st.data())
def test_stretches_that_follow_each_other_find_what_one_pass_finds(log: MemoryLog, data: st.DataObject) -> None:
    rows = rows_of(log)
    if data.draw(st.booleans()):
        index = data.draw(st.integers(0, len(rows) - 1))
        rows[index] = (index, leaf_bytes(replace(parse_leaf(rows[index][1]), body={"changed": True})))
    whole = check(rows)

    joined = ChainChecker(origin=ORIGIN)
    for start in range(0, len(rows), 8):
        joined.follow(check(rows[start : start + 8], start=start))

    stored = {(leaf.entity, leaf.eseq): leaf_hash(row) for _, row in rows for leaf in [parse_leaf(row)]}
    for checker in (whole, joined):
        checker.resolve(lambda entity, eseq: stored.get((entity, eseq)))
    assert set(joined.findings) == set(whole.findings)
    assert joined.heads == whole.heads
    assert joined.frontier.to_bytes() == whole.frontier.to_bytes()
    assert joined.next_index == len(rows)


def test_the_newest_entries_are_checked_by_what_is_stored_of_the_chains_before() -> None:
    log = season()
    stored = {(leaf.entity, leaf.eseq): leaf_hash(row) for row in log.entries for leaf in [parse_leaf(row)]}
    checker = check(rows_of(log)[4:], start=4)

    assert [(item.index, item.entity, item.eseq) for item in checker.openings] == [
        (4, LOT, 0),
        (5, STRANGER, 1),
        (7, RICE, 0),
        (8, PLOT, 2),
    ]
    assert checker.open_inputs == [OpenInput(4, uuid_text(1004), PLOT, 1, stored[PLOT, 1].hex())]
    checker.resolve(lambda entity, eseq: stored.get((entity, eseq)))
    assert (checker.findings, checker.openings, checker.open_inputs) == ([], [], [])


def test_what_is_stored_otherwise_or_not_at_all_is_found() -> None:
    checker = check(rows_of(season())[4:], start=4)

    checker.resolve(lambda entity, _: bytes(32) if entity == PLOT else None)

    assert [(item.index, item.rule) for item in checker.findings] == [(5, "eseq"), (8, "prev"), (4, "inputs")]


def test_an_older_input_waits_for_the_stored_event() -> None:
    log = season()
    log.append("lot:flour", inputs=(Input(PLOT, 0, leaf_hash(log.chains[PLOT][0]).hex()),))

    checker = check(rows_of(log))

    assert [(item.index, item.entity, item.eseq) for item in checker.open_inputs] == [(9, PLOT, 0)]
    checker.resolve(lambda _entity, _eseq: bytes(32))
    assert [(item.index, item.rule) for item in checker.findings] == [(9, "inputs")]


def test_stretches_with_a_gap_between_are_found() -> None:
    rows = rows_of(season())
    first = check(rows[:4])

    first.follow(check(rows[8:], start=8))

    assert first.findings[0] == Finding(8, None, "index", "stands where entry 4 belongs")


def test_stretches_whose_trees_do_not_fit_are_refused() -> None:
    rows = rows_of(season())
    first = check(rows[:3])

    with pytest.raises(ProofError, match="does not fit at size 3"):
        first.follow(check(rows[3:], start=3))


def test_signatures_are_verified_with_the_keys_of_the_log() -> None:
    log = season()
    rows = rows_of(log)
    leaf = parse_leaf(rows[8][1])
    rows[8] = (8, leaf_bytes(replace(leaf, sig=parse_leaf(rows[3][1]).sig)))

    (finding,) = check(rows, keys=ActorKeys()).findings

    assert (finding.index, finding.record, finding.rule) == (8, uuid_text(1008), "sig")
    assert finding.text == f"it is not signed by key {FARMER_KEY_ID}: signature: does not verify"
    assert findings_of(rows) == []


def test_a_signature_after_its_key_was_revoked_is_found() -> None:
    log = season()
    log.append(f"key:{FARMER_KEY_ID}", "key.revoke", body={"reason": "phone lost"})
    log.append(LOT, sign=True)

    (finding,) = check(rows_of(log), keys=ActorKeys()).findings

    assert (finding.index, finding.rule) == (10, "sig")
    assert finding.text.endswith("which was revoked at index 9")

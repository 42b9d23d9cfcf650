from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.traceability.ledger.makers import LOT, NEIGHBOUR, PLOT, STRANGER, VKEY, MemoryLog, season, uuid_text
from tests.traceability.ledger.test_audit import write_checkpoint, write_tiles
from traceability.ledger.audit import audit_log
from traceability.ledger.chains import ChainChecker
from traceability.ledger.cli import FAILED, PROVEN, main
from traceability.ledger.events_audit import audit_events
from traceability.ledger.leaf import Input, leaf_bytes, parse_leaf
from traceability.ledger.merkle import leaf_hash


def older_input(log: MemoryLog) -> Input:
    """The first event of the plot, which has gone on since."""
    return Input(PLOT, 0, leaf_hash(log.chains[PLOT][0]).hex())


def publish(folder: Path, log: MemoryLog) -> None:
    write_tiles(folder, log.entries)
    write_checkpoint(folder, log.entries)


def audited(folder: Path) -> ChainChecker:
    return audit_events(folder, audit_log(folder, vkeys=[VKEY]))


def test_the_events_of_a_published_log_are_checked(tmp_path: Path) -> None:
    log = season()
    log.append("lot:flour", inputs=(older_input(log),))
    for _ in range(300):
        log.append(STRANGER)
    publish(tmp_path, log)

    checker = audited(tmp_path)

    assert checker.findings == []
    assert (len(checker.heads), checker.signatures) == (6, 3)
    assert checker.heads[STRANGER] == (301, leaf_hash(log.chains[STRANGER][-1]))


def forge_input(log: MemoryLog) -> None:
    log.append("lot:flour", inputs=(replace(older_input(log), head="ab" * 32),))


def forge_body(log: MemoryLog) -> None:
    log.entries[3] = leaf_bytes(replace(parse_leaf(log.entries[3]), body={}))


def insert_nonsense(log: MemoryLog) -> None:
    log.entries.append(b"not an event")
    log.append("lot:flour", inputs=(older_input(log),))


def sign_for_another(log: MemoryLog) -> None:
    log.append(LOT, sign=True, actor=NEIGHBOUR)


@pytest.mark.parametrize(
    ("forge", "expected"),
    [
        (forge_input, [(9, "inputs")]),
        (forge_body, [(3, "sig"), (4, "inputs"), (8, "prev")]),
        (insert_nonsense, [(9, "leaf")]),
        (sign_for_another, [(9, "sig")]),
    ],
)
def test_what_an_operator_forged_and_signed_is_found(
    tmp_path: Path, forge: Callable[[MemoryLog], None], expected: list[tuple[int, str]]
) -> None:
    log = season()
    forge(log)
    publish(tmp_path, log)

    findings = audited(tmp_path).findings

    # The tree itself is in order: the operator has signed what was forged.
    assert [(finding.index, finding.rule) for finding in findings] == expected


def test_the_command_checks_events_where_it_is_asked_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = season()
    publish(tmp_path, log)

    assert main(["audit", str(tmp_path), "--vkey", VKEY, "--events"]) == PROVEN

    assert "events     5 chains without a gap, 3 signatures of actors\n" in capsys.readouterr().out


def test_the_command_names_the_entry_and_the_record_of_each_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = season()
    log.append(LOT, inputs=(replace(log.head(PLOT), head="ab" * 32),))
    publish(tmp_path, log)

    assert main(["audit", str(tmp_path), "--vkey", VKEY]) == PROVEN
    assert main(["audit", str(tmp_path), "--vkey", VKEY, "--events"]) == FAILED

    assert f"FAILED: entry 9 {uuid_text(1009)}: names {'ab' * 32} as event 2 of {PLOT}" in capsys.readouterr().err

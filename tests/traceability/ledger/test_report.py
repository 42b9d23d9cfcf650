import pytest

from tests.traceability.ledger.makers import (
    FARMER_KEY_ID,
    LOT,
    NEIGHBOUR,
    ORIGIN,
    PLOT,
    RICE,
    VKEY,
    season,
    season_bundle,
)
from traceability.ledger.errors import BundleError
from traceability.ledger.merkle import leaf_hash, root_of
from traceability.ledger.report import ReportedRecord, verify_bundle


def test_a_verified_bundle_is_reported_with_all_that_was_checked() -> None:
    log = season()

    report = verify_bundle(season_bundle(log), vkeys=[VKEY])

    assert (report.origin, report.size) == (ORIGIN, 9)
    assert report.root == root_of(map(leaf_hash, log.entries)).hex()
    assert report.subject == RICE
    assert report.entities == (f"key:{FARMER_KEY_ID}", LOT, RICE, PLOT)
    assert (len(report.records), report.signatures, report.openings, report.attachments) == (7, 3, 1, 1)
    assert report.records[1] == ReportedRecord(
        LOT, 0, "00000000-0000-0000-0000-0000000003ec", "lot.harvest", "2026-09-28T06:30:00Z", signed=True, index=None
    )
    assert report.records[3].index == 7
    assert report.signed_by == (ORIGIN,)
    assert report.vkeys == (VKEY,)
    assert not report.policy_keys_only


def test_a_report_says_what_a_ledger_does_not_prove() -> None:
    report = verify_bundle(season_bundle(), vkeys=[])

    assert report.policy_keys_only
    assert report.not_claimed[0].startswith("that what was said is true")
    assert any("later event" in item for item in report.not_claimed)


def test_the_first_fault_is_raised_with_its_record() -> None:
    data = season_bundle().replace(b'"subject":"lot:rice"', b'"subject":"lot:none"')

    with pytest.raises(BundleError, match="the subject lot:none is not among the heads"):
        verify_bundle(data, vkeys=[VKEY])


def test_words_in_the_name_of_another_are_refused_with_their_record() -> None:
    log = season()
    log.append(RICE, "lot.grade", sign=True, actor=NEIGHBOUR)

    with pytest.raises(BundleError, match=f"event 1 of {RICE} is broken: it is signed by key .* of somebody else"):
        verify_bundle(season_bundle(log), vkeys=[VKEY])

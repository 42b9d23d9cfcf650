import base64
import json
from dataclasses import replace
from typing import Any

import pytest
import rfc8785

from tests.traceability.ledger.makers import FARMER_KEY_ID, LOT, PHOTO, PLOT, RICE, SALT, VKEY, season, season_bundle
from traceability.ledger import bundle as bundle_format
from traceability.ledger.bundle import Disclosure, build_bundle, parse_bundle
from traceability.ledger.errors import BundleError
from traceability.ledger.leaf import parse_leaf
from traceability.ledger.report import verify_bundle

KEY = f"key:{FARMER_KEY_ID}"


def changed(**members: Any) -> bytes:
    """The season's bundle with members replaced, or left out where they are `...`; spelled canonically."""
    value = {**json.loads(season_bundle()), **members}
    return rfc8785.dumps({name: member for name, member in value.items() if member is not ...})


def head(**members: Any) -> list[Any]:
    first, *rest = json.loads(season_bundle())["heads"]
    return [{**first, **members}, *rest]


def test_a_bundle_is_read_back_as_it_was_built() -> None:
    log = season()
    parts = log.bundle_parts(RICE, [PLOT, RICE, KEY, LOT])

    read = parse_bundle(build_bundle(parts))

    assert read == replace(parts, attachments=(PHOTO,))
    assert [item.entity for item in read.heads] == [KEY, LOT, RICE, PLOT]
    assert [json.loads(record)["type"] for record in read.records] == [
        "key.add",
        "lot.harvest",
        "lot.weigh",
        "lot.mill",
        "plot.register",
        "plot.spray",
        "plot.plough",
    ]


def test_the_same_parts_in_any_order_give_the_same_canonical_bytes() -> None:
    parts = season().bundle_parts(RICE, [PLOT, RICE, KEY, LOT])
    shuffled = replace(parts, heads=parts.heads[::-1], records=parts.records[::-1], policy=f"# note\n{parts.policy}")

    assert build_bundle(shuffled) == build_bundle(parts) == rfc8785.dumps(json.loads(build_bundle(parts)))


def test_leaves_that_were_read_before_give_the_same_bytes() -> None:
    parts = season().bundle_parts(RICE, [PLOT, RICE, KEY, LOT])
    shuffled = replace(parts, records=parts.records[::-1])

    built = build_bundle(shuffled, leaves=[parse_leaf(record) for record in shuffled.records])

    assert built == build_bundle(parts)


def test_leaves_that_are_not_one_for_each_record_build_nothing() -> None:
    parts = season().bundle_parts(RICE, [RICE])

    with pytest.raises(BundleError, match="longer"):
        build_bundle(parts, leaves=[parse_leaf(record) for record in parts.records[1:]])


def test_the_members_are_those_of_the_format() -> None:
    value = json.loads(season_bundle())

    assert list(value) == [
        "attachments",
        "checkpoint",
        "disclosed",
        "format",
        "heads",
        "policy",
        "records",
        "subject",
    ]
    assert value["format"] == "suyuan/trace/v1"
    assert value["subject"] == "lot:rice"
    assert value["policy"].startswith("log trace.panjin.example/log1+")
    assert value["attachments"] == [{"sha256": "34" * 32, "size": 182_033, "media": "image/jpeg"}]
    assert list(value["heads"][0]) == ["entity", "eseq", "head", "index", "proof"]
    assert list(value["disclosed"][0]) == ["id", "path", "salt", "value"]


@pytest.mark.parametrize("name", ["format", "policy", "checkpoint", "subject", "heads", "records", "disclosed"])
def test_every_member_is_missed(name: str) -> None:
    with pytest.raises(BundleError, match=f"bundle: member {name} is missing"):
        parse_bundle(changed(**{name: ...}))


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"format": "suyuan/trace/v2"}, "format: not suyuan/trace/v1"),
        ({"at": "2026-09-28T06:30:00Z"}, "unknown member 'at'"),
        ({"policy": None}, "policy: not text"),
        ({"checkpoint": 1}, "checkpoint: not text"),
        ({"subject": "rice"}, "subject: not an entity"),
        ({"heads": []}, "heads: not a list of at least 1"),
        ({"heads": head()[::-1]}, "heads: not sorted by entity, each once"),
        ({"heads": head()[:1] * 2}, "heads: not sorted by entity, each once"),
        ({"heads": head(eseq=-1)}, r"heads\[0\].eseq: not an integer"),
        ({"heads": head(index="0")}, r"heads\[0\].index: not an integer"),
        ({"heads": head(head="x")}, r"heads\[0\].head: not 64 lower-case hex"),
        ({"heads": head(proof="")}, r"heads\[0\].proof: not a list of text"),
        ({"heads": head(proof=["AAAA"])}, "a hash of 3 bytes in place of 32"),
        ({"heads": head(proof=["A" * 42 + "B="])}, "not canonical base64"),
        ({"heads": head(note=1)}, r"heads\[0\]: unknown member 'note'"),
        ({"records": [1]}, "records: not a list of text"),
        ({"records": {}}, "records: not a list of text"),
        (
            {"disclosed": [{"id": "x", "path": "a", "salt": "", "value": 1}]},
            r"disclosed\[0\].id: not a lower-case UUID",
        ),
        (
            {"disclosed": json.loads(season_bundle())["disclosed"] * 2},
            "disclosed: not sorted by id and path, each once",
        ),
        ({"attachments": [{"sha256": "34" * 32, "size": 1}]}, r"attachments\[0\]: member media is missing"),
    ],
)
def test_a_member_of_another_form_is_named(members: Any, reason: str) -> None:
    with pytest.raises(BundleError, match=f"bundle: {reason}"):
        parse_bundle(changed(**members))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"[]", "not an object"),
        (b"\xff", "not UTF-8"),
        (season_bundle() + b"\n", "not in canonical form"),
        (season_bundle()[:-1], "not JSON"),
        (season_bundle().replace(b'{"attachments":', b'{"attachments":[],"attachments":'), "duplicate member name"),
        (season_bundle().replace(b'"+86 138 0000 0000"', b"1.5"), "disclosed.*float is outside the profile"),
    ],
)
def test_bytes_that_are_no_canonical_bundle_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(BundleError, match=f"bundle: .*{reason}"):
        parse_bundle(data)


def test_a_bundle_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_format, "MAX_BUNDLE_BYTES", 100)

    with pytest.raises(BundleError, match="bytes, more than 100"):
        parse_bundle(season_bundle())


def test_a_record_that_is_not_base64_is_left_to_be_judged() -> None:
    records = json.loads(season_bundle())["records"]

    read = parse_bundle(changed(records=["?", *records[1:]]))

    assert read.records[0] == b"not base64: ?"
    assert read.records[1] == base64.b64decode(records[1])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"records": (b"{}",)}, "bundle: leaf: member v is missing"),
        ({"subject": "rice"}, "bundle: subject: not an entity"),
        ({"disclosed": (Disclosure("00000000-0000-0000-0000-0000000003ea", "a", SALT, 1.5),)}, "float is outside"),
    ],
)
def test_parts_outside_the_format_are_not_built(change: Any, reason: str) -> None:
    parts = season().bundle_parts(RICE, [RICE])

    with pytest.raises(BundleError, match=reason):
        build_bundle(replace(parts, **change))


def test_a_record_is_its_base64_and_not_the_leaf_spelled_out() -> None:
    records = json.loads(season_bundle())["records"]
    spelled = [base64.b64decode(records[0]).decode(), *records[1:]]

    with pytest.raises(BundleError, match="hash to"):
        verify_bundle(changed(records=spelled), vkeys=[VKEY])

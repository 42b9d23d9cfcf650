import hashlib
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.epcis import vectors
from tests.traceability.epcis.samples import EACH_TYPE, PADDY, amount, event, milling, observation, packing, sale
from traceability.epcis.documents import read
from traceability.epcis.hashing import event_hash_id, prehash

EXPECTED = vectors.read("hash/expected.json") or {}
# Beside each XML case that has a JSON twin lies the twin's own list of hashes. The other XML cases are not ours to
# read: the product takes JSON.
JSON_CASES = vectors.names("hash/cases/*.jsonld")
STALE = {"epcisDocWithCustomSchemaInContext"}  # its published pre-hashes do not give its published hashes
LN = {"ln": "https://example.cn/voc/"}


@vectors.cases(JSON_CASES)
def test_published_events_have_their_published_hashes(case: str) -> None:
    found = read(vectors.read_bytes(case))

    hashes = [event_hash_id(one) for one in found.events]

    assert hashes == vectors.read_bytes(case.replace(".jsonld", ".hashes")).decode().split()
    assert hashes == EXPECTED.get(case.rpartition("/")[2], hashes)


@vectors.cases([name for name in JSON_CASES if not any(stale in name for stale in STALE)])
def test_published_events_have_their_published_prehashes(case: str) -> None:
    path = vectors.FOLDER / case.replace(".jsonld", ".prehashes")
    if not path.exists():
        pytest.skip("no pre-hash strings were published for this case")

    assert [prehash(one) for one in read(vectors.read_bytes(case)).events] == path.read_text().splitlines()


@vectors.needs_vectors
def test_every_published_json_case_was_tried() -> None:
    names = {name.rpartition("/")[2] for name in JSON_CASES}

    assert {name for name in EXPECTED if name.endswith(".jsonld")} <= names
    assert len(names) == 16


def test_the_string_that_is_hashed_has_a_fixed_order() -> None:
    value = milling(
        bizStep="creating_class_instance",
        recordTime="2026-09-29T00:00:00Z",
        eventID="urn:uuid:1",
        ilmd={"ln:variety": "盐丰47"},
        **{"ln:loss": {"ln:reason": "husk", "ln:kg": 224.50}, "@context": LN},
    )

    text = (
        "eventType=TransformationEventeventTime=2026-09-28T08:30:00.000ZeventTimeZoneOffset=+08:00"
        "inputQuantityListquantityElementepcClass=https://id.gs1.org/01/06901234000016/10/PJ240928A01quantity=1000uom=KGM"
        "outputQuantityListquantityElementepcClass=https://id.gs1.org/01/06901234000023/10/RICE-01quantity=680uom=KGM"
        "quantityElementepcClass=https://id.gs1.org/01/06901234000030/10/BRAN-01quantity=95.5uom=KGM"
        "bizStep=https://ref.gs1.org/cbv/BizStep-creating_class_instance"
        "ilmd{https://example.cn/voc/}variety=盐丰47"
        "{https://example.cn/voc/}loss{https://example.cn/voc/}kg=224.5{https://example.cn/voc/}reason=husk"
    )
    assert prehash(event(value)) == text
    assert event_hash_id(event(value)) == f"ni:///sha-256;{hashlib.sha256(text.encode()).hexdigest()}?ver=CBV2.0"


@pytest.mark.parametrize(
    ("value", "same"),
    [
        (observation(eventTime="2026-09-28T08:30:00.0004Z"), observation()),
        (observation(quantityList=[amount(PADDY, 1000.0)]), observation()),
        (observation(quantityList=[amount("urn:epc:class:lgtin:6901234.000001.PJ240928A01", 1000)]), observation()),
        (
            observation(quantityList=[amount("https://a.cn/gtin/6901234000016/lot/PJ240928A01?15=260101", 1000)]),
            observation(),
        ),
        (observation(errorDeclaration={"declarationTime": "2026-09-29T00:00:00Z"}), observation()),
        (observation(recordTime="2026-09-29T00:00:00Z", eventID="urn:uuid:1"), observation()),
        (observation(**{"rdfs:comment": "seen by eye"}), observation()),
        (observation(bizStep="https://ref.gs1.org/cbv/BizStep-receiving"), observation(bizStep="receiving")),
        (observation(bizStep="cbv:BizStep-receiving"), observation(bizStep="receiving")),
        (
            observation(**{"a:x": "5.0", "@context": {"a": "https://a.cn/"}}),
            observation(**{"b:x": 5, "@context": [{"b": "https://a.cn/"}]}),
        ),
        (observation(**{"a:x": [2, 1], "a:y": None}), observation(**{"a:x": [1, 2]})),
        (observation(**{"a:x": {"#text": "7", "a:y": True}}), observation(**{"a:x": {"a:y": "true", "#text": 7}})),
        (
            observation(**{"a:x": " urn:epcglobal:cbv:disp:active "}),
            observation(**{"a:x": "https://ref.gs1.org/cbv/Disp-active"}),
        ),
        (observation(**{"a:x": {"a:y": 1, "a:z": None, "comment": 5}}), observation(**{"a:x": {"a:y": 1}})),
        (packing(childEPCs=["urn:x:2", "urn:x:1"]), packing(childEPCs=["urn:x:1", "urn:x:2"])),
    ],
)
def test_one_event_written_in_two_ways_has_one_hash(value: dict[str, Any], same: dict[str, Any]) -> None:
    assert prehash(event(value)) == prehash(event(same))


@pytest.mark.parametrize(
    "value",
    [
        observation(action="ADD"),
        observation(bizStep="receiving"),
        observation(quantityList=[amount(PADDY, 1000.01)]),
        observation(eventTime="2026-09-28T16:30:01+08:00"),
        observation(persistentDisposition={"set": ["recalled"]}),
        observation(**{"ln:x": 1}),
        observation(**{"ln:x": {}}),
        observation(certificationInfo="https://example.cn/cert/1"),
        observation(readPoint={"id": "urn:x:1"}),
        observation(epcList=["urn:x:1"]),
    ],
)
def test_a_member_more_or_otherwise_changes_the_hash(value: dict[str, Any]) -> None:
    assert event_hash_id(event(value)) != event_hash_id(event(observation()))


def test_members_that_the_repository_added_are_left_out() -> None:
    results = {
        "queryName": "SimpleEventQuery",
        "store:ignoreFields": ["store:received"],
        "resultsBody": {"eventList": [observation(**{"store:received": "2026"})]},
    }
    data = json.dumps({"type": "EPCISQueryDocument", "@context": [], "epcisBody": {"queryResults": results}}).encode()

    assert prehash(read(data).events[0]) == prehash(event(observation()))


def test_rules_of_one_sensor_report_stand_behind_the_ordered_part() -> None:
    report = {"type": "Temperature", "value": 14.50, "uom": "CEL", "booleanValue": False, "bizRules": "urn:x:rule"}
    value = observation(sensorElementList=[{"sensorReport": [report], "ln:bin": "4"}], sourceList=[])

    assert prehash(event(value)).endswith(
        "sensorElementListsensorElementsensorReporttype=https://gs1.org/voc/Temperaturevalue=14.5booleanValue=falseuom=CEL"
        "ln:bin=4sensorElementListsensorElementsensorReportbizRules=urn:x:rule"
    )


def test_a_transaction_without_a_type_is_hashed_by_its_identifier() -> None:
    value = sale(bizTransactionList=[{"bizTransaction": "urn:x:2"}, {"type": "po", "bizTransaction": "urn:x:1"}])

    assert prehash(event(value)).endswith(
        "bizTransactionListbizTransaction=urn:x:2type=https://ref.gs1.org/cbv/BTT-pobizTransaction=urn:x:1"
    )


@given(st.sampled_from(EACH_TYPE), st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(make: Callable[..., dict[str, Any]], chance: random.Random) -> None:
    members = list(make(**{"ln:a": 1, "ln:b": {"ln:d": 1, "ln:c": 2}}, readPoint={"id": "urn:x:1", "ln:e": 1}).items())
    expected = prehash(event(dict(members)))

    chance.shuffle(members)

    assert prehash(event(dict(members))) == expected

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.epcis import vectors
from tests.traceability.epcis.samples import BAG, PADDY, PALLET, RICE, STATION, event, milling, observation, packing
from traceability.epcis.documents import read
from traceability.epcis.errors import SizeError
from traceability.epcis.hashing import event_hash_id
from traceability.epcis.normal import MAX_BYTES, bare_word, normalise
from traceability.ledger.canonical import canonicalize, check_profile


def test_the_normal_form_of_a_packing_holds_what_the_event_says() -> None:
    value = packing(
        eventID="urn:uuid:7",
        bizStep="https://ref.gs1.org/cbv/BizStep-packing",
        disposition="in_progress",
        readPoint={"id": "urn:epc:id:sgln:6901234.00100.0", "ln:door": "4"},
        bizLocation={"id": STATION},
        sourceList=[{"type": "owning_party", "source": "urn:epc:id:pgln:6901234.00200"}],
        destinationList=[{"type": "cbv:SDT-location", "destination": STATION}],
        bizTransactionList=[{"bizTransaction": "urn:x:1"}],
        **{"ln:水分": 14.5},
    )

    assert normalise(event(value)) == {
        "event_id": "urn:uuid:7",
        "hash_id": event_hash_id(event(value)),
        "event_type": "AggregationEvent",
        "action": "ADD",
        "event_time": "2026-09-28T08:30:00Z",
        "offset": "+08:00",
        "biz_step": "packing",
        "disposition": "in_progress",
        "read_point": STATION,
        "biz_location": STATION,
        "items": [
            {"item": BAG, "role": "child"},
            {"item": RICE, "role": "child", "quantity": "500", "uom": "KGM"},
            {"item": PALLET, "role": "parent"},
        ],
        "biz_transactions": [{"id": "urn:x:1"}],
        "sources": [{"type": "owning_party", "id": "https://id.gs1.org/417/6901234002003"}],
        "destinations": [{"type": "location", "id": STATION}],
    }


def test_the_normal_form_of_a_correction_says_what_was_wrong_and_where_it_is_put_right() -> None:
    value = milling(
        transformationID="urn:epc:id:gdti:6901234.00009.T1",
        errorDeclaration={
            "declarationTime": "2026-09-29T00:00:00.500+08:00",
            "reason": "incorrect_data",
            "correctiveEventIDs": ["urn:uuid:8"],
        },
    )

    form = normalise(event(value))

    assert form["transformation_id"] == "https://id.gs1.org/253/6901234000092T1"
    assert form["error_declaration"] == {
        "time": "2026-09-28T16:00:00.5Z",
        "reason": "incorrect_data",
        "corrective_ids": ["urn:uuid:8"],
    }
    assert "action" not in form


def test_a_recall_keeps_its_persistent_disposition() -> None:
    value = observation(persistentDisposition={"set": ["recalled"], "unset": ["cbv:Disp-available"]})

    assert normalise(event(value))["persistent_disposition"] == {"set": ["recalled"], "unset": ["available"]}


def test_an_event_without_an_id_is_named_by_its_hash() -> None:
    form = normalise(event(observation()))

    assert form["event_id"] == form["hash_id"] == event_hash_id(event(observation()))


def test_a_word_of_ones_own_stays_a_uri() -> None:
    assert normalise(event(observation(bizStep="https://example.cn/BizStep-drying")))["biz_step"] == (
        "https://example.cn/BizStep-drying"
    )


def many(count: int) -> dict[str, Any]:
    return observation(epcList=[f"{BAG[:-6]}{number:06}" for number in range(count)])


def test_an_event_with_too_many_items_for_one_record_is_refused_by_the_limit() -> None:
    assert len(normalise(event(many(200)))["items"]) == 201

    with pytest.raises(SizeError) as caught:
        normalise(event(many(400), pointer="/epcisBody/eventList/0"))

    assert (caught.value.pointer, caught.value.rule) == ("/epcisBody/eventList/0", "too_large_to_record")
    assert caught.value.params["items"] == 401
    assert caught.value.params["limit"] == MAX_BYTES == 24576


@given(st.integers(0, 400))
def test_a_normal_form_never_passes_the_limit(count: int) -> None:
    try:
        form = normalise(event(many(count)))
    except SizeError:
        form = {}

    assert len(canonicalize(form)) <= MAX_BYTES


@vectors.cases(vectors.names("examples/**/*.json*"))
def test_published_events_keep_to_the_profile_of_the_log(case: str) -> None:
    for one in read(vectors.read_bytes(case)).events:
        form = normalise(one)

        check_profile(form)
        assert form["hash_id"] == event_hash_id(one)
        assert len(canonicalize(form)) < 4096
        assert all(value not in ("", [], {}, None) for value in form.values())


def test_the_sample_keeps_to_the_profile_of_the_log() -> None:
    check_profile(normalise(event(observation(**{"ln:水分": 14.5}))))

    assert PADDY in str(normalise(event(observation())))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("https://ref.gs1.org/cbv/BizStep-shipping", "shipping"),
        ("cbv:Disp-in_transit", "in_transit"),
        ("shipping", "shipping"),
        ("https://mill.example.cn/steps/polishing", "https://mill.example.cn/steps/polishing"),
        ("", ""),
    ],
)
def test_a_word_of_the_vocabulary_has_one_bare_form(text: str, word: str) -> None:
    assert bare_word(text) == word

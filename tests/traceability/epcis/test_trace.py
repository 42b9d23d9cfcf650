from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.epcis import vectors
from tests.traceability.epcis.samples import (
    BAG,
    BRAN,
    PADDY,
    PALLET,
    RICE,
    amount,
    event,
    milling,
    observation,
    packing,
)
from traceability.epcis.documents import Event, read
from traceability.epcis.trace import trace_back, trace_forward

HARVEST = event(observation(eventID="urn:x:harvest", action="ADD"))
MILLING = event(milling(eventID="urn:x:milling"))
PACKING = event(packing(eventID="urn:x:packing"))
BRAN_SALE = event(observation(eventID="urn:x:bran", action="DELETE", quantityList=[amount(BRAN, 95)]))
CHAIN = [PACKING, BRAN_SALE, MILLING, HARVEST]
TRACES = vectors.read("trace/expected.json") or {"cases": []}


def ids(events: list[Event]) -> list[str]:
    return [one.event_id for one in events]


@vectors.cases(TRACES["cases"])
def test_a_published_trace_back_finds_as_many_events(case: Any) -> None:
    found = read(vectors.read_bytes(f"trace/{case['file']}"))

    assert len(found.events) == 31
    assert len(trace_back(found.events, [case["start"]])) == case["expected_events"]
    assert len(trace_back(found.events, [case["start"].upper()])) == case["expected_events"]


def test_a_trace_back_ends_at_the_harvest() -> None:
    assert ids(trace_back(CHAIN, [PALLET])) == ["urn:x:packing", "urn:x:milling", "urn:x:harvest"]


def test_a_trace_forward_ends_at_the_pallet_and_the_sale_of_the_bran() -> None:
    assert ids(trace_forward(CHAIN, [PADDY])) == ["urn:x:packing", "urn:x:bran", "urn:x:milling", "urn:x:harvest"]
    assert ids(trace_forward(CHAIN, [RICE])) == ["urn:x:packing", "urn:x:milling"]


@pytest.mark.parametrize(
    "start", [PALLET, PALLET.upper(), "urn:epc:id:sscc:6901234.1000000012", "https://a.cn/sscc/169012340000000129"]
)
def test_an_item_is_found_under_any_of_its_names(start: str) -> None:
    start = start.replace("HTTPS://ID.GS1.ORG", "https://id.gs1.org")

    assert len(trace_back(CHAIN, [start])) == 3


def test_rework_that_leads_in_a_circle_ends() -> None:
    rework = event(milling(inputQuantityList=[amount(RICE, 10)], outputQuantityList=[amount(PADDY, 9)]))

    assert trace_back([MILLING, rework], [RICE]) == [MILLING, rework]
    assert trace_forward([MILLING, rework], [RICE]) == [MILLING, rework]


def test_an_event_that_was_given_twice_comes_once_and_its_error_declaration_too() -> None:
    declared = event(milling(eventID="urn:X:milling", errorDeclaration={"declarationTime": "2026-09-29T00:00:00Z"}))
    nameless = event(milling())

    found = trace_back([MILLING, declared, MILLING, nameless, nameless], [RICE])

    assert found == [MILLING, declared, nameless, nameless]


def test_an_unknown_item_has_no_past() -> None:
    assert trace_back(CHAIN, ["urn:x:unknown"]) == []
    assert trace_back([], [BAG]) == []
    assert trace_forward(CHAIN, []) == []


_steps = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12)


def processes(steps: list[tuple[int, int]]) -> list[Event]:
    return [
        event(
            milling(
                eventID=f"urn:x:{number}",
                inputQuantityList=[amount(f"urn:lot:{source}", 1)],
                outputQuantityList=[amount(f"urn:lot:{product}", 1)],
            )
        )
        for number, (source, product) in enumerate(steps)
    ]


@given(_steps, st.integers(0, 9))
def test_a_trace_back_finds_what_walking_edge_by_edge_finds(steps: list[tuple[int, int]], start: int) -> None:
    known = {start}
    for _ in steps:
        known |= {source for source, product in steps if {source, product} & known}

    found = trace_back(processes(steps), [f"urn:lot:{start}"])

    assert ids(found) == [f"urn:x:{number}" for number, step in enumerate(steps) if set(step) & known]


@given(_steps, st.integers(0, 9))
def test_a_trace_forward_follows_products_only(steps: list[tuple[int, int]], start: int) -> None:
    known = {start}
    for _ in steps:
        known |= {product for source, product in steps if source in known}

    found = trace_forward(processes(steps), [f"urn:lot:{start}"])

    assert ids(found) == [f"urn:x:{number}" for number, step in enumerate(steps) if set(step) & known]

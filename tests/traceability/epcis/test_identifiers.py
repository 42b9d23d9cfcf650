import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.epcis import vectors
from traceability.epcis.identifiers import (
    Kind,
    canonical,
    comparable,
    digital_link,
    gs1_key,
    gtin_and_lot,
    item_name,
    kind,
)

ENGINE = vectors.read("digital-link/syntax-engine-parse.json")
LIAONING = vectors.read("digital-link/reference-engine-liaoning.json") or {"cases": []}
LINKS = [case for case in LIAONING["cases"] if "uri" in case]
GTIN = "https://id.gs1.org/01/06901234000016"


@vectors.cases(vectors.read("digital-link/epc-normalise.json"))
def test_published_identifiers_come_to_their_canonical_form(case: Any) -> None:
    assert digital_link(case["input"]) == case["canonical"]


@vectors.cases([case for case in ENGINE if case["valid"] and "?" not in case["uri"]])
def test_links_that_the_reference_engine_reads_name_the_same_key(case: Any) -> None:
    key = gs1_key(case["uri"])

    assert key is not None
    first = case["elements_caret_as_FNC1"].removeprefix("^").split("^")[0]
    assert first.startswith(key.ai + key.value)
    assert case["elements_caret_as_FNC1"].endswith(key.qualifier_value)


# What it refuses for attributes behind the question mark names a key all the same; short names are ours to read.
@vectors.cases(
    [case for case in ENGINE if not case["valid"] and "?" not in case["uri"] and "/gtin/" not in case["uri"]]
)
def test_links_that_the_reference_engine_refuses_name_no_key(case: Any) -> None:
    assert gs1_key(case["uri"]) is None


@vectors.cases([case for case in LINKS if case["valid"] and "/22/" not in case["uri"]])
def test_links_of_liaoning_lose_their_attributes_only(case: Any) -> None:
    assert digital_link(case["uri"]) == case["canonical_uri"].partition("?")[0]


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://trace.example.cn/01/06901234000016/10/PJ240928A01?15=260101#top", f"{GTIN}/10/PJ240928A01"),
        ("https://trace.example.cn/01/06901234000016/10/HS-PN%2f2024", f"{GTIN}/10/HS-PN%2F2024"),
        ("http://trace.example.cn/rice/gtin/6901234000016/lot/A/ser/7", f"{GTIN}/21/7"),
        ("https://a.cn/01/06901234000016/22/V1", GTIN),
        ("https://a.cn/00/169012340000000129", "https://id.gs1.org/00/169012340000000129"),
        ("https://a.cn/8018/401234500000067657/8019/12", "https://id.gs1.org/8018/401234500000067657"),
        ("https://a.cn/01/x/01/06901234000016/10/A", f"{GTIN}/10/A"),
    ],
)
def test_a_link_on_any_domain_has_one_canonical_form(uri: str, expected: str) -> None:
    assert canonical(uri) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "uri",
    [
        "https://trace.example.cn/01/06901234000016/21/7/10/A",
        "https://trace.example.cn/01/06901234000016/10/",
        "https://trace.example.cn/01/06901234000016/",
        "https://trace.example.cn/01/06901234000016/10/A/",
        "https://trace.example.cn/414/6901234001006/10/LOT",
        "https://trace.example.cn/01/06901234000016/10/%E7%A8%BB",
        "https://trace.example.cn/01/06901234000016/10/" + "A" * 21,
        "https://trace.example.cn/plots/17",
        "urn:uuid:4898a223-216a-4f46-9e18-338ccf6fa3ba",
        "urn:gdst:example.org:product:lot:class:processor.2u.v1-0122-2022",
        f"{GTIN}/10/A?" + "x" * 400,
    ],
)
def test_any_other_uri_stays_as_it_is(uri: str) -> None:
    assert digital_link(uri) is None
    assert canonical(uri) == uri
    assert kind(uri) == Kind.OTHER


def test_identifiers_are_compared_without_regard_to_case() -> None:
    assert comparable("urn:GDST:Example.org:Lot:A1") == comparable("urn:gdst:example.org:lot:a1")
    assert comparable("urn:epc:class:lgtin:6901234.000001.a1") == comparable(f"{GTIN}/10/A1")


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        (f"{GTIN}/10/A", Kind.LOT),
        ("urn:epc:class:lgtin:6901234.000001.A", Kind.LOT),
        (f"{GTIN}/10/A/21/7", Kind.INSTANCE),
        ("urn:epc:id:sgtin:6901234.000001.7", Kind.INSTANCE),
        ("urn:epc:id:upui:1234567.098765.51q", Kind.INSTANCE),
        ("https://id.gs1.org/8006/040123451234560102/21/7", Kind.INSTANCE),
        ("urn:epc:id:sscc:6901234.1000000012", Kind.CONTAINER),
        ("https://id.gs1.org/414/6901234001006", Kind.PLACE),
        ("https://id.gs1.org/414/6901234001006/254/PLOT-0117", Kind.PLACE),
        (GTIN, Kind.CLASS),
        ("https://id.gs1.org/417/6901234002003", Kind.OTHER),
        ("https://id.gs1.org/8004/6901234DRYER7", Kind.OTHER),
    ],
)
def test_the_kind_of_a_thing_follows_from_its_key(uri: str, expected: Kind) -> None:
    assert kind(uri) == expected


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("urn:epc:class:lgtin:4012345.012345.Lot987", ("04012345123456", "Lot987")),
        (f"{GTIN}/10/HS%2F7", ("06901234000016", "HS/7")),
        (f"{GTIN}/21/7", ("06901234000016", "")),
        (GTIN, ("06901234000016", "")),
        ("urn:epc:id:sscc:6901234.1000000012", ("", "")),
        ("urn:uuid:1", ("", "")),
    ],
)
def test_gtin_and_lot_number_are_told(uri: str, expected: tuple[str, str]) -> None:
    assert gtin_and_lot(uri) == expected


CSET_82 = "!\"%&'()*+,-./:;<=>?_" + string.ascii_letters + string.digits


@given(st.text(CSET_82, min_size=1, max_size=20))
def test_a_lot_number_survives_being_linked(lot: str) -> None:
    key = gs1_key(f"{GTIN}/10/" + "".join(f"%{ord(one):02X}" for one in lot))

    assert key is not None
    assert gtin_and_lot(key.uri) == ("06901234000016", lot)
    assert canonical(key.uri) == key.uri


@given(st.text() | st.text("/01?#%2540623:a").map("https://a.cn/01/06901234000016/".__add__))
def test_any_text_has_one_canonical_form(text: str) -> None:
    once = canonical(text)

    assert canonical(once) == once


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("URN:EPC:class:lgtin:6901234.000001.A1", "https://id.gs1.org/01/06901234000016/10/A1"),
        ("HTTPS://mill.example.cn/01/6901234000016/10/A1", "https://id.gs1.org/01/06901234000016/10/A1"),
        ("Urn:UUID:6A2C", "urn:UUID:6A2C"),
        ("urn:x:A", "urn:x:A"),
    ],
)
def test_the_case_of_a_scheme_does_not_make_another_item(uri: str, name: str) -> None:
    assert item_name(uri) == name
    assert item_name(name) == name

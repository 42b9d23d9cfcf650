import pytest

from traceability.epcis.application_identifiers import find
from traceability.epcis.content_rules import has_characters, holds
from traceability.epcis.element_strings import ElementError, element


@pytest.mark.parametrize(
    ("rule", "right", "wrong"),
    [
        ("yymmd0", ["240229", "250200", "991231"], ["241301", "250230", "230229", "250432"]),
        ("yymmdd", ["240229", "000229"], ["250200", "241301"]),
        ("yyyymmdd", ["20240229", "20000229"], ["19000229", "20230229", "20240001"]),
        ("hhmi", ["0000", "2359"], ["2400", "1260"]),
        ("iso3166", ["156", "004"], ["000", "999"]),
        ("iso3166999", ["156", "999"], ["000"]),
        ("iso3166alpha2", ["CN"], ["XX", "cn"]),
        ("iso4217", ["156", "840"], ["000"]),
        ("iso5218", ["0", "1", "2", "9"], ["3"]),
        ("latitude", ["1800000000", "0000000000"], ["1800000001"]),
        ("longitude", ["3600000000"], ["3600000001"]),
        ("pcenc", ["A%20B", "AB"], ["A%2", "A%GG", "A%00"]),
        ("pieceoftotal", ["0102", "0202"], ["0002", "0302", "0100"]),
        ("posinseqslash", ["1/2", "2/2"], ["3/2", "0/2", "1-2"]),
        ("iban", ["GB82WEST12345698765432"], ["GB82WEST12345698765433", "XX82WEST1234", "1"]),
        ("winding", ["0", "1", "9"], ["2"]),
        ("nozeroprefix", ["0", "10"], ["01"]),
        ("hasnondigit", ["1A"], ["11"]),
        ("nonzero", ["010"], ["000"]),
        ("zero", ["0"], ["1"]),
        ("hyphen", ["-"], ["A"]),
        ("yesno", ["0", "1"], ["2"]),
        ("mediatype", ["01", "80"], ["11", "00"]),
        ("gcppos1", ["6901A"], ["690A1", "690"]),
        ("gcppos2", ["A6901"], ["6901"]),
        # The example of the General Specifications (3.9.5).
        ("csumalpha", ["1987654Ad4X4bL5ttr2310c2K"], ["1987654Ad4X4bL5ttr2310c2L", "2K"]),
        ("couponcode", ["anything"], []),
    ],
)
def test_rules(rule: str, right: list[str], wrong: list[str]) -> None:
    assert [text for text in right if not holds(rule, text)] == []
    assert [text for text in wrong if holds(rule, text)] == []


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("N", "0123", "٣"),
        ("X", "a/B_?", "#"),
        ("X", "A", "盘"),
        ("Y", "A#/-9", "a"),
        ("Z", "a-_9==", "a=b"),
        ("N", "1", ""),
    ],
)
def test_character_sets(kind: str, right: str, wrong: str) -> None:
    assert has_characters(right, kind)
    assert not has_characters(wrong, kind)


@pytest.mark.parametrize("text", ["156", "156004", "156004008"])
def test_repeated_parts_may_be_missing_from_the_end(text: str) -> None:
    assert element("423", text).value == text


def test_half_a_part_is_too_short() -> None:
    with pytest.raises(ElementError) as refused:
        element("423", "15600")

    assert refused.value.rule == "value_too_short"


def test_ranges_are_read_out() -> None:
    assert (find("3103"), find("3106")) != (None, None)
    assert find("3106") is None

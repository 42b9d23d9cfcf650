import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.epcis.digital_link import DigitalLinkError, Leniency, parse, write
from traceability.epcis.element_strings import Element, ElementError, bracketed, element
from traceability.epcis.keys import check_digit

GTIN = "06901234000016"
CSET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
CODES = st.text(CSET_82, min_size=1, max_size=20)


def gtins() -> st.SearchStrategy[str]:
    return st.from_regex(r"[0-9]{13}", fullmatch=True).map(lambda digits: digits + check_digit(digits))


@given(gtin=gtins(), lot=CODES, serial=CODES)
def test_what_is_written_reads_the_same(gtin: str, lot: str, serial: str) -> None:
    elements = [element("01", gtin), element("10", lot), element("21", serial)]

    assert parse(write(elements)) == elements


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for uri in (text, f"https://example.cn/01/{GTIN}/10/{text}", f"https://example.cn/01/{GTIN}?{text}"):
        try:
            assert parse(uri)[0].kind.is_known
        except ElementError:
            continue


@pytest.mark.parametrize(
    ("uri", "elements"),
    [
        (f"https://a/01/{GTIN}/22/2A/10/B/21/C", f"(01){GTIN}(22)2A(10)B(21)C"),
        (f"https://a/01/{GTIN}/235/T?10=B", f"(01){GTIN}(235)T(10)B"),
        ("https://a/417/6901234002003/7040/1ABC", "(417)6901234002003(7040)1ABC"),
        (f"https://a/00/faux/01/{GTIN}", f"(01){GTIN}"),
        (f"HTTPS://a:8443/stem/01/{GTIN}", f"(01){GTIN}"),
        (f"https://a/01/{GTIN}/10/A+B", f"(01){GTIN}(10)A+B"),
    ],
)
def test_links(uri: str, elements: str) -> None:
    assert bracketed(parse(uri)) == elements


@pytest.mark.parametrize(
    ("uri", "rule"),
    [
        ("ftp://a/01/06901234000016", "not_a_digital_link"),
        ("https:///01/06901234000016", "not_a_digital_link"),
        ("https://a/01/06901234000016/10/批次", "not_a_digital_link"),
        ("https://a/10/B/21/C", "no_key"),
        ("https://a/01/06901234000016/89/X", "no_key"),
        ("https://a/01/06901234000016/10/B/22/2A", "path_order"),
        ("https://a/01/06901234000017", "value_content"),
        ("https://a/01/6901234000016", "value_too_short"),
        ("https://a/01/06901234000016?10=A", "belongs_into_path"),
        ("https://a/01/06901234000016?21=A", "no_attribute"),
        ("https://a/01/06901234000016?999=A", "unknown_ai"),
        ("https://a/01/06901234000016/10/A?15=261001&15=261001", "element_twice"),
        ("https://a/01/06901234000016/10/A%20B", "value_characters"),
        ("https://a/01/06901234000016/10/" + "A" * 21, "value_too_long"),
    ],
)
def test_broken_links_say_what_is_wrong(uri: str, rule: str) -> None:
    with pytest.raises(ElementError) as refused:
        parse(uri)

    assert refused.value.rule == rule


def test_too_long_a_text_is_not_looked_at() -> None:
    with pytest.raises(DigitalLinkError):
        parse(f"https://a/{'x/' * 4000}01/{GTIN}")


LENIENT = Leniency.UNASSIGNED | Leniency.UNASSIGNED_ATTRIBUTES


def test_identifiers_that_are_not_assigned_yet_may_be_let_in() -> None:
    assert parse("https://a/00/006141411234567890?236=X", leniency=LENIENT)[1].value == "X"


@pytest.mark.parametrize("ai", ["2367", "80", "399"])
def test_they_must_be_as_long_as_their_first_digits_say(ai: str) -> None:
    with pytest.raises(ElementError):
        parse(f"https://a/00/006141411234567890?{ai}=X", leniency=LENIENT)


def test_attributes_of_fixed_length_come_first() -> None:
    elements = [element("01", GTIN), element("99", "X"), element("15", "261001")]

    assert write(elements) == f"https://id.gs1.org/01/{GTIN}?15=261001&99=X"


def test_the_fuller_path_is_chosen() -> None:
    elements = [element("01", GTIN), element("235", "T"), element("10", "B"), element("21", "C")]

    with pytest.raises(DigitalLinkError, match="235"):
        write(elements)


def test_a_stem_may_end_with_a_slash() -> None:
    assert write([element("01", GTIN)], stem="https://trace.example.cn/") == f"https://trace.example.cn/01/{GTIN}"


def test_without_a_key_there_is_no_link() -> None:
    with pytest.raises(DigitalLinkError):
        write([element("10", "A")])


def test_a_repeated_element_is_written_once() -> None:
    elements: list[Element] = [element("01", GTIN), element("15", "261001"), element("15", "261001")]

    assert write(elements) == f"https://id.gs1.org/01/{GTIN}?15=261001"

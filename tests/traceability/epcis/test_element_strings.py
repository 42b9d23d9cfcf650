import pytest

from traceability.epcis import element_strings
from traceability.epcis.element_strings import (
    ElementError,
    check_together,
    for_symbol,
    from_brackets,
    from_symbol,
)

GTIN = "(01)06901234000016"


def test_a_bracket_inside_a_value_stands_behind_a_backslash() -> None:
    found = from_brackets(rf"{GTIN}(10)A\(B)")

    assert found[1].value == "A(B)"
    assert element_strings.bracketed(found) == rf"{GTIN}(10)A\(B)"


def test_a_symbol_ends_what_has_no_fixed_length() -> None:
    found = from_brackets(f"{GTIN}(10)A(15)261001(21)7")

    assert for_symbol(found, fnc1="^") == "^010690123400001610A^15261001217"
    assert from_symbol("^010690123400001610A^15261001217", fnc1="^") == found


@pytest.mark.parametrize("text", ["", "01", "(01)", "(01", "()", f"{GTIN}x(10)", "(0100)1"])
def test_broken_brackets_are_refused(text: str) -> None:
    with pytest.raises(ElementError):
        from_brackets(text)


@pytest.mark.parametrize("text", ["0106901234000016", "^", "^8", "^0106901234000016^^", "^010690123400001"])
def test_broken_symbols_are_refused(text: str) -> None:
    with pytest.raises(ElementError):
        from_symbol(text, fnc1="^")


def test_too_many_elements_are_refused() -> None:
    with pytest.raises(ElementError):
        from_brackets("(99)A" * 65)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("(10)A", "partner_missing"),
        (f"{GTIN}(37)5", "values_exclude"),
        (f"{GTIN}(10)A(10)B", "two_values"),
        (f"{GTIN}(3103)005000(3102)000500", "values_exclude"),
        (f"{GTIN}(10)A(7004)5", None),
        (f"{GTIN}(7004)5", "partner_missing"),
        (f"{GTIN}(250)X", "partner_missing"),
        (f"{GTIN}(21)7(250)X", None),
        (f"{GTIN}(3922)0299", "partner_missing"),
        (f"{GTIN}(3922)0299(3103)000195", None),
        ("(00)169012340000000129(37)5(02)06901234000016", None),
    ],
)
def test_what_may_stand_side_by_side(text: str, rule: str | None) -> None:
    found = from_brackets(text)
    if rule is None:
        check_together(found)
        return
    with pytest.raises(ElementError) as refused:
        check_together(found)

    assert refused.value.rule == rule

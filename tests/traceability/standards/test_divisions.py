import pytest

from traceability.errors import DivisionError
from traceability.standards.divisions import check_village, place, places_of
from traceability.standards.files import rows


@pytest.mark.parametrize("code", ["211122105203", "210726101001", "110101001001"])
def test_a_village_is_taken(code: str) -> None:
    check_village(code)


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("", "division_format"),
        ("21112210520", "division_format"),
        ("2111221052033", "division_format"),
        ("21112210520x", "division_format"),
        ("２11122105203", "division_format"),
        ("211122105203\n", "division_format"),
        ("201122105203", "division_province"),
        ("211122105000", "division_not_a_village"),
        ("211122000203", "division_not_a_village"),
        ("210000000000", "division_not_a_village"),
    ],
)
def test_what_names_no_village_is_refused(code: str, rule: str) -> None:
    with pytest.raises(DivisionError) as caught:
        check_village(code, "/division_code")

    assert (caught.value.pointer, caught.value.rule) == ("/division_code", rule)


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("211122105203", "辽宁省盘锦市盘山县", "Panshan County, Panjin, Liaoning"),
        ("210726101001", "辽宁省锦州市黑山县", "Heishan County, Jinzhou, Liaoning"),
        ("211199105203", "辽宁省盘锦市", "Panjin, Liaoning"),
        ("110101001001", "北京市", "Beijing"),
        ("2111", "辽宁省盘锦市", "Panjin, Liaoning"),
        ("", "", ""),
    ],
)
def test_a_place_is_named_as_far_as_it_is_known(code: str, chinese: str, english: str) -> None:
    assert (place(code, "zh-hans"), place(code, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("code", "chinese"),
    [
        ("211103", "兴隆台区"),
        ("211104", "大洼区"),
        ("211122", "盘山县"),
        ("210726", "黑山县"),
        ("210281", "瓦房店市"),
        ("210681", "东港市"),
    ],
)
def test_the_counties_of_the_four_crops_are_known(code: str, chinese: str) -> None:
    assert places_of(code)[-1].chinese == chinese


def test_every_division_lies_in_one_that_is_known() -> None:
    codes = [row["code"] for row in rows("divisions.csv")]

    assert len(codes) == len(set(codes))
    assert all(len(code) == 2 or code[:-2] in codes for code in codes)

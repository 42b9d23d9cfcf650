import pytest

from traceability.standards.indications import claimed_in, indications
from traceability.standards.tables import EVIDENCE


def test_every_name_says_where_it_grows_and_how_surely_that_is_known() -> None:
    assert {one.name.chinese for one in indications()} == {"盘锦大米", "丹东草莓", "大连大樱桃", "黑山花生"}
    assert all(one.division.startswith("21") and one.evidence in EVIDENCE for one in indications())


@pytest.mark.parametrize(
    ("product", "crop", "name"),
    [
        ("盘锦大米 5 kg", "rice", "Panjin rice"),
        ("Panjin rice, 5 kg", "rice", "Panjin rice"),
        ("盘锦大米 5 kg", "peanut", None),
        ("盐丰47 大米", "rice", None),
        ("", "rice", None),
    ],
)
def test_only_a_products_own_name_claims(product: str, crop: str, name: str | None) -> None:
    found = claimed_in(product, crop=crop)

    assert (found.name.english if found else None) == name


@pytest.mark.parametrize(
    ("codes", "covered"),
    [(["211104105203"], True), (["211104105203", "210726100200"], False), ([], False)],
)
def test_a_name_covers_plots_of_its_place_alone(codes: list[str], covered: bool) -> None:  # noqa: FBT001
    found = claimed_in("盘锦大米", crop="rice")

    assert found
    assert found.covers(codes) is covered

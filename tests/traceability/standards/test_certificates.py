from datetime import date

import pytest

from traceability.standards.certificates import Need, need_of, promise_of, scopes

FIRST_DAY = date(2026, 2, 1)


@pytest.mark.parametrize(
    ("crop", "product_form", "need"),
    [
        ("strawberry", "fresh fruit", Need.REQUIRED),
        ("cherry", "fresh fruit", Need.REQUIRED),
        ("peanut", "kernels", Need.VOLUNTARY),
        ("peanut", "in shell", Need.VOLUNTARY),
        ("peanut", "peanut oil", Need.OUTSIDE),
        ("rice", "paddy", Need.OUTSIDE),
        ("rice", "milled rice", Need.OUTSIDE),
        ("", "", Need.OUTSIDE),
    ],
)
def test_fruit_needs_a_certificate_and_grain_has_none(crop: str, product_form: str, need: Need) -> None:
    assert need_of(crop=crop, product_form=product_form, on=FIRST_DAY) is need


def test_before_the_order_nothing_needed_one() -> None:
    assert need_of(crop="cherry", product_form="fresh fruit", on=date(2026, 1, 31)) is Need.VOLUNTARY


def test_the_promise_is_in_the_words_of_its_form() -> None:
    assert promise_of("producer").startswith("未使用禁用农药、兽药及其他化合物")
    assert promise_of("buyer").startswith("已按规定收取并保存")
    assert all(promise_of(form).endswith("对承诺的真实性负责") for form in ("producer", "buyer"))


def test_what_is_not_read_in_the_official_text_is_marked() -> None:
    assert {scope.evidence for scope in scopes().values()} == {"B"}

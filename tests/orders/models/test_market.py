"""How products, grades and regions are called."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import Membership
from orders.models import Grade, Node, Product
from tests.factories import market
from tests.factories.pages import client_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "names"),
    [("zh-hans", ["盘锦稻谷", "1 等", "沈阳"]), ("en", ["Panjin paddy", "Grade 1", "Shenyang"])],
)
def test_things_are_called_as_the_reader_speaks(language: str, names: list[str]) -> None:
    product = market.make_product()
    with translation.override(language):
        assert [str(product), str(market.grade(product)), str(market.node("沈阳"))] == names


@pytest.mark.parametrize(
    "thing", [Product(name="稻谷"), Grade(name="一等"), Node(name="盘锦")], ids=lambda one: one.name
)
def test_what_has_no_english_name_keeps_its_chinese_one(thing: Any) -> None:
    with translation.override("en"):
        assert str(thing) == thing.name


def test_a_page_names_a_product_in_the_language_of_its_address(processor: Membership) -> None:
    product = market.make_product()
    offer = market.make_offer(processor, product)
    pages = {
        language: client_of(processor)
        .get(f"{reverse('market:offer', args=[offer.pk])}?lang={language}")
        .content.decode()
        for language in ("zh-hans", "en")
    }

    assert ("盘锦稻谷 · 2 等" in pages["zh-hans"], "Panjin" in pages["zh-hans"]) == (True, False)
    assert ("Panjin paddy · Grade 2" in pages["en"], "盘锦稻谷" in pages["en"]) == (True, False)

import pytest

from accounts.cards import card_of, find_by_card
from accounts.models import Membership

pytestmark = pytest.mark.django_db


def test_a_card_names_its_party_wherever_in_the_text_it_stands(farmer: Membership) -> None:
    card = card_of(farmer.organisation)

    assert find_by_card(f"https://trace.example.cn/cards/{card}") == farmer.organisation


def test_what_was_not_signed_here_names_nobody(farmer: Membership) -> None:
    name = str(farmer.organisation.public_id)

    assert [find_by_card(text) for text in ("", name, f"{name}:{'A' * 43}")] == [None, None, None]

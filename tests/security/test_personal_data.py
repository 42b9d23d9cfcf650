"""No personal data in addresses."""

import re

import pytest

from accounts.models import Membership
from tests.factories.pages import client_of
from tests.security.strangers import routes

pytestmark = pytest.mark.django_db

# What a place in an address may be filled with: ids, codes of goods, names of kinds, signed tokens.
_HOLE = re.compile(r"<(?:\w+:)?(\w+)>")
_PERSONAL = re.compile(r"phone|mobile|person|id_?card|email|birth|contact|address|password|secret_?key")


def test_no_address_has_a_place_for_personal_data() -> None:
    holes = {(name, hole) for name, route in routes() for hole in _HOLE.findall(route)}

    assert len(holes) > 150
    assert {(name, hole) for name, hole in holes if _PERSONAL.search(hole)} == set()


@pytest.mark.parametrize(
    "url", ["/account/login/", "/account/signup/", "/account/login/code/", "/parties/me/password/"]
)
def test_forms_that_ask_for_numbers_or_passwords_post_them(farmer: Membership, url: str) -> None:
    page = client_of(farmer if "parties" in url else None).get(url).content.decode()

    forms = re.findall(r"<form[^>]*>", page)
    asks = [form for form in forms if 'action="/find/"' not in form and "set-language" not in form]
    assert asks
    assert all('method="post"' in form for form in asks if "get" not in form)
    assert not re.search(r'<form(?![^>]*method="post")[^>]*>(?:(?!</form>).)*type="(?:tel|password)"', page, re.DOTALL)

import json

import pytest
from django.test import Client

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from finance.models.traits import Trait
from finance.notice import fairness_notice
from tests.factories.pages import client_of, errors_of, send, shown
from tests.factories.parties import make_member, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]
_PAGE = "/credit/fairness/"


def test_a_farmer_says_it_and_deletes_it(farmer: Membership) -> None:
    client = client_of(farmer)
    assert "checked" not in client.get(_PAGE).content.decode()

    answer = send(client, _PAGE, sex="woman", age="from_60")

    made = Trait.objects.get()
    assert answer.url == _PAGE
    assert (made.sex, made.age, made.subject) == ("woman", "from_60", farmer.organisation)
    # In the language in which it was read.
    assert made.notice.startswith("Scores must not be worse for women")
    page = client.get(_PAGE)
    assert "60 or older" in page.content.decode()
    client.post(f"{_PAGE}erase/", shown(page.context["now"]))
    assert not Trait.objects.exists()


def test_one_of_the_two_may_stay_open_and_not_both(farmer: Membership) -> None:
    client = client_of(farmer)

    refused = send(client, _PAGE)
    assert errors_of(refused) == {"__all__": ["Choose at least one of the two"]}
    send(client, _PAGE, age="under_60")

    assert list(Trait.objects.values_list("sex", "age")) == [("", "under_60")]


def test_a_farms_file_holds_what_it_said(farmer: Membership) -> None:
    client = client_of(farmer)
    assert json.loads(client.get("/credit/export.json").content)["fairness"] is None

    send(client, _PAGE, sex="man")

    told = json.loads(client.get("/credit/export.json").content)["fairness"]
    assert (told["sex"], told["age"]) == ("man", "")
    assert told["notice"].count("\n") == fairness_notice().count("\n") == 3


@pytest.mark.parametrize("path", [_PAGE, f"{_PAGE}erase/"])
def test_nobody_else_comes_in(farmer: Membership, bank: Membership, path: str) -> None:
    recorder = Membership.objects.create(
        user=make_user("记账的人"), organisation=farmer.organisation, role=Role.RECORDER
    )
    strangers = (None, bank, recorder, make_member(OrganisationKind.COOPERATIVE))

    found = [client_of(one).post(path, {"sex": "woman"}).status_code for one in strangers]

    assert found == [302, 404, 403, 404]
    assert Client().post(path).headers["Location"].startswith("/account/login/")
    assert not Trait.objects.exists()

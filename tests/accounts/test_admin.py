import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.enums import KeyRole, OrganisationKind
from accounts.models import Membership, Organisation, User
from accounts.services.keys import RANDOM_BYTES, create_key
from tests.factories.parties import MORNING, make_party, make_user

MODELS = ("user", "organisation", "membership", "apikey")
pytestmark = pytest.mark.django_db


def staff(*permissions: str, superuser: bool = False) -> User:
    user = make_user("运营")
    user.is_staff, user.is_superuser = True, superuser
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


@pytest.fixture
def desk(english: Client) -> Client:
    """The administration as its highest user sees it."""
    english.force_login(staff(superuser=True))
    return english


def test_the_desk_asks_for_the_phone_log_in(english: Client) -> None:
    response = english.get("/admin/accounts/user/")

    assert response.headers["Location"] == "/admin/login/?next=/admin/accounts/user/"
    followed = english.get(response.headers["Location"])
    assert followed.headers["Location"].startswith("/account/login/?next=")


def test_the_desk_refuses_who_is_no_staff(farmers_page: Client) -> None:
    assert farmers_page.get("/admin/login/").status_code == 403
    assert farmers_page.get("/admin/accounts/user/").status_code == 302


@pytest.mark.parametrize("model", MODELS)
def test_the_desk_shows_and_neither_adds_nor_deletes(desk: Client, farmer: Membership, model: str) -> None:
    key, _ = create_key(by=farmer, name="地磅", role=KeyRole.VIEWER, random=bytes(RANDOM_BYTES), at=MORNING)
    rows = {"user": farmer.user, "organisation": farmer.organisation, "membership": farmer, "apikey": key}
    pk = rows[model].pk

    assert desk.get(f"/admin/accounts/{model}/", {"q": "王"}).status_code == 200
    assert desk.get(f"/admin/accounts/{model}/{pk}/change/").status_code == 200
    assert desk.get(f"/admin/accounts/{model}/add/").status_code == 403
    assert desk.post(f"/admin/accounts/{model}/{pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_desk_shows_no_secret(desk: Client, farmer: Membership) -> None:
    key, _ = create_key(by=farmer, name="地磅", role=KeyRole.VIEWER, random=bytes(RANDOM_BYTES), at=MORNING)

    pages = [
        desk.get(f"/admin/accounts/apikey/{key.pk}/change/").content.decode(),
        desk.get(f"/admin/accounts/user/{farmer.user.pk}/change/").content.decode(),
    ]

    assert key.prefix in pages[0]
    assert "secret" not in pages[0]
    assert "md5$" not in pages[1]


def test_the_desk_confirms_organisations(desk: Client) -> None:
    bank = make_party(OrganisationKind.BANK)
    Organisation.objects.update(confirmed_at=None)

    answers = [
        desk.post("/admin/accounts/organisation/", {"action": "confirm", "_selected_action": bank.pk}, follow=True)
        for _ in range(2)
    ]

    bank.refresh_from_db()
    assert bank.has_powers
    assert bank.confirmed_by is not None
    assert "This organisation is confirmed already." in answers[1].content.decode()


def test_confirming_takes_the_right_to_change(english: Client) -> None:
    bank = make_party(OrganisationKind.BANK)
    Organisation.objects.update(confirmed_at=None)
    english.force_login(staff("view_organisation"))

    english.post("/admin/accounts/organisation/", {"action": "confirm", "_selected_action": bank.pk})

    bank.refresh_from_db()
    assert bank.confirmed_at is None


def change(client: Client, user: User, **said: str) -> User:
    client.post(f"/admin/accounts/user/{user.pk}/change/", {"phone": "+8613900139000", "name": "x", **said})
    user.refresh_from_db()
    return user


def test_staff_close_accounts_and_give_nobody_power(english: Client) -> None:
    person, colleague = make_user("王"), staff()
    english.force_login(staff("view_user", "change_user"))

    closed = change(english, person, is_staff="on", is_superuser="on")
    untouched = change(english, colleague)

    assert (closed.is_active, closed.is_staff, closed.is_superuser, closed.name) == (False, False, False, "王")
    assert (untouched.is_active, untouched.is_staff) == (True, True)


def test_a_superuser_says_who_is_staff(desk: Client) -> None:
    person = make_user("王")

    changed = change(desk, person, is_active="on", is_staff="on", is_superuser="on")

    assert (changed.is_active, changed.is_staff, changed.is_superuser) == (True, True, False)


def with_app(user: User) -> User:
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    Authenticator.objects.create(user=user, type="recovery_codes", data={"seed": "x", "used_mask": 0})
    return user


def forget(client: Client, person: User) -> str:
    said = {"action": "forget_factors", "_selected_action": person.pk}
    return client.post("/admin/accounts/user/", said, follow=True).content.decode()


def test_staff_let_somebody_in_who_lost_everything(english: Client) -> None:
    english.force_login(staff("view_user", "change_user"))
    person, other = with_app(make_user("王秀兰")), with_app(make_user("李强"))

    forget(english, person)

    assert set(Authenticator.objects.values_list("user", flat=True)) == {other.pk}
    assert "王秀兰: nothing was set up." in forget(english, person)


def test_only_a_superuser_takes_away_what_protects_staff(english: Client) -> None:
    person = with_app(staff())
    english.force_login(staff("view_user", "change_user"))

    assert "only a superuser takes away what protects staff." in forget(english, person)
    assert Authenticator.objects.count() == 2
    english.force_login(staff(superuser=True))
    forget(english, person)

    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("model", ["mfa/authenticator", "usersessions/usersession"])
def test_the_desk_has_no_page_for_factors_and_log_ins_themselves(desk: Client, model: str) -> None:
    assert desk.get(f"/admin/{model}/").status_code == 404

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.backends import PhoneBackend
from accounts.enums import KeyRole, Provenance
from accounts.models import Membership
from accounts.queries.keys import key_from
from accounts.services.keys import RANDOM_BYTES, create_key
from tests.factories.parties import MORNING, make_member

PASSWORD = "password of a test"
pytestmark = pytest.mark.django_db


@pytest.fixture(params=[Provenance.GENERATED, Provenance.EXAMPLE])
def actor(request: pytest.FixtureRequest) -> Membership:
    """Somebody of the cast of a demonstration, who is staff as well."""
    member = make_member()
    member.organisation.provenance = request.param
    member.organisation.save()
    member.user.is_staff = member.user.is_superuser = True
    member.user.save()
    return member


def log_in(client: Client, member: Membership) -> str:
    """Log in by password, and tell where that leads."""
    member.user.set_password(PASSWORD)
    member.user.save()
    return client.post("/account/login/", {"login": member.user.phone, "password": PASSWORD}).headers["Location"]


def test_the_cast_logs_in_where_a_demonstration_is_on(client: Client, settings: Settings, actor: Membership) -> None:
    settings.DEMO = True

    assert log_in(client, actor) == "/"
    assert client.get("/admin/").status_code == 200


def test_the_cast_is_refused_elsewhere(client: Client, actor: Membership, farmer: Membership) -> None:
    assert log_in(client, actor) == "/account/inactive/"
    assert "_auth_user_id" not in client.session
    assert log_in(client, farmer) == "/"
    assert client.session["_auth_user_id"] == str(farmer.user.pk)


def test_a_session_that_began_another_way_ends_with_the_demonstration(
    client: Client, settings: Settings, actor: Membership
) -> None:
    settings.DEMO = True
    client.force_login(actor.user)
    assert client.get("/parties/").status_code == 200

    settings.DEMO = False

    assert client.get("/parties/").status_code == 302
    assert client.get("/admin/").status_code == 302


def test_one_part_in_a_demonstration_is_enough(settings: Settings, actor: Membership, farmer: Membership) -> None:
    Membership.objects.create(user=farmer.user, organisation=actor.organisation)

    assert PhoneBackend().user_can_authenticate(farmer.user) is False
    settings.DEMO = True
    assert PhoneBackend().user_can_authenticate(farmer.user) is True


def test_a_closed_account_is_refused_as_ever(farmer: Membership) -> None:
    farmer.user.is_active = False
    farmer.user.save()

    assert PhoneBackend().user_can_authenticate(farmer.user) is False
    assert PhoneBackend().get_user(farmer.user.pk) is None


def test_keys_of_made_up_parties_open_nothing_elsewhere(settings: Settings, actor: Membership) -> None:
    key, text = create_key(by=actor, name="地磅", role=KeyRole.RECORDER, random=bytes(RANDOM_BYTES), at=MORNING)

    assert key_from(text) is None
    settings.DEMO = True
    assert key_from(text) == key


def test_who_a_session_is_of_is_one_question(
    farmer: Membership, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert PhoneBackend().get_user(farmer.user.pk) == farmer.user

"""Every page of the app: who may and who may not, in both languages."""

import pytest
from django.test import Client

from accounts.enums import KeyRole, OrganisationKind, Role
from accounts.models import ApiKey, Invitation, Membership, Organisation
from accounts.services.invitations import invite
from accounts.services.keys import RANDOM_BYTES, create_key
from tests.factories.counting import statements
from tests.factories.parties import MORNING, make_party, make_user

PAGES = ("/parties/", "/parties/new/", "/parties/members/", "/parties/me/", "/parties/me/password/")
OWNERS_PAGES = ("/parties/members/invite/", "/parties/keys/new/", "/parties/prefixes/new/")
pytestmark = pytest.mark.django_db


def key_of(member: Membership) -> ApiKey:
    return create_key(by=member, name="地磅", role=KeyRole.RECORDER, random=bytes(RANDOM_BYTES), at=MORNING)[0]


def invitation_of(member: Membership, phone: str = "13900139000") -> Invitation:
    return invite(by=member, phone=phone, role=Role.VIEWER, at=MORNING)


@pytest.mark.parametrize("url", PAGES + OWNERS_PAGES)
def test_pages_open_for_an_owner_in_both_languages(farmers_page: Client, url: str) -> None:
    chinese, english = farmers_page.get(url, {"lang": "zh-hans"}), farmers_page.get(url, {"lang": "en"})

    assert [chinese.status_code, english.status_code] == [200, 200]
    assert '<html lang="zh-Hans">' in chinese.content.decode()
    assert "王家" in chinese.content.decode()
    assert '<html lang="en">' in english.content.decode()


@pytest.mark.parametrize("url", PAGES + OWNERS_PAGES)
def test_pages_ask_who_is_not_logged_in_to_log_in(english: Client, url: str) -> None:
    response = english.get(url)

    assert (response.status_code, response.headers["Location"]) == (302, f"/account/login/?next={url}")


@pytest.mark.parametrize("url", OWNERS_PAGES)
def test_owners_pages_refuse_a_viewer(viewers_page: Client, url: str) -> None:
    response = viewers_page.get(url)

    assert response.status_code == 403
    assert "You act for 王家 as Viewer." in response.content.decode()


def test_who_belongs_to_no_organisation_is_led_to_where_one_is_made(english: Client) -> None:
    english.force_login(make_user())

    assert english.get("/parties/members/").headers["Location"] == "/parties/"
    assert "You belong to no organisation yet." in english.get("/parties/").content.decode()


def test_registering_an_organisation_makes_one_act_for_it(farmers_page: Client, farmer: Membership) -> None:
    said = {
        "kind": "COOPERATIVE",
        "name": "大洼合作社",
        "credit_code": "91350100m000100y43",
        "division_code": "211104105203",
    }

    page = farmers_page.post("/parties/new/", said, follow=True).content.decode()

    assert "You act for 大洼合作社 now." in page
    assert Organisation.objects.get(name="大洼合作社").memberships.get().user == farmer.user


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"credit_code": "91350100M000100Y44"}, "This is no unified social credit code"),
        ({"division_code": "2111"}, "A division code has 12 digits"),
        ({"kind": "HOUSEHOLD"}, "Select a valid choice."),
        ({"name": ""}, "This field is required."),
        ({"credit_code": "91350100M000100Y43"}, "An organisation with this code is registered already."),
    ],
)
def test_registering_says_what_is_wrong(farmers_page: Client, said: dict[str, str], rule: str) -> None:
    make_party(OrganisationKind.PROCESSOR)
    Organisation.objects.filter(kind=OrganisationKind.PROCESSOR).update(credit_code="91350100M000100Y43")
    good = {"kind": "BANK", "name": "银行", "credit_code": "91110000600037341L", "division_code": "211104105203"}

    page = farmers_page.post("/parties/new/", {**good, **said}).content.decode()

    (field,) = said
    assert rule in page
    assert f'id="id_{field}_error"' in page
    assert not Organisation.objects.filter(kind=OrganisationKind.BANK).exists()


def test_a_bank_that_waits_is_told_so(farmers_page: Client) -> None:
    said = {"kind": "BANK", "name": "银行", "credit_code": "91110000600037341L", "division_code": "211104105203"}

    page = farmers_page.post("/parties/new/", said, follow=True).content.decode()

    assert "The operator of this platform has not confirmed this organisation yet." in page


def test_acting_for_another_of_ones_organisations(farmers_page: Client, farmer: Membership) -> None:
    second = Membership.objects.create(user=farmer.user, organisation=make_party(name="合作社"), role=Role.RECORDER)

    page = farmers_page.post(f"/parties/{second.organisation_id}/act/", follow=True).content.decode()

    assert "You act for 合作社 now." in page
    assert '<a class="party" href="/parties/">合作社</a>' in farmers_page.get("/parties/me/").content.decode()


def test_acting_for_anothers_organisation_finds_none(strangers_page: Client, farmer: Membership) -> None:
    response = strangers_page.post(f"/parties/{farmer.organisation_id}/act/")

    assert response.status_code == 404
    assert "王家" not in strangers_page.get("/parties/").content.decode()


def test_inviting_and_joining(farmers_page: Client, strangers_page: Client, stranger: Membership) -> None:
    farmers_page.post("/parties/members/invite/", {"phone": stranger.user.phone, "role": "RECORDER"})
    invitation = Invitation.objects.get()
    assert "You are invited" in strangers_page.get("/parties/").content.decode()

    page = strangers_page.post(f"/parties/invitations/{invitation.pk}/accept/", follow=True).content.decode()

    assert "You act for 王家 now." in page
    assert Membership.objects.get(user=stranger.user, organisation__name="王家").role == Role.RECORDER


def test_inviting_a_member_again_says_so(farmers_page: Client, viewer: Membership) -> None:
    page = farmers_page.post("/parties/members/invite/", {"phone": viewer.user.phone, "role": "OWNER"}).content.decode()

    assert "is a member already, or is invited." in page
    assert 'id="id_phone_error"' in page


def test_inviting_reads_alike_whether_the_number_has_an_account(farmers_page: Client, stranger: Membership) -> None:
    answers = [
        farmers_page.post("/parties/members/invite/", {"phone": phone, "role": "VIEWER"}).headers["Location"]
        for phone in (stranger.user.phone, "13900139000")
    ]

    assert answers == ["/parties/members/"] * 2


def test_declining_an_invitation(farmer: Membership, strangers_page: Client, stranger: Membership) -> None:
    invitation = invitation_of(farmer, stranger.user.phone)

    strangers_page.post(f"/parties/invitations/{invitation.pk}/decline/")

    assert not Invitation.objects.exists()
    assert Membership.objects.filter(organisation=farmer.organisation).count() == 1


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_anothers_invitation_is_not_there(farmer: Membership, strangers_page: Client, answer: str) -> None:
    invitation = invitation_of(farmer)

    assert strangers_page.post(f"/parties/invitations/{invitation.pk}/{answer}/").status_code == 404
    assert list(Invitation.objects.all()) == [invitation]


def test_withdrawing_an_invitation(farmers_page: Client, farmer: Membership) -> None:
    invitation = invitation_of(farmer)

    farmers_page.post(f"/parties/invitations/{invitation.pk}/withdraw/")

    assert not Invitation.objects.exists()


def test_changing_a_role(farmers_page: Client, viewer: Membership) -> None:
    farmers_page.post(f"/parties/members/{viewer.pk}/role/", {"role": "OWNER"})

    viewer.refresh_from_db()
    assert viewer.role == Role.OWNER


def test_changing_a_role_to_nonsense_changes_nothing(farmers_page: Client, viewer: Membership) -> None:
    farmers_page.post(f"/parties/members/{viewer.pk}/role/", {"role": "KING"})

    viewer.refresh_from_db()
    assert viewer.role == Role.VIEWER


def test_the_last_owner_is_told_to_stay(farmers_page: Client, farmer: Membership) -> None:
    page = farmers_page.post(f"/parties/members/{farmer.pk}/remove/", follow=True).content.decode()

    assert "An organisation keeps at least one owner." in page
    assert Membership.objects.filter(pk=farmer.pk).exists()


def test_leaving_an_organisation(viewers_page: Client, viewer: Membership) -> None:
    response = viewers_page.post(f"/parties/members/{viewer.pk}/remove/")

    assert response.headers["Location"] == "/parties/"
    assert not Membership.objects.filter(pk=viewer.pk).exists()


def test_members_page_shows_numbers_to_owners_only(
    farmers_page: Client, viewers_page: Client, viewer: Membership, farmer: Membership
) -> None:
    viewers_page.cookies.clear()
    viewers_page.force_login(viewer.user)
    shown = farmers_page.get("/parties/members/").content.decode()
    hidden = viewers_page.get("/parties/members/").content.decode()
    number = farmer.user.phone[3:]
    grouped = f"{number[:3]} {number[3:7]} {number[7:]}"

    assert grouped in shown
    assert grouped not in hidden
    assert "/remove/" in hidden
    assert "/role/" not in hidden


@pytest.mark.parametrize(
    "url",
    [
        "/parties/invitations/{invitation}/withdraw/",
        "/parties/members/{member}/role/",
        "/parties/members/{member}/remove/",
        "/parties/keys/{key}/revoke/",
    ],
)
def test_what_is_anothers_is_not_there(
    farmer: Membership, strangers_page: Client, viewers_page: Client, url: str
) -> None:
    key, invitation = key_of(farmer), invitation_of(farmer)
    address = url.format(invitation=invitation.pk, member=farmer.pk, key=key.pk)

    assert strangers_page.post(address, {"role": "VIEWER"}).status_code == 404
    # A viewer may see it, and may not change it; the last owner stays whoever asks.
    assert viewers_page.post(address, {"role": "VIEWER"}).status_code in {302, 403}

    key.refresh_from_db()
    farmer.refresh_from_db()
    assert (key.revoked_at, farmer.role) == (None, Role.OWNER)
    assert list(Invitation.objects.all()) == [invitation]


@pytest.mark.parametrize(
    "url",
    [
        "/parties/1/act/",
        "/parties/invitations/1/accept/",
        "/parties/invitations/1/decline/",
        "/parties/invitations/1/withdraw/",
        "/parties/members/1/role/",
        "/parties/members/1/remove/",
        "/parties/keys/1/revoke/",
    ],
)
def test_changes_take_a_post_and_a_token(farmer: Membership, url: str) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    strict.force_login(farmer.user)

    assert strict.get(url).status_code == 405
    refused = strict.post(url)

    assert refused.status_code == 403
    assert "This form is too old" in refused.content.decode()


def test_a_key_is_shown_once(farmers_page: Client, farmer: Membership) -> None:
    response = farmers_page.post("/parties/keys/new/", {"name": "地磅", "role": "RECORDER"})

    key = ApiKey.objects.get()
    page = response.content.decode()
    assert f"sy_{key.prefix}_" in page
    assert response.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    secret = page.split(f"sy_{key.prefix}_")[1][:64]
    later = farmers_page.get("/parties/members/").content.decode()
    assert f"sy_{key.prefix}_…" in later
    assert secret not in later


def test_revoking_a_key(farmers_page: Client, farmer: Membership) -> None:
    key = key_of(farmer)

    farmers_page.post(f"/parties/keys/{key.pk}/revoke/")
    page = farmers_page.post(f"/parties/keys/{key.pk}/revoke/", follow=True).content.decode()

    key.refresh_from_db()
    assert key.revoked_at is not None
    assert "This key is revoked already." in page


def test_changing_ones_name(farmers_page: Client, farmer: Membership) -> None:
    farmers_page.post("/parties/me/", {"name": "王二"})

    farmer.user.refresh_from_db()
    assert farmer.user.name == "王二"


def test_members_page_asks_the_database_as_often_for_three_as_for_one(farmers_page: Client, farmer: Membership) -> None:
    asked = []
    for number in range(3):
        Membership.objects.create(user=make_user(), organisation=farmer.organisation)
        invitation_of(farmer, f"1390013900{number}")
        create_key(by=farmer, name="x", role=KeyRole.VIEWER, random=bytes([number] * RANDOM_BYTES), at=MORNING)
        asked.append(statements(farmers_page, "/parties/members/"))

    assert asked[0] == asked[2]


def test_an_owner_claims_a_prefix_and_sees_that_it_waits(farmers_page: Client, farmer: Membership) -> None:
    farmers_page.post("/parties/prefixes/new/", {"company_prefix": "690 1234"})

    shown = farmers_page.get("/parties/members/").content.decode()
    assert [one.prefix for one in farmer.organisation.company_prefixes.all()] == ["6901234"]
    assert "waits for the operator&#x27;s confirmation" in shown or "waits for the operator's confirmation" in shown


def test_a_prefix_that_is_none_is_told_beside_the_field(farmers_page: Client, farmer: Membership) -> None:
    answer = farmers_page.post("/parties/prefixes/new/", {"company_prefix": "9520001"})

    assert "952 is for demonstrations" in answer.content.decode()
    assert not farmer.organisation.company_prefixes.exists()


def test_one_number_is_invited_three_times_a_day_whatever_is_withdrawn(farmers_page: Client) -> None:
    answers = []
    for _ in range(4):
        answer = farmers_page.post("/parties/members/invite/", {"phone": "13900139009", "role": "RECORDER"})
        answers.append(answer.status_code)
        Invitation.objects.all().delete()

    assert answers == [302, 302, 302, 429]

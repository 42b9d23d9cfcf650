import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import Membership, User
from accounts.web.devices import device_name
from tests.accounts.web.test_entrance import PASSWORD, is_logged_in, log_in, make_person

pytestmark = pytest.mark.django_db

URL = "/parties/me/sessions/"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; PEGM00) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 "
    "Mobile Safari/537.36 MicroMessenger/8.0.50"
)
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"


def browser(agent: str, address: str) -> Client:
    client = Client(headers={"User-Agent": agent, "Accept-Language": "en"}, REMOTE_ADDR=address)
    log_in(client)
    return client


def press(client: Client, url: str) -> None:
    """Press a button that asks for the password first."""
    location = client.post(url).headers["Location"]
    assert location.startswith("/account/reauthenticate/?next=")
    client.post(location, {"password": PASSWORD})


def number_of(address: str) -> int:
    return int(UserSession.objects.get(ip=address).pk)


def test_everybody_sees_where_they_are_logged_in() -> None:
    make_person()
    desk, _phone = browser(DESK, "10.0.0.2"), browser(PHONE, "10.0.0.3")

    page = desk.get(URL).content.decode()

    assert page.index("<b>WeChat · Android</b>") < page.index("<b>Chrome · Windows</b>")
    assert page.count("this device") == 1
    assert "10.0.0.3" in page


def test_one_log_in_is_ended_after_the_password() -> None:
    make_person()
    desk, phone, third = (browser(DESK, f"10.0.0.{last}") for last in (2, 3, 4))

    desk.post(f"{URL}{number_of('10.0.0.3')}/end/")
    assert is_logged_in(phone)
    press(desk, f"{URL}{number_of('10.0.0.3')}/end/")

    assert [is_logged_in(one) for one in (desk, phone, third)] == [True, False, True]


def test_all_others_are_ended_at_once() -> None:
    make_person()
    desk, phone, third = (browser(DESK, f"10.0.0.{last}") for last in (2, 3, 4))

    press(desk, f"{URL}end/")

    assert [is_logged_in(one) for one in (desk, phone, third)] == [True, False, False]
    assert UserSession.objects.count() == Session.objects.count() == 1


def test_nobody_ends_anothers_log_in(stranger: Membership) -> None:
    make_person()
    desk = browser(DESK, "10.0.0.2")
    User.objects.filter(pk=stranger.user_id).update(password=User.objects.get(phone="+8613800138000").password)
    other = Client(REMOTE_ADDR="10.0.0.9")
    log_in(other, phone=stranger.user.phone)

    press(other, f"{URL}{number_of('10.0.0.2')}/end/")

    assert is_logged_in(desk)


def test_a_new_password_leaves_this_log_in_alone_on_the_list() -> None:
    make_person()
    desk, _phone = browser(DESK, "10.0.0.2"), browser(PHONE, "10.0.0.3")

    desk.post("/parties/me/password/", {"old": PASSWORD, "new": "another four words"})
    page = desk.get(URL).content.decode()

    assert page.count("<b>Chrome · Windows</b>") == page.count("this device") == 1
    assert "WeChat" not in page


def test_who_logs_out_is_on_the_list_no_more() -> None:
    make_person()
    desk, phone = browser(DESK, "10.0.0.2"), browser(PHONE, "10.0.0.3")

    phone.post("/account/logout/")

    assert "WeChat" not in desk.get(URL).content.decode()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "WeChat · Android"),
        (DESK, "Chrome · Windows"),
        (f"{DESK} Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114 Safari/537.36", "Chrome · HarmonyOS"),
        ("curl/8.0", "未知设备"),
    ],
)
def test_a_browser_is_named_so_that_its_owner_knows_it(agent: str, name: str) -> None:
    assert device_name(agent) == name

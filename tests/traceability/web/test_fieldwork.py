"""The pages around the farmer's app, and who may open them."""

import json
import re

import pytest
from django.urls import reverse

from accounts.enums import OrganisationKind
from accounts.models import Helper, Membership
from accounts.queries.stand_ins import helpers_of
from accounts.services.stand_ins import allow_party
from tests.factories import farm
from tests.factories.pages import client_of, errors_of, send
from tests.factories.parties import make_member
from traceability.web.fieldwork import shell
from traceability.web.fieldwork.urls import urlpatterns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]

HOME, STAND_INS = "/fields/", "/fields/stand-ins/"
OPEN = {"shell", "worker", "manifest"}


@pytest.fixture
def helper(farmer: Membership) -> Helper:
    technician = make_member(OrganisationKind.COOPERATIVE, name="合作社")
    return allow_party(party=technician.organisation, by=farmer, at=farm.NOW)


def addresses(helper: Helper) -> dict[str, str]:
    args = {"revoke": [helper.pk]}
    return {one.name or "": reverse(f"fields:{one.name}", args=args.get(one.name or "")) for one in urlpatterns}


def test_nobody_sees_but_what_is_the_same_for_everybody(helper: Helper) -> None:
    found = {name: client_of(None).get(url).status_code for name, url in addresses(helper).items()}

    assert {name for name, status in found.items() if status == 200} == OPEN
    assert {status for name, status in found.items() if name not in OPEN} == {302}


def test_what_phones_keep_names_nobody(farmer: Membership) -> None:
    plot = farm.make_plot(farmer, name="东大方")

    own = client_of(farmer).get("/fields/").content.decode()
    kept = [client_of(member).get("/fields/shell/").content.decode() for member in (farmer, None)]

    assert str(plot.pk) in own
    assert kept[0] == kept[1]
    assert not any(word in kept[0] for word in ("东大方", "王家", str(plot.pk), "csrf"))


def test_a_plot_of_another_is_not_among_the_plain_links(farmer: Membership, stranger: Membership) -> None:
    season = farm.make_season(farmer)

    assert str(season.pk) not in client_of(stranger).get(HOME).content.decode()


def test_the_worker_names_every_file_of_the_app() -> None:
    answer = client_of(None).get("/fields/sw.js")

    text = answer.content.decode()
    files = json.loads(re.findall(r"const FILES = (\[.*\]);", text)[0])
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert files == ["/fields/shell/", *shell.urls()]
    assert f"fields-{shell.version()}" in text


def test_every_module_that_the_app_imports_is_kept_on_the_phone() -> None:
    kept = {name.rpartition("/")[2] for name in shell.FILES}
    sources = [shell.source(name) for name in shell.FILES if name.endswith(".js")]

    named = {name for text in sources for name in re.findall(r'^import .*? from ".*?([\w]+\.js)";', text, re.MULTILINE)}

    assert named
    assert named <= kept


def test_the_manifest_opens_the_app() -> None:
    found = client_of(None).get("/fields/manifest.webmanifest").json()

    assert (found["start_url"], found["scope"], found["display"]) == (HOME, HOME, "standalone")


def test_an_owner_allows_a_cooperative_and_takes_it_back(farmer: Membership) -> None:
    cooperative = make_member(OrganisationKind.COOPERATIVE, name="合作社").organisation
    client = client_of(farmer)

    answer = send(client, STAND_INS, party=cooperative.pk)

    assert answer.status_code == 302
    (made,) = helpers_of(farmer.organisation)
    assert made.party == cooperative
    assert "合作社" in client.get(STAND_INS).content.decode()
    assert client.post(f"/fields/stand-ins/{made.pk}/revoke/").status_code == 302
    assert list(helpers_of(farmer.organisation)) == []


def test_an_owner_allows_a_person_by_number(farmer: Membership) -> None:
    assert send(client_of(farmer), STAND_INS, phone="138 0013 8000").status_code == 302

    assert [one.phone for one in helpers_of(farmer.organisation)] == ["+8613800138000"]


@pytest.mark.parametrize("typed", [{}, {"phone": "12"}])
def test_what_names_nobody_is_said_on_the_page(farmer: Membership, typed: dict[str, str]) -> None:
    page = send(client_of(farmer), STAND_INS, **typed)

    assert page.status_code == 200
    assert errors_of(page)["__all__"]
    assert list(helpers_of(farmer.organisation)) == []


def test_a_stranger_takes_back_nothing_and_a_viewer_allows_nobody(
    helper: Helper, stranger: Membership, viewer: Membership
) -> None:
    url = f"/fields/stand-ins/{helper.pk}/revoke/"

    assert client_of(stranger).post(url).status_code == 404
    assert client_of(viewer).post(url).status_code == 403
    assert client_of(viewer).get(STAND_INS).status_code == 403
    helper.refresh_from_db()
    assert helper.revoked_at is None

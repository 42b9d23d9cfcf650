"""The frame of every page, the start pages, and what they weigh."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.test import Client
from pytest_django import Settings

import config
from accounts.enums import OrganisationKind, Provenance
from accounts.models import Membership
from accounts.navigation import Entry, Group
from config import navigation
from tests.factories import farm
from tests.factories.parties import make_member

STYLES = Path(config.__file__).parent / "static" / "config"
pytestmark = pytest.mark.django_db


@pytest.fixture
def english() -> Client:
    return Client(headers={"Accept-Language": "en"})


def test_strangers_learn_what_it_is_and_can_check_a_product(english: Client) -> None:
    page = english.get("/").content.decode()

    assert "<h1>From plot to plate, and nobody can change it unnoticed</h1>" in page
    assert 'action="/find/"' in page
    assert '<nav class="menu"' not in page


def test_members_see_their_work(english: Client, farmer: Membership) -> None:
    english.force_login(farmer.user)

    page = english.get("/").content.decode()

    assert "<h1>王家</h1>" in page
    assert '<nav class="menu" id="menu" aria-label="Menu">' in page
    assert "Members and keys" in page


@pytest.mark.parametrize(("demo", "shown"), [(True, True), (False, False)])
def test_a_demonstration_says_so_on_every_page(english: Client, settings: Settings, demo: bool, shown: bool) -> None:  # noqa: FBT001
    settings.DEMO = demo

    pages = [english.get(url).content.decode() for url in ("/", "/find/", "/account/login/", "/nothing/")]

    assert ["people, firms and records here are generated" in page for page in pages] == [shown] * 4


def test_generated_data_is_labelled(english: Client, settings: Settings, farmer: Membership) -> None:
    settings.DEMO = True
    farmer.organisation.provenance = Provenance.GENERATED
    farmer.organisation.save()
    english.force_login(farmer.user)

    page = english.get("/").content.decode()

    assert '<span class="badge badge--straw">Generated data</span>' in page


def test_names_are_escaped(english: Client) -> None:
    member = make_member(name="<script>alert(1)</script>")
    english.force_login(member.user)

    pages = [english.get(url).content.decode() for url in ("/", "/parties/", "/parties/members/")]

    assert all("<script>alert" not in page and "&lt;script&gt;alert" in page for page in pages)


@pytest.mark.parametrize("url", ["/", "/find/?code=x", "/account/login/", "/account/signup/", "/nothing/"])
def test_pages_run_and_style_nothing_inline(english: Client, url: str) -> None:
    response = english.get(url)
    page = response.content.decode()

    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert re.findall(r"<style|\sstyle=|<script(?! type=\"module\" src=)|\son\w+=|javascript:", page) == []


@pytest.mark.parametrize("url", ["/", "/find/", "/account/login/", "/parties/", "/parties/members/", "/nothing/"])
def test_pages_have_the_landmarks_that_screen_readers_need(english: Client, farmer: Membership, url: str) -> None:
    english.force_login(farmer.user)

    page = english.get(url, follow=True).content.decode()

    assert len(re.findall(r"<h1", page)) == 1
    assert '<a class="skip" href="#main">' in page
    assert '<main id="main"' in page
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))


def test_the_styles_that_every_page_loads_weigh_little() -> None:
    weight = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in STYLES.glob("*.css")}

    # The consumer's page has 15 KB in all before the first read; the frame takes a third at most.
    assert weight["tokens.css"] + weight["page.css"] + weight["parts.css"] <= 5_000
    assert sum(weight.values()) <= 8_000


def test_colours_have_names() -> None:
    bare = {
        path.name: re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", path.read_text())
        for path in STYLES.glob("*.css")
        if path.name != "tokens.css"
    }

    assert {name: found for name, found in bare.items() if found} == {}


def test_finding_nothing_says_so(english: Client) -> None:
    page = english.get("/find/", {"code": "<PJ>"}).content.decode()

    assert "No lot with the number &lt;PJ&gt; is registered here." in page


@pytest.mark.parametrize(
    "typed", ["PJ260928A01", " PJ260928A01 ", "https://id.example/01/6901234567892/10/PJ260928A01?x=1"]
)
def test_finding_one_lot_leads_to_its_page(english: Client, farmer: Membership, typed: str) -> None:
    lot = farm.make_lot(farmer)
    type(lot).objects.update(gtin="06901234567892", code="PJ260928A01")

    response = english.get("/find/", {"code": typed})

    assert (response.status_code, response.headers["Location"]) == (302, "/01/06901234567892/10/PJ260928A01")


def test_finding_several_lots_lists_them(english: Client, farmer: Membership) -> None:
    season = farm.make_season(farmer)
    lots = [farm.make_lot(farmer, season), farm.make_lot(farmer, season)]
    for number, lot in enumerate(lots):
        type(lot).objects.filter(pk=lot.pk).update(gtin=f"0690123456789{number}", code="PJ1/a")

    page = english.get("/find/", {"code": "PJ1/a"}).content.decode()

    assert "/01/06901234567890/10/PJ1%2Fa" in page
    assert "/01/06901234567891/10/PJ1%2Fa" in page


def test_entries_are_for_the_kinds_that_they_name(farmer: Membership, laboratory: Membership) -> None:
    everybody = Entry(label="x", route="home", place=1)
    laboratories = Entry(label="x", route="home", place=1, kinds=frozenset({OrganisationKind.LABORATORY}))

    assert [everybody.is_for(farmer), everybody.is_for(laboratory)] == [True, True]
    assert [laboratories.is_for(farmer), laboratories.is_for(laboratory)] == [False, True]
    laboratory.organisation.confirmed_at = None
    assert [everybody.is_for(laboratory), laboratories.is_for(laboratory)] == [True, False]


def _three(_membership: Membership) -> QuerySet[ContentType]:
    return ContentType.objects.filter(app_label="accounts", model__in=["user", "organisation", "membership"])


def test_navigation_counts_and_marks_where_one_is(
    english: Client, farmer: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = Entry(label="Intake", route="find", place=1, waits=_three)
    parties = Entry(label="Parties", route="accounts:parties", place=2, group=Group.SETTINGS)
    members = Entry(label="Members", route="accounts:members", place=3, group=Group.SETTINGS)
    monkeypatch.setattr(navigation, "entries", lambda: (waiting, parties, members))
    english.force_login(farmer.user)

    menu = navigation.navigation(english.get("/parties/members/invite/").wsgi_request)

    assert [[(link.label, link.count, link.current) for link in part.links] for part in menu.sections] == [
        [("Intake", 3, False)],
        [("Parties", 0, False), ("Members", 0, True)],
    ]
    assert [link.label for link in menu.waiting] == ["Intake"]


def test_the_start_page_begins_with_what_waits(
    english: Client, farmer: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = Entry(label="Plots", route="accounts:parties", place=1)
    waiting = Entry(label="Sell ahead", route="find", place=2, group=Group.MARKET, waits=_three)
    monkeypatch.setattr(navigation, "entries", lambda: (quiet, waiting))
    english.force_login(farmer.user)

    main = english.get("/").content.decode().partition('<main id="main"')[2]

    headings = re.findall(r"<h2>(.+?)</h2>", main)
    assert headings == ["Waits for you", "Daily work", "Buying and selling"]
    assert main.index("Sell ahead") < main.index("Plots")


def test_navigation_collects_what_every_app_offers_in_order() -> None:
    order = [(list(Group).index(entry.group), entry.place) for entry in navigation.entries()]

    assert order == sorted(order)
    assert {"accounts:members", "accounts:parties", "accounts:me"} <= {entry.route for entry in navigation.entries()}


def test_without_the_cache_pages_are_served_and_nobody_can_guess_passwords(english: Client, settings: Settings) -> None:
    closed = {"BACKEND": "accounts.counting_cache.CountingCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": closed}

    refused = english.post("/account/login/", {"login": "13800138000", "password": "a guess"})

    assert english.get("/").status_code == 200
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert "Out of service for a moment" in refused.content.decode()


@pytest.mark.django_db
def test_what_no_lot_can_bear_finds_nothing(english: Client) -> None:
    assert english.get("/find/", {"code": "A\0"}).status_code == 200

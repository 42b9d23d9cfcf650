import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Membership
from tests.factories import farm, stories
from tests.factories.codes import make_bagged_lot, make_bags
from tests.factories.epcis import send
from tests.factories.log import publish
from tests.traceability.epcis.samples import packing
from traceability.models import Lot
from traceability.web.resolver import guessing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]

GTIN = stories.GTIN
LOT = f"/01/{GTIN}/10/{stories.CODE}"
PRODUCT = f"/01/{GTIN}"
VOC = "https://gs1.org/voc/"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def nobody_guessed_before() -> None:
    cache.clear()


@pytest.fixture
def told() -> stories.Story:
    story = stories.rice()
    publish()
    return story


def linkset(client: Client, address: str, **headers: str) -> list[dict[str, Any]]:
    response = client.get(address, headers=headers)
    assert (response.status_code, response["Content-Type"]) == (200, "application/linkset+json")
    found: list[dict[str, Any]] = response.json()["linkset"]
    return found


@pytest.mark.parametrize("link_type", ["all", "linkset"])
def test_all_links_are_a_linkset(client: Client, told: stories.Story, link_type: str) -> None:
    lot, item = linkset(client, f"{LOT}?linkType={link_type}")

    assert (lot["anchor"], item["anchor"]) == (f"http://testserver{LOT}", f"http://testserver{PRODUCT}")
    assert lot[f"{VOC}defaultLink"] == [
        {"href": f"http://testserver{LOT}?lang=zh-hans", "title": "盐丰47 粳米 5 kg PJ261005A01"}
    ]
    assert [(one["hreflang"], one["type"]) for one in lot[f"{VOC}pip"]] == [
        (["zh"], "text/html"),
        (["en"], "text/html"),
    ]
    assert lot[f"{VOC}traceability"][-1]["href"] == f"http://testserver/trace/{told.bag.pk}/bundle"
    assert f"{VOC}recallStatus" in lot


def test_every_link_has_a_target_and_a_title(client: Client, told: stories.Story) -> None:
    for entry in linkset(client, f"{LOT}?linkType=all"):
        targets = [one for name, links in entry.items() if name != "anchor" for one in links]
        assert targets
        assert all(one["href"].startswith("http://testserver/") and one["title"] for one in targets)


def test_a_linkset_comes_by_its_media_type_too(client: Client, told: stories.Story) -> None:
    assert linkset(client, LOT, Accept="application/linkset+json") == linkset(client, f"{LOT}?linkType=all")


def test_only_what_was_tested_has_a_link_to_tests(client: Client, farmer: Membership, laboratory: Membership) -> None:
    lot = make_bagged_lot(farmer)
    address = f"/01/{lot.gtin}/10/{lot.code}?linkType=all"
    assert f"{VOC}certificationInfo" not in linkset(client, address)[0]

    farm.report(farm.make_sample(lot, by=farmer, laboratory=laboratory), by=laboratory)

    assert f"{VOC}certificationInfo" in linkset(client, address)[0]


def test_a_step_too_many_is_refused(client: Client, told: stories.Story) -> None:
    assert client.get(f"{LOT}/foo", RAW_URI=f"{LOT}/foo").status_code == 400


@pytest.mark.parametrize(
    "name", ["gs1:traceability", "https://gs1.org/voc/traceability", "https://ref.gs1.org/voc/traceability"]
)
@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("zh-CN", "zh-hans")])
def test_a_link_type_leads_to_its_link(
    client: Client, told: stories.Story, name: str, language: str, lang: str
) -> None:
    response = client.get(LOT, {"linkType": name, "ref": "card"}, headers={"Accept-Language": language})

    assert response.status_code == 307
    assert response["Location"] == f"{LOT}?lang={lang}&ref=card"
    assert client.get(response["Location"]).status_code == 200


def test_the_form_that_is_asked_for_counts(client: Client, told: stories.Story) -> None:
    response = client.get(f"{LOT}?linkType=gs1:traceability", headers={"Accept": "application/json"})

    assert response["Location"] == f"/trace/{told.bag.pk}/bundle"


@pytest.mark.parametrize("name", ["gs1:recipeInfo", "schema:url", "nonsense"])
def test_a_link_type_that_there_is_not_is_not_found(client: Client, told: stories.Story, name: str) -> None:
    assert client.get(LOT, {"linkType": name}).status_code == 404


@pytest.mark.parametrize("address", [LOT, PRODUCT])
def test_who_takes_anything_is_led_to_the_default_link(client: Client, told: stories.Story, address: str) -> None:
    listed = linkset(client, f"{address}?linkType=all")[0][f"{VOC}defaultLink"][0]["href"]

    response = client.get(address, {"ref": "bag"}, headers={"Accept": "*/*", "Accept-Language": "zh-CN"})

    assert response.status_code == 307
    assert response["Location"] == f"{address}?lang=zh-hans&ref=bag"
    assert listed == f"http://testserver{address}?lang=zh-hans"
    assert "Accept" in response["Vary"]
    assert client.get(response["Location"], headers={"Accept": "*/*"}).status_code == 200


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "text/html"])
def test_a_browser_has_the_page_in_one_answer(client: Client, told: stories.Story, accept: str) -> None:
    assert client.get(LOT, headers={"Accept": accept}).status_code == 200


def test_the_default_link_leads_to_the_page(client: Client, told: stories.Story) -> None:
    response = client.get(f"{LOT}?linkType=gs1:defaultLink", headers={"Accept-Language": "en"})

    assert (response.status_code, response["Location"]) == (307, f"{LOT}?lang=en")


def test_head_has_the_headers_and_no_body(client: Client, told: stories.Story) -> None:
    response = client.head(LOT)

    assert (response.status_code, response.content) == (200, b"")
    assert client.head(f"{LOT}?linkType=gs1:pip").status_code == 307


def test_the_page_says_where_its_links_are(client: Client, told: stories.Story) -> None:
    links = client.get(LOT)["Link"]

    assert f'<http://testserver{LOT}?linkType=linkset>; rel="linkset"; type="application/linkset+json"' in links
    assert f'<https://id.gs1.org{LOT}>; rel="owl:sameAs"' in links


@pytest.mark.parametrize(
    "address", [LOT, f"{LOT}?linkType=all", "/01/1/10/A", "/01/06901234000016/10/NOPE", "/.well-known/gs1resolver"]
)
def test_scripts_of_other_sites_may_read_every_answer(client: Client, told: stories.Story, address: str) -> None:
    assert client.get(address)["Access-Control-Allow-Origin"] == "*"


def test_browsers_may_ask_first(client: Client) -> None:
    response = client.options(LOT)

    assert (response.status_code, response["Allow"]) == (204, "GET, HEAD, OPTIONS")


def test_nothing_can_be_sent_here(client: Client) -> None:
    assert client.post(LOT).status_code == 405


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        (f"/gtin/{GTIN}/lot/{stories.CODE}", LOT),
        (f"/01/{GTIN[1:]}/10/{stories.CODE}?15=271001&lang=en", f"{LOT}?15=271001&lang=en"),
        (f"/gtin/{GTIN[1:]}", PRODUCT),
        (f"{LOT}/", LOT),
    ],
)
def test_other_forms_lead_to_the_one(client: Client, told: stories.Story, address: str, leads_to: str) -> None:
    response = client.get(address)

    assert (response.status_code, response["Location"]) == (301, leads_to)


def test_needless_escapes_lead_to_the_one_form(client: Client, told: stories.Story) -> None:
    response = client.get(LOT, RAW_URI=f"{LOT[:-1]}%31")

    assert (response.status_code, response["Location"]) == (301, LOT)
    assert client.get(LOT, RAW_URI=LOT).status_code == 200


def test_a_lot_number_with_a_slash_is_found_escaped_or_not(client: Client, farmer: Membership) -> None:
    farm.make_lot(farmer, gtin=GTIN, code="HS-PN/2024-07")
    publish()
    path = f"/01/{GTIN}/10/HS-PN%2F2024-07"

    assert client.get(path).status_code == 200
    assert client.get(path, RAW_URI=path).status_code == 200
    # Where the server tells how it was sent, the standard's word counts: that is no pair of number and value.
    assert client.get(path, RAW_URI=f"/01/{GTIN}/10/HS-PN/2024-07").status_code == 400


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/01/06901234567893", "cannot be right"),
        (f"/01/{GTIN}/10/A/22/B", "wrong order"),
        (f"{LOT}?10=A", "stands there twice"),
        (f"{PRODUCT}?10=A", "belongs into the path"),
        (f"{LOT}?15=261301", "cannot be right"),
        ("/414/6901234001005", "cannot be right"),
        ("/8003/nope", "too short"),
        ("/99/abc", "no key of GS1"),
    ],
)
def test_what_breaks_the_rules_is_refused_with_the_reason(
    client: Client, told: stories.Story, address: str, says: str
) -> None:
    response = client.get(address, headers=ENGLISH)

    assert response.status_code == 400
    assert says in response.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        f"/01/{GTIN}/21/NOPE",
        f"{LOT}/21/NOPE",
        "/01/06901234000016",
        "/417/6901234002003",
        "/414/6901234001006/254/PLOT-0117",
        "/00/169012340000000129",
    ],
)
def test_what_nobody_recorded_is_not_found(client: Client, told: stories.Story, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_variant_of_a_product_has_the_lots_page(client: Client, told: stories.Story) -> None:
    response = client.get(f"/01/{GTIN}/22/2A/10/{stories.CODE}")

    assert (response.status_code, response["Location"]) == (307, LOT)


def test_a_product_asks_for_the_lot(client: Client, told: stories.Story) -> None:
    page = client.get(PRODUCT, headers=ENGLISH).content.decode()

    assert "盐丰47 粳米 5 kg" in page
    assert "盘锦米业" in page
    # How much somebody makes is nobody's business.
    assert stories.CODE not in page
    assert [entry["anchor"] for entry in linkset(client, f"{PRODUCT}?linkType=all")] == [f"http://testserver{PRODUCT}"]


def test_a_pallet_leads_to_its_page(client: Client, processor: Membership) -> None:
    send(processor, packing(eventID="urn:x:packing"))
    box = Lot.objects.get(epc__startswith="https://id.gs1.org/00/")

    response = client.get(box.epc.removeprefix("https://id.gs1.org"))

    assert (response.status_code, response["Location"]) == (307, f"/trace/{box.pk}")


def test_the_resolver_describes_itself(client: Client) -> None:
    found = json.loads(client.get("/.well-known/gs1resolver").content)

    assert found["resolverRoot"] == "http://testserver"
    assert {"00", "01", "414", "417"} <= set(found["supportedPrimaryKeys"])
    assert re.search("compressed", found["notSupported"][0])


def test_a_bag_shows_its_lot(client: Client, told: stories.Story) -> None:
    bag = make_bags(told.bag, by=told.mill, count=1)[0]

    for address in (f"/01/{GTIN}/21/{bag.serial}", f"{LOT}/21/{bag.serial}"):
        response = client.get(address, headers=ENGLISH)
        assert response.status_code == 200
        assert stories.CODE in response.content.decode()
        assert response["Cache-Control"] == "private, no-store"


def test_a_bag_of_another_lot_is_not_found(client: Client, told: stories.Story) -> None:
    bag = make_bags(told.bag, by=told.mill, count=1)[0]

    assert client.get(f"/01/{GTIN}/10/OTHER/21/{bag.serial}").status_code == 404


def test_who_guesses_is_stopped_and_what_is_known_is_shown_all_the_same(
    client: Client, told: stories.Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "MOST_WRONG", 3)
    guesses = [client.get(f"/01/{GTIN}/21/GUESS{number}").status_code for number in range(5)]

    assert guesses == [404, 404, 404, 429, 429]
    assert client.get(LOT).status_code == 200
    assert client.get(f"/01/{GTIN}/21/GUESS", REMOTE_ADDR="192.0.2.7").status_code == 404


def test_broken_codes_count_as_guesses_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "MOST_WRONG", 1)

    assert [client.get("/01/1").status_code for _ in range(2)] == [400, 429]


def test_the_address_of_who_guesses_is_not_kept(client: Client) -> None:
    client.get("/01/1", REMOTE_ADDR="192.0.2.99")

    keys = cache._cache.get_client().keys("*")  # type: ignore[attr-defined]
    assert keys
    assert not any(b"192.0.2.99" in key for key in keys)

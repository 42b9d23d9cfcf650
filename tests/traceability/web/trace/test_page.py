"""What stands on the page beside the steps: warnings, photos, facts, the card that chats show."""

import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from PIL import Image

from accounts.models import Membership
from tests.factories import farm, fruit, stories
from tests.factories.log import publish
from tests.factories.parties import make_member
from tests.traceability.services.test_growth import jpeg
from tests.traceability.services.test_recalls import opened
from tests.traceability.web.trace.test_views import ADDRESS, text_of
from traceability.models import Lot
from traceability.services.growth import Operation, log_growth
from traceability.services.lots import LotFacts
from traceability.services.processes import Input, Process, complete_process
from traceability.web.trace.addresses import address_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


@pytest.fixture
def told() -> stories.Story:
    story = stories.rice()
    publish()
    return story


def photograph(story: stories.Story, **private: object) -> None:
    operation = Operation(name="photographed", photos=[jpeg()], private=private)
    made = farm.entry(farm.SPRING + timedelta(days=60))
    log_growth(season=story.season, entry=made, operation=operation, membership=story.farmer, at=farm.NOW)


def photos_on(client: Client, address: str = ADDRESS) -> list[str]:
    return re.findall(r'src="(/trace/photos/[^"]+)"', client.get(address).content.decode())


def pack(told: stories.Story, name: str) -> Lot:
    facts = LotFacts(
        kg=Decimal(14900), product_form="milled rice", product_name=name, gtin=stories.GTIN, code="PJ261006C01"
    )
    process = Process(name="packing", inputs=[Input(lot=told.bag, kg=Decimal(14900))], outputs=[facts])
    made = farm.entry(farm.AUTUMN.replace(month=10, day=9))
    return complete_process(entry=made, process=process, membership=told.mill, at=farm.NOW)[0]


def test_a_held_lot_says_so_before_all_else(client: Client, told: stories.Story) -> None:
    farm.hold(told.bag, by=told.mill)

    page = client.get(f"{ADDRESS}?lang=en").content.decode()

    assert page.index("This lot is held back") < page.index("<header")
    assert "Reason: suspicion" in page


def test_a_lot_that_was_released_is_no_longer_held(client: Client, told: stories.Story) -> None:
    farm.release(farm.hold(told.bag, by=told.mill), by=told.mill)

    assert 'class="banner"' not in client.get(ADDRESS).content.decode()


def test_a_held_source_is_named(client: Client, told: stories.Story, regulator: Membership) -> None:
    farm.hold(told.harvest, by=regulator)

    page = client.get(f"{ADDRESS}?lang=en").content.decode()

    assert f"What it was made of is held back</strong> 稻谷 {told.harvest.code}<" in page


def test_a_recall_stands_above_all_else_of_the_lot_and_of_what_was_made_of_it(
    client: Client, told: stories.Story, regulator: Membership
) -> None:
    opened(told.harvest, by=regulator)

    made = client.get(f"{ADDRESS}?lang=en").content.decode()
    source = client.get(f"{address_of(told.harvest)}?lang=en").content.decode()

    assert made.index("Recalled, for what went into it: do not eat it") < made.index("<header")
    assert "Contaminant above its limit. Called back on Nov 22, 2026 (level 1)." in made
    assert "Recalled: do not eat it" in source
    assert "held back</strong>" not in made


def test_a_drill_frightens_nobody(client: Client, told: stories.Story, regulator: Membership) -> None:
    opened(told.harvest, by=regulator, drill=True)

    assert 'class="banner"' not in client.get(ADDRESS).content.decode()


def test_a_photo_of_the_field_heads_the_page(client: Client, told: stories.Story) -> None:
    photograph(told, caption="稻田")

    (url,) = photos_on(client)
    answer = client.get(url)

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.cookies == {}
    with Image.open(io.BytesIO(answer.content)) as image:
        assert (image.format, image.size) == ("JPEG", (64, 48))
    assert "稻田" not in client.get(ADDRESS).content.decode()


def test_a_photo_beside_a_private_remark_is_not_served(client: Client, told: stories.Story) -> None:
    photograph(told)
    (url,) = photos_on(client)
    photograph(told, note="只给自己看")
    private = re.sub(r"photos/[0-9a-f-]+/", f"photos/{farm.say(told.season.entity).id}/", url)

    assert photos_on(client) == [url]
    assert private != url
    assert client.get(private).status_code == 404


@pytest.mark.parametrize("change", [("-720", "-4000"), ("-720", "-1"), ("photos/", "photos/0")])
def test_photos_come_in_two_sizes_and_from_real_records(
    client: Client, told: stories.Story, change: tuple[str, str]
) -> None:
    photograph(told)
    (url,) = photos_on(client)

    assert client.get(url.replace(*change)).status_code == 404


def test_chats_are_told_title_sentence_and_picture(client: Client, told: stories.Story) -> None:
    photograph(told)
    publish()

    page = client.get(f"{ADDRESS}?lang=en").content.decode()

    assert '<meta property="og:title" content="盐丰47 粳米 5 kg">' in page
    assert '<meta property="og:url" content="http://testserver' + ADDRESS in page
    assert f'<meta property="og:image" content="http://testserver{photos_on(client)[0]}">' in page
    assert (
        'og:description" content="Lot PJ261005A01 · Dawa District, Panjin · made on Oct 9, 2026 · '
        '16 records to check yourself."' in page
    )


def test_without_a_photo_chats_get_the_mark(client: Client, told: stories.Story) -> None:
    assert (
        'og:image" content="http://testserver/static/traceability/trace/share.png"'
        in client.get(ADDRESS).content.decode()
    )


def test_records_are_counted_by_who_vouches(client: Client, told: stories.Story) -> None:
    stories.signed_photo(told.season, told.farmer)
    publish()

    text = text_of(client, ADDRESS, "en")

    assert "signed on a phone: 1 record laboratory: 1 record entered by log-in: 15 records" in text


@pytest.mark.parametrize(("name", "claims"), [("盘锦大米 5 kg", True), ("盐丰47 粳米", False)])
def test_a_protected_name_is_called_a_claim(client: Client, told: stories.Story, name: str, claims: bool) -> None:  # noqa: FBT001
    text = text_of(client, address_of(pack(told, name)), "en")

    said = "Geographical indication Panjin rice the maker&#x27;s claim; all plots lie in that place"
    assert (said in text) is claims
    assert ("Geographical indication" in text) is claims


def test_a_claim_that_the_records_do_not_bear_out_gets_no_mark(client: Client, farmer: Membership) -> None:
    lot = fruit.make_fruit(farmer)

    page = client.get(f"{address_of(lot)}?lang=en").content.decode()

    assert "mark-of-place" not in page
    assert "the records do not show that it grew there" in page


def test_a_lot_that_is_named_by_its_number_names_it_once(client: Client) -> None:
    made = farm.make_lot(make_member(), kg="10")
    Lot.objects.filter(pk=made.pk).update(crop="", product_form="", product_name="", code="A-7")

    page = client.get(f"/trace/{made.pk}?lang=en").content.decode()

    heading = re.search(r"<h1>(.*?)</h1>\s*<p class=\"under parts\"><span>(.*?)</span>", page)
    assert heading
    assert heading[1] == "Lot A-7"
    assert "A-7" not in heading[2]

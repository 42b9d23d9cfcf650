"""Who may open which page of the recall, and what stands there."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from tests.factories import farm, stories
from tests.factories.pages import client_of, errors_of, send, shown
from tests.factories.parties import make_member, make_user
from traceability.models import AlertRoute, Hold, Lot, Notice, Recall, RecallAnswer
from traceability.services import recalls
from traceability.services.lots import hand_over
from traceability.services.recalls import Order
from traceability.sheets import harmless
from traceability.web.authority.urls import urlpatterns

pytestmark = pytest.mark.django_db
# Pages of no thing in particular.
KG = Decimal
OWN = {"desk", "route"}
POSTED = {"hold", "level", "widen"}


@dataclass(frozen=True)
class World:
    told: stories.Story
    recall: Recall
    addresses: Mapping[str, str]


@dataclass(frozen=True)
class Chain:
    told: stories.Story
    packed: Lot
    last: Lot
    trader: Membership


@pytest.fixture
def world(regulator: Membership) -> World:
    told = stories.rice()
    order = Order(level="1", reason="contaminant")
    recall = recalls.open_recall(
        lot=told.harvest, order=order, entry=farm.entry(farm.NOW), membership=regulator, at=farm.NOW
    )
    return World(told, recall, {str(one.name): address(str(one.name), told.bag, recall) for one in urlpatterns})


def address(name: str, lot: Lot, recall: Recall) -> str:
    about_lot, about_recall = {"lot", "hold", "begin", "drill"}, {"recall", "level", "widen", "answer", "close"}
    args = [lot.pk] if name in about_lot else [recall.pk] if name in about_recall | {"spreadsheet"} else []
    return reverse(f"authority:{name}", args=args)


def statuses(member: Membership | None, world: World) -> dict[str, int]:
    client = client_of(member)
    methods = {name: client.post if name in POSTED else client.get for name in world.addresses}
    return {name: methods[name](url).status_code for name, url in world.addresses.items()}


def test_to_a_stranger_nothing_of_anothers_is_there(stranger: Membership, world: World) -> None:
    assert statuses(stranger, world) == {name: 200 if name in OWN else 404 for name in world.addresses}


def test_a_stranger_posts_to_nothing_of_anothers(stranger: Membership, world: World) -> None:
    before = farm.footprint()
    client = client_of(stranger)

    found = {name: client.post(url).status_code for name, url in world.addresses.items()}

    assert {name for name, status in found.items() if status < 400} == {"route"}
    assert farm.footprint() == before


def test_nobody_is_asked_to_log_in(world: World) -> None:
    assert set(statuses(None, world).values()) == {302}


def test_a_laboratory_has_no_such_pages(world: World) -> None:
    assert set(statuses(world.told.laboratory, world).values()) == {404}


def test_a_regulator_that_is_not_confirmed_sees_nothing(regulator: Membership, world: World) -> None:
    regulator.organisation.confirmed_at = None
    regulator.organisation.save()

    assert set(statuses(regulator, world).values()) == {404}


def test_a_regulator_opens_all_but_the_holders_answer(regulator: Membership, world: World) -> None:
    found = statuses(regulator, world)

    assert found == {name: 302 if name in POSTED else 404 if name == "answer" else 200 for name in world.addresses}


def test_a_holder_answers_and_runs_nothing(world: World) -> None:
    found = statuses(world.told.mill, world)

    assert {name for name, status in found.items() if status == 404} == {"close", "spreadsheet", "level", "widen"}
    assert found["answer"] == 200


def test_a_viewer_changes_nothing(world: World) -> None:
    viewer = Membership.objects.create(
        user=make_user("看客"), organisation=world.told.mill.organisation, role=Role.VIEWER
    )
    found = statuses(viewer, world)

    assert {name for name, status in found.items() if status == 200} == {"desk", "lot", "recall"}
    assert {found[name] for name in ("begin", "drill", "answer", "close", "hold", "level", "widen", "route")} == {403}


def test_a_code_leads_to_its_lot(regulator: Membership, world: World) -> None:
    client = client_of(regulator)

    answer = client.get(reverse("authority:desk"), {"code": f"https://x.cn/01/{stories.GTIN}/10/{stories.CODE}"})

    assert answer["Location"] == reverse("authority:lot", args=[world.told.bag.pk])


def test_the_tree_shows_both_ways_with_kilograms(regulator: Membership, world: World) -> None:
    page = client_of(regulator).get(reverse("authority:lot", args=[world.told.bag.pk]))

    text = page.content.decode()
    assert world.told.harvest.code in text
    assert "14,900" in text
    assert "盘锦米业" in text


def given(lot: Lot, *, by: Membership, to: Membership) -> Lot:
    return hand_over(lot=lot, to=to.organisation, entry=farm.entry(farm.NOW), membership=by, at=farm.NOW)


@pytest.fixture
def sold() -> Chain:
    """Sell the rice on: a trader packs it, and a shop packs it again."""
    told = stories.rice()
    trader = make_member(OrganisationKind.PROCESSOR, name="中间商行")
    shop = make_member(OrganisationKind.PROCESSOR, name="远方商店")
    packed = stories.pack_rice(given(told.bag, by=told.mill, to=trader), by=trader, kg=KG(777))
    last = stories.pack_rice(given(packed, by=trader, to=shop), by=shop, kg=KG(555), code="PJ261007C01")
    return Chain(told, packed, last, trader)


def test_a_party_sees_one_step_of_others_lots_and_counts_the_rest(sold: Chain, regulator: Membership) -> None:
    url = reverse("authority:lot", args=[sold.told.harvest.pk])

    own = client_of(sold.told.mill).get(url)
    far = client_of(sold.told.farmer).get(url).content.decode()
    all_of_it = client_of(regulator).get(url).content.decode()

    assert own.context["hidden"] == 1
    assert sold.packed.code in own.content.decode()
    for secret in ("远方商店", "中间商行", sold.last.code, sold.packed.code, ">777<", ">555<"):
        assert (secret in far, secret in all_of_it) == (False, True)
    assert sold.last.code not in own.content.decode()
    # Whom its customer sells to is the customer's secret.
    assert "远方商店" not in own.content.decode()


def test_a_drill_of_a_party_shows_no_strangers_stock(sold: Chain, regulator: Membership) -> None:
    client = client_of(sold.told.mill)
    drill = recalls.open_recall(
        lot=sold.told.bag,
        order=Order(level="3", reason="exercise", drill=True),
        entry=farm.entry(farm.NOW),
        membership=sold.told.mill,
        at=farm.NOW,
    )

    page = client.get(reverse("authority:recall", args=[drill.pk]))
    sheets = [one.get(reverse("authority:spreadsheet", args=[drill.pk])) for one in (client, client_of(regulator))]

    assert sold.last.code not in page.content.decode()
    assert ">555<" not in page.content.decode()
    assert page.context["hidden"] == 1
    mine, theirs = (load_workbook(io.BytesIO(one.content)).worksheets[0]["A"] for one in sheets)
    assert [cell.value for cell in mine[1:]] == [sold.packed.code]
    assert [cell.value for cell in theirs[1:]] == [sold.packed.code, sold.last.code]


def test_a_recall_is_opened_from_its_form_and_pressed_twice_is_one(regulator: Membership) -> None:
    told = stories.rice()
    client = client_of(regulator)
    url = reverse("authority:begin", args=[told.bag.pk])
    page = client.get(url)
    typed = {**shown(page.context["form"]), "level": "2", "reason": "labelling"}

    answers = [client.post(url, typed) for _ in range(2)]

    (recall,) = Recall.objects.all()
    assert {answer["Location"] for answer in answers} == {reverse("authority:recall", args=[recall.pk])}
    assert Lot.objects.get(pk=told.bag.pk).held


def test_a_drill_runs_from_form_to_report(world: World) -> None:
    client = client_of(world.told.mill)

    begun = send(client, reverse("authority:drill", args=[world.told.bag.pk]), level="3", reason="exercise")
    closed = send(client, f"{begun['Location']}close/", note="练习")

    drill = Recall.objects.get(drill=True)
    assert closed["Location"] == begun["Location"] == reverse("authority:recall", args=[drill.pk])
    assert (drill.minutes, drill.accounted_percent, drill.lots_count) == (0, Decimal(100), 1)
    assert client.get(begun["Location"]).status_code == 200


def test_a_holder_answers_on_the_page_and_is_asked_again_where_it_cannot_be(world: World) -> None:
    client = client_of(world.told.mill)
    url = reverse("authority:answer", args=[world.recall.pk])

    wrong = send(client, url, found_kg="10", blocked_kg="11", destroyed_kg="0")
    right = send(client, url, found_kg="14900", blocked_kg="14900", destroyed_kg="0")

    assert errors_of(wrong) == {"blocked_kg": ["Is more than was found"]}
    assert right.status_code == 302
    assert RecallAnswer.objects.get().found_kg == Decimal(14900)


def test_reading_the_recall_takes_the_count_from_the_menu(world: World) -> None:
    client = client_of(world.told.mill)
    before = client.get("/").content.decode()

    client.get(reverse("authority:recall", args=[world.recall.pk]))

    assert Notice.objects.get().read_at is not None
    assert before != client.get("/").content.decode()


def test_only_a_regulator_reads_phone_numbers(regulator: Membership, world: World) -> None:
    phone = world.told.mill.user.phone
    own = recalls.open_recall(
        lot=world.told.bag,
        order=Order(level="3", reason="labelling"),
        entry=farm.entry(farm.NOW),
        membership=world.told.mill,
        at=farm.NOW,
    )

    for member, recall, sees in ((regulator, world.recall, True), (world.told.mill, own, False)):
        page = client_of(member).get(reverse("authority:recall", args=[recall.pk]))
        assert (f"tel:{phone}" in page.content.decode()) is sees


def test_the_spreadsheet_lists_lots_and_holders(regulator: Membership, world: World) -> None:
    Lot.objects.filter(pk=world.told.bag.pk).update(product_name="=HYPERLINK(1)")
    answer = client_of(regulator).get(world.addresses["spreadsheet"])

    book = load_workbook(io.BytesIO(answer.content))
    lots, holders = book.worksheets
    assert [lots["A2"].value, lots["B2"].value, lots["J2"].value] == [stories.CODE, "'=HYPERLINK(1)", 14900]
    assert [holders["A2"].value, holders["G2"].value] == [
        "盘锦米业",
        f"{world.told.mill.user.name} {world.told.mill.user.phone}",
    ]
    assert lots.auto_filter.ref == "A1:K2"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_a_lot_is_held_from_its_page(regulator: Membership) -> None:
    bag = stories.rice().bag
    client = client_of(regulator)
    page = client.get(reverse("authority:lot", args=[bag.pk]))

    client.post(reverse("authority:hold", args=[bag.pk]), shown(page.context["hold_form"]))

    assert Hold.objects.get().reason == "suspicion"


def test_an_owner_says_where_to_tell_of_recalls(processor: Membership) -> None:
    client = client_of(processor)
    url = reverse("authority:route")

    inside = send(client, url, webhook_url="https://10.0.0.1/hook")
    outside = send(client, url, email="a@example.cn", webhook_url="https://hooks.example.cn/r")

    assert list(errors_of(inside)) == ["webhook_url"]
    assert outside.status_code == 302
    assert AlertRoute.objects.get().webhook_url == "https://hooks.example.cn/r"

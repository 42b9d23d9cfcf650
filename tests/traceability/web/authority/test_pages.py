"""Who may open which page of the recall, and what stands there."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from accounts.models import Membership
from tests.factories import farm, stories
from tests.factories.pages import client_of, errors_of, send, shown
from tests.factories.parties import make_user
from traceability.models import AlertRoute, Hold, Lot, Notice, Recall, RecallAnswer
from traceability.services import recalls
from traceability.services.recalls import Order
from traceability.web.authority.sheet import harmless
from traceability.web.authority.urls import urlpatterns

pytestmark = pytest.mark.django_db
# Pages of no thing in particular.
OWN = {"desk", "route"}
POSTED = {"hold", "level", "widen"}


@dataclass(frozen=True)
class World:
    told: stories.Story
    recall: Recall
    addresses: Mapping[str, str]


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

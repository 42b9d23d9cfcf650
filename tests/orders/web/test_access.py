"""Who may open which page of the market: its owner, the other side, a stranger, the operator, nobody."""

from collections.abc import Iterator, Mapping

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Membership
from orders.models import Allocation, PlantingPlan
from orders.web.urls import urlpatterns
from tests.factories import farm, market
from tests.factories.pages import client_of
from traceability.models import EntityHead

pytestmark = pytest.mark.django_db

# What anybody who acts for a party may read, or has of its own there.
OPEN = frozenset(
    {
        *("home", "run", "selling", "growing", "dealing", "offer_new", "plan_new", "payouts"),
        *("board", "need_new", "channels", "channel_new", "receipts"),
    }
)
# Only sent forms go there.
POSTED = frozenset(
    {"match", "promise", "decide", "close", "instruct", "state", "give_up", "deposit", "channel_key", "decline"}
)


@pytest.fixture
def autumn() -> Iterator[None]:
    with time_machine.travel(farm.NOW, tick=False):
        yield


@pytest.fixture
def season(farmer: Membership, processor: Membership, operator: Membership) -> market.Season:
    return market.furnish(farmer, processor, operator)


@pytest.fixture
def addresses(season: market.Season, autumn: None) -> Mapping[str, str]:
    line = season.asked.line
    own_season = season.plan.season_id or season.firm.supply.plan.season_id
    assert own_season
    args: dict[str, list[object]] = {
        **{name: [] for name in ("home", "selling", "growing", "dealing", "state", "payouts")},
        **{name: [] for name in ("board", "channels", "channel_new", "receipts")},
        **{name: [season.product.code] for name in ("match", "promise", "offer_new", "plan_new", "need_new")},
        **{name: ["shop"] for name in ("channel", "channel_key", "campaign_new")},
        "campaign": ["shop", season.campaign.code],
        "decline": [season.recommendation.pk],
        "act": [season.alert.pk],
        "propose": [line.pk, season.asked.supply_id],
        **{name: [season.waiting.pk] for name in ("run", "decide")},
        "file": [season.waiting.pk, "inputs_sha256"],
        **{name: [season.open_offer.pk] for name in ("offer", "close", "qr")},
        **{name: [line.pk] for name in ("cancel", "line", "give_up", "deposit")},
        **{name: [season.plan.pk] for name in ("plan", "revise", "end")},
        "grow": [season.plan.pk, own_season],
        **{name: [season.statement.pk] for name in ("instruct", "statement")},
        "receipt": [season.payout.pk],
        "allocation": [season.disputed.pk],
        "step": [season.disputed.pk, "outcome"],
    }
    return {name: reverse(f"market:{name}", args=values) for name, values in args.items()}


def statuses(member: Membership | None, addresses: Mapping[str, str], method: str = "get") -> dict[str, int]:
    client = client_of(member)
    return {name: getattr(client, method)(url).status_code for name, url in addresses.items()}


def opened(member: Membership | None, addresses: Mapping[str, str]) -> set[str]:
    return {name for name, status in statuses(member, addresses).items() if status == 200}


def test_every_address_has_a_case(addresses: Mapping[str, str]) -> None:
    assert set(addresses) == {pattern.name for pattern in urlpatterns}


def test_the_seller_opens_its_own(processor: Membership, addresses: Mapping[str, str]) -> None:
    sellers = {"home", "run", "selling", "offer_new", "offer", "qr", "cancel", "dealing", "payouts", "line", "propose"}
    selling = {"board", "need_new", "channels", "channel_new", "channel", "campaign_new", "campaign"}

    assert opened(processor, addresses) == sellers | selling | {
        "receipt",
        "receipts",
        "allocation",
        "step",
        "statement",
    }


def test_the_grower_opens_its_own(farmer: Membership, addresses: Mapping[str, str]) -> None:
    assert opened(farmer, addresses) == OPEN | {"plan", "revise", "end", "allocation", "statement", "act"}


def test_the_operator_sees_the_market_and_nobodys_deals(operator: Membership, addresses: Mapping[str, str]) -> None:
    assert opened(operator, addresses) == {"home", "run", "file", "board"}


def test_to_a_stranger_nothing_of_anothers_is_there(stranger: Membership, addresses: Mapping[str, str]) -> None:
    assert opened(stranger, addresses) == OPEN


def test_nobody_changes_what_is_anothers(stranger: Membership, addresses: Mapping[str, str]) -> None:
    before = (EntityHead.objects.count(), list(Allocation.objects.order_by("pk").values_list("state", "disputed_fen")))

    found = statuses(stranger, addresses, "post")

    own = {name for name, status in found.items() if status in {200, 302}}
    assert own <= OPEN | {"state"}
    after = (EntityHead.objects.count(), list(Allocation.objects.order_by("pk").values_list("state", "disputed_fen")))
    assert after == before
    assert PlantingPlan.objects.filter(state="withdrawn").count() == 0


def test_who_is_not_logged_in_is_asked_to(addresses: Mapping[str, str]) -> None:
    assert set(statuses(None, addresses).values()) <= {302, 405}


def test_a_viewer_changes_nothing(viewer: Membership, addresses: Mapping[str, str]) -> None:
    found = statuses(viewer, addresses, "post")

    assert {found[name] for name in ("plan_new", "revise", "end", "grow", "state")} == {403}

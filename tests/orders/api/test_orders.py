"""Orders by API, by a channel's signed webhook and by a sheet."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import KeyRole, KeyScope
from accounts.models import Membership
from orders import webhook
from orders.api.urls import urlpatterns
from orders.errors import OrderConflictError
from orders.models import Channel, OrderLine, PresaleOffer, PresaleOrder
from orders.services.channels import new_secret
from orders.services.offers import open_offer
from tests.factories import farm, market
from tests.factories.api import Machine
from tests.factories.parties import colleague_of
from tests.orders.api.sent import rules
from tests.statements import statements
from traceability.models import SheetImport
from traceability.services import chain_rows
from traceability.services.imports import jobs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


@pytest.fixture
def channel(processor: Membership) -> Channel:
    return market.make_channel(processor)


@pytest.fixture
def offer(processor: Membership) -> PresaleOffer:
    product = market.make_product()
    last = datetime(2027, 1, 1, tzinfo=UTC)
    return market.make_offer(processor, product, window=market.window(product, 2), cutoff_at=last)


def order(offer: PresaleOffer, number: str = "T-1", kg: str = "60") -> dict[str, Any]:
    line = {"offer": str(offer.pk), "kg": kg, "region": "210100000000"}
    return {"number": number, "time": "2026-11-01T10:00:00+08:00", "lines": [line], "buyer": "李女士"}


def test_an_order_is_placed_once_read_and_cancelled(
    processor: Membership, channel: Channel, offer: PresaleOffer
) -> None:
    machine = Machine(processor)
    sent = {"channel": channel.code, **order(offer)}

    first, again = machine.post("orders", **sent), machine.post("orders", **sent)

    assert (first.status_code, again.status_code) == (201, 200), first.content
    assert first.json() == again.json()
    other = machine.post("orders", **{**sent, "buyer": "王女士"})
    named = [("/number", "order_number_used"), ("/buyer", "differs_from_first")]
    assert (other.status_code, rules(other)) == (409, named)
    less = machine.post("orders", **{**sent, "lines": [{**sent["lines"][0], "kg": "59", "split_ok": False}]})
    assert rules(less)[1:] == [("/lines/0/kg", "differs_from_first"), ("/lines/0/split_ok", "differs_from_first")]
    assert machine.ids("orders", number="T-1") == [first.json()["id"]]
    (line,) = first.json()["lines"]
    said = {"id": str(uuid4()), "time": "2026-11-02T10:00:00+08:00", "reason": "not_wanted"}
    ended = machine.post(f"order-lines/{line['id']}/cancellation", **said)
    assert (ended.status_code, ended.json()["state"]) == (201, "cancelled")


def test_an_offer_is_opened_by_a_machine(processor: Membership) -> None:
    product = market.make_product()
    said = {
        "id": str(uuid4()),
        "time": "2026-11-01T10:00:00+08:00",
        "product": product.code,
        "min_grade": 1,
        "window": "2027-01-10",
        "region": "211100000000",
        "price_fen_per_kg": 420,
        "cap_kg": "500",
        "cutoff_at": "2026-12-31T20:00:00+08:00",
    }
    machine = Machine(processor)

    made, again = machine.post("offers", **said), machine.post("offers", **said)

    assert (made.status_code, again.status_code) == (201, 200), made.content
    assert again.json() == made.json()
    assert made.json()["window"] == {"starts_on": "2027-01-10", "ends_on": "2027-01-19"}
    fresh = {**said, "id": str(uuid4())}
    assert rules(machine.post("offers", **{**fresh, "window": "2027-01-11"})) == [
        ("/window", "window_of_another_product")
    ]
    assert rules(machine.post("offers", **{**fresh, "price_fen_per_kg": 2001})) == [
        ("/price_fen_per_kg", "price_out_of_range")
    ]

    changed: list[dict[str, object]] = [
        {"cap_kg": "501", "region": "210100000000"},
        {"min_grade": 0},
        {"cutoff_at": "2026-12-31T21:00:00+08:00"},
    ]
    for other in changed:
        refused = machine.post("offers", **{**said, **other})
        named = [(f"/{name}", "differs_from_first") for name in other]
        assert (refused.status_code, rules(refused)) == (409, [("/id", "id_used"), *named])
    assert PresaleOffer.objects.get().cap_kg == 500


def test_a_colleague_who_sends_the_same_offer_gets_it_and_another_hears_what_differs(processor: Membership) -> None:
    product, entry = market.make_product(), market.entry()
    made = open_offer(terms=market.terms(product), entry=entry, membership=processor, at=market.AT)
    colleague = colleague_of(processor)

    assert open_offer(terms=market.terms(product), entry=entry, membership=colleague, at=market.AT) == made
    with pytest.raises(OrderConflictError) as caught:
        open_offer(terms=market.terms(product, price_fen_per_kg=421), entry=entry, membership=colleague, at=market.AT)

    assert [one.pointer for one in caught.value.others] == ["/price_fen_per_kg"]


def test_an_id_of_anothers_offer_gives_nothing_of_it(processor: Membership, farmer: Membership) -> None:
    product, entry = market.make_product(), market.entry()
    open_as = partial(open_offer, terms=market.terms(product), entry=entry, at=market.AT)
    open_as(membership=processor)

    with pytest.raises(OrderConflictError, match="stands for something else") as caught:
        open_as(membership=farmer)

    assert list(caught.value.others) == []


def send(channel: Channel, sent: dict[str, Any], secret: str, *, seconds: int | None = None) -> Any:
    body = json.dumps(sent).encode()
    at = int(farm.NOW.timestamp()) if seconds is None else seconds
    headers = {
        "webhook-id": "m-1",
        "webhook-timestamp": str(at),
        "webhook-signature": webhook.sign(body, message_id="m-1", seconds=at, secret=secret),
    }
    client = Client(headers=headers)
    return client.post(f"/api/v1/channels/{channel.code}/orders", body, content_type="application/json")


def test_a_channels_machine_signs_what_it_sends(processor: Membership, channel: Channel, offer: PresaleOffer) -> None:
    secret = new_secret(channel=channel, membership=processor)

    assert send(channel, order(offer), secret).status_code == 201
    assert send(channel, order(offer), secret).status_code == 200
    assert send(channel, order(offer, kg="61"), secret).status_code == 409
    assert PresaleOrder.objects.count() == 1


@pytest.mark.parametrize("past", [0, 3])
def test_an_order_takes_the_same_statements_whatever_was_ordered_before(
    processor: Membership, channel: Channel, offer: PresaleOffer, past: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain_rows._Backlog, "seconds", 0.0)
    secret = new_secret(channel=channel, membership=processor)
    for number in range(past):
        assert send(channel, order(offer, number=f"P-{number}"), secret).status_code == 201

    counts = [
        statements(lambda: send(channel, order(offer), secret), status=201),
        statements(lambda: send(channel, order(offer), secret)),
    ]

    assert counts == [23, 15]


def test_what_is_not_signed_by_the_channels_key_is_not_taken(
    processor: Membership, channel: Channel, offer: PresaleOffer
) -> None:
    assert send(channel, order(offer), "whsec_AAAA").status_code in {401, 403}
    old = new_secret(channel=channel, membership=processor)
    new_secret(channel=channel, membership=processor)
    assert send(channel, order(offer), old).status_code in {401, 403}
    assert PresaleOrder.objects.count() == 0


def test_a_strangers_key_reads_and_writes_nothing_of_it(
    stranger: Membership, processor: Membership, channel: Channel, offer: PresaleOffer
) -> None:
    line = market.line_of(market.place(channel, offer, by=processor))
    machine = Machine(stranger)

    assert {name: machine.ids(name) for name in ("offers", "orders", "plans", "allocations", "payouts")} == {
        "offers": [],
        "orders": [],
        "plans": [],
        "allocations": [],
        "payouts": [],
    }
    assert rules(machine.post("orders", channel=channel.code, **order(offer))) == [("/channel", "unknown_channel")]
    assert machine.post(f"order-lines/{line.pk}/cancellation").status_code == 404
    assert machine.post(f"order-lines/{line.pk}/deposit").status_code == 404
    assert machine.post(f"payouts/{uuid4()}/receipt").status_code == 404


def test_a_key_that_only_reads_and_nobody_write_nothing(
    processor: Membership, channel: Channel, offer: PresaleOffer
) -> None:
    sent = {"channel": channel.code, **order(offer)}

    assert Machine(processor, role=KeyRole.VIEWER).post("orders", **sent).status_code == 403
    plain = [one.name for one in urlpatterns if "<" not in str(one.pattern)]
    assert {Client().get(reverse(f"market-api:{name}")).status_code for name in plain} == {401}


def test_a_key_for_another_part_of_the_api_opens_none_of_it(processor: Membership) -> None:
    machine = Machine(processor, scopes=[KeyScope.FARM])

    plain = [str(one.pattern) for one in urlpatterns if "<" not in str(one.pattern)]
    assert len(plain) == 14
    assert {machine.get(path).status_code for path in plain} == {403}


def test_a_dirty_sheet_loads_what_is_good_and_names_what_is_not(
    processor: Membership, channel: Channel, offer: PresaleOffer
) -> None:
    heading = "下单日期,订单号,产品,交货开始,数量,收货地区,单价,买家,渠道"
    good = f"2026-11-01,A-1,盘锦稻谷,2027-01-10,１２０斤,沈阳,4.20,李女士,{channel.code}"
    rows = [
        good,
        "2026-11-01,A-2,盘锦稻谷,2027-01-10,3箱,沈阳,,,",
        "2026-11-01,A-3,盘锦稻谷,2027-01-10,10公斤,上海,,,",
        "2026-11-01,A-4,盘锦稻谷,2027-01-10,10公斤,沈阳,99.00,,",
        "2026-11-01,A-5,大米,2027-01-10,10公斤,沈阳,,,",
        "2026-11-01,A-6,盘锦稻谷,2027-01-10,10公斤,沈阳,,=1+1,",
        f"2026-11-01,A-1,盘锦稻谷,2027-01-10,7公斤,沈阳,,,{channel.code}",
        "2026-11-01,A-8,盘锦稻谷,2027-01-10,-5公斤,沈阳,,,",
        "2026-11-01,A-9,盘锦稻谷,2027-01-10,10公斤,盘锦,,,",
    ]
    data = "\r\n".join([heading, *rows]).encode("gbk")
    sheet = jobs.SentSheet(id=uuid4(), kind="orders", file_name="订单.csv", data=data)

    made = jobs.run_if_short(jobs.take(sent=sheet, membership=processor, at=farm.NOW), clock=lambda: farm.NOW)
    assert [(one["line"], one["field"]) for one in sorted(made.problems, key=lambda one: one["line"])] == [
        (3, "kg"),
        (4, "region"),
        (5, "price"),
        (6, "product"),
        (7, "buyer"),
        (8, "number"),
        (9, "kg"),
    ]
    assert OrderLine.objects.count() == 0
    loading = jobs.load(sheet_import=made, membership=processor, at=farm.NOW)
    jobs.run_if_short(loading, clock=lambda: farm.NOW)

    assert SheetImport.objects.get().loaded == 2
    assert sorted(OrderLine.objects.values_list("order__external_id", "kg")) == [
        ("A-1", Decimal(60)),
        ("A-9", Decimal(10)),
    ]

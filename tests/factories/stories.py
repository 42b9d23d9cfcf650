"""Whole stories from plot to bag, and the log that holds them."""

from dataclasses import dataclass, replace
from decimal import Decimal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction

from accounts.enums import OrganisationKind, Provenance
from accounts.models import Membership
from tests.factories import device_keys, farm
from tests.factories.parties import make_member
from traceability.ledger.leaf import Leaf, sign_leaf
from traceability.models import Lot, Plot, Season
from traceability.services import chain, rows
from traceability.services.entries import Saying, record_of
from traceability.services.lots import LotFacts
from traceability.services.processes import ByProduct, Input, Loss, Process, complete_process

GTIN = "06901234567892"
CODE = "PJ261005A01"


@dataclass(frozen=True, slots=True)
class Story:
    """A bag of rice and all that it rests on."""

    farmer: Membership
    mill: Membership
    laboratory: Membership
    plot: Plot
    season: Season
    harvest: Lot
    bag: Lot


def rice(*, provenance: Provenance = Provenance.OPERATED, cadmium: str = "0.06") -> Story:
    """Tell the story of a bag: one plot, its season, one harvest, tested, handed over and milled."""
    farmer = make_member(name="王秀兰家")
    mill = make_member(OrganisationKind.PROCESSOR, name="盘锦米业")
    laboratory = make_member(OrganisationKind.LABORATORY, name="辽宁检测中心")
    for member in (farmer, mill, laboratory):
        member.organisation.provenance = provenance
        member.organisation.save()
    plot = farm.make_plot(farmer, number="DW-0417", name="东大方", boundary=farm.boundary_bytes())
    season = farm.make_season(farmer, plot)
    _grow(season, farmer)
    harvest = farm.make_lot(farmer, season, kg="21400", moisture_percent=Decimal("20.0"))
    sample = farm.make_sample(harvest, by=farmer, laboratory=laboratory)
    farm.report(sample, by=laboratory, cadmium=cadmium)
    for hold in harvest.holds.all():
        # What failed goes on only after its laboratory has let it.
        farm.release(hold, by=laboratory, reason="tested_again")
    farm.give(harvest, by=farmer, to=mill)
    bag = mill_rice(harvest, by=mill)
    return Story(farmer, mill, laboratory, plot, season, harvest, bag)


def mill_rice(harvest: Lot, *, by: Membership) -> Lot:
    """Mill all of the paddy into rice with a GTIN."""
    process = Process(
        name="milling",
        inputs=[Input(lot=harvest, kg=Decimal(21400))],
        outputs=[_rice(Decimal(14900), CODE)],
        by_products=[ByProduct(name="稻壳", kg=Decimal(4280)), ByProduct(name="米糠", kg=Decimal(1700))],
        losses=[Loss(reason="moisture", kg=Decimal(500))],
        operator="张三",
    )
    return _complete(process, by=by)


def pack_rice(bag: Lot, *, by: Membership, kg: Decimal = Decimal(14900), code: str = "PJ261006B01") -> Lot:
    """Pack rice again, under another lot number."""
    process = Process(name="packing", inputs=[Input(lot=bag, kg=kg)], outputs=[_rice(kg, code)])
    return _complete(process, by=by)


def _rice(kg: Decimal, code: str) -> LotFacts:
    return LotFacts(kg=kg, product_form="milled rice", product_name="盐丰47 粳米 5 kg", gtin=GTIN, code=code)


def _complete(process: Process, *, by: Membership) -> Lot:
    made = farm.entry(farm.AUTUMN.replace(month=10, day=9))
    return complete_process(entry=made, process=process, membership=by, at=farm.NOW)[0]


def signed_photo(season: Season, farmer: Membership) -> str:
    """Sign an observation with a phone's key, and give the key's entity."""
    phone = Ed25519PrivateKey.generate()
    key = device_keys.register(phone, by=farmer)
    record = record_of(
        "growth.observed",
        season.entity,
        entry=farm.entry(farm.AUTUMN),
        saying=Saying(body={"date": "2026-09-28", "stage": "89"}),
        membership=farmer,
    )
    record = replace(record, actor=replace(record.actor, attested="device"))
    leaf = Leaf(
        log=settings.LOG_ORIGIN,
        id=str(record.id),
        type=record.type,
        entity=record.entity,
        time="2026-09-28T02:00:00Z",
        actor=record.actor,
        body=record.body,
    )
    signed = replace(record, sig=sign_leaf(leaf, phone).sig)
    with transaction.atomic():
        chain.append(signed, at=farm.NOW)
        rows.follow([signed])
    return f"key:{key.key_id}"


def _grow(season: Season, farmer: Membership) -> None:
    farm.log(season, "transplanted", by=farmer, days=31, area_mu="38.60", method="machine")
    farm.log(season, "fertilised", by=farmer, days=33, product="尿素", kg="386.000", use="top_dressing")
    farm.log(season, "irrigated", by=farmer, days=45, water_m3="1200.00", method="flooding")
    farm.log(season, "observed", by=farmer, days=60, stage="29", height_cm="52.0")
    farm.log(
        season,
        "sprayed",
        by=farmer,
        days=87,
        product="三环唑",
        registration_no="PD20060044",
        dose={"value": "20", "unit": "g/mu"},
        target="稻瘟病",
        phi_days=21,
    )

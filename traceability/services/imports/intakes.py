"""Sheets of intakes: what suppliers brought who keep no records here."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from accounts.models import Membership
from traceability.models import Lot
from traceability.services.entries import Entry
from traceability.services.imports.kind import SheetOf, Values, everything, kilograms
from traceability.services.intake import Delivery, take_in
from traceability.services.weighing import Weighing
from traceability.sheets import Column, choice, day, decimal, text, weight
from traceability.standards.tables import product_forms

_PERCENT = decimal(places=2, most=Decimal(100))


def _goods() -> dict[str, tuple[str, ...]]:
    return {f"{crop}:{form}": (name.chinese, name.english) for (crop, form), name in product_forms().items()}


def _weighing(values: Values) -> Weighing:
    said = {name: values.get(name, "") for name in ("grade", "slip", "supplier_code", "note")}
    return Weighing(
        gross_kg=kilograms(values.get("gross")),
        tare_kg=kilograms(values.get("tare")),
        net_kg=kilograms(values.get("net")),
        moisture_percent=values.get("moisture_percent"),
        impurity_percent=values.get("impurity_percent"),
        **said,
    )


def _write(values: Values, entry: Entry, membership: Membership, at: datetime) -> Lot:
    crop, _colon, form = values["goods"].partition(":")
    delivery = Delivery(
        product_form=form,
        crop=crop,
        product_name=values.get("product_name", ""),
        code=values.get("code", ""),
        supplier_name=values["supplier_name"],
        weighing=_weighing(values),
    )
    return take_in(delivery=delivery, entry=entry, membership=membership, at=at)


def _identity(values: Values) -> str:
    # A slip is written once. Without its number, only the same row again is the same delivery.
    return f"slip {values['slip']}" if "slip" in values else everything(values)


def _total(values: Values) -> Mapping[str, Decimal]:
    return {"kg": _weighing(values).net()}


INTAKES = SheetOf(
    columns=(
        Column("day", ("日期", "day"), day),
        Column("supplier_name", ("供货人", "supplier"), text(60)),
        Column("goods", ("货品", "goods"), choice(_goods())),
        Column("gross", ("毛重", "gross"), weight(), required=False),
        Column("tare", ("皮重", "tare"), weight(), required=False),
        Column("net", ("净重", "net"), weight(), required=False),
        Column("moisture_percent", ("水分", "moisture"), _PERCENT, required=False),
        Column("impurity_percent", ("杂质", "impurities"), _PERCENT, required=False),
        Column("grade", ("等级", "grade"), text(60), required=False),
        Column("slip", ("磅单号", "slip number"), text(60), required=False),
        Column("supplier_code", ("供方批号", "supplier's lot number"), text(60), required=False),
        Column("code", ("批号", "lot number"), text(20), required=False),
        Column("product_name", ("品名", "product name"), text(120), required=False),
        Column("note", ("备注", "note"), text(1000), required=False),
    ),
    example=(
        "2026-09-28",
        "张示例",
        "稻谷",
        "12,500公斤",
        "4,100公斤",
        "",
        "18.5",
        "1.2",
        "",
        "BD-0001",
        "",
        "",
        "",
        "",
    ),
    write=_write,
    identity=_identity,
    named_by="slip",
    total=_total,
    fields={
        "time": "day",
        "gross_kg": "gross",
        "tare_kg": "tare",
        "net_kg": "net",
        "kg": "net",
        "crop": "goods",
        "product_form": "goods",
    },
)

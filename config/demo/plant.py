"""The scale and the stores: what is taken in without a record, put away, and on its way."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from accounts.models import Membership
from config.demo.scenes import Scene, Stage
from config.demo.tables import moment, table
from config.demo.trade import process_of
from traceability.models import Lot, Recipe, Shipment
from traceability.services.entries import Entry
from traceability.services.intake import Delivery, take_in
from traceability.services.processes import complete_process
from traceability.services.recipes import RecipeFacts, write_recipe
from traceability.services.shipments import Consignment, ship
from traceability.services.stores import put_away
from traceability.services.weighing import Weighing

Row = Mapping[str, Any]
_IN_WORDS = frozenset({"grade", "slip", "supplier_code"})


def scenes(stage: Stage) -> Iterator[Scene]:
    """Give what happens at the scale, in the stores and on the road."""
    plays = {
        "intakes": ("intake", "key", _take_in),
        "processes": ("process", "key", _complete),
        "places": ("place", "lot", _put_away),
        "shipments": ("shipment", "lot", _ship),
    }
    for name, (word, key, play) in plays.items():
        for row in table("plant")[name]:
            yield Scene(name=f"{word} {row[key]}", time=moment(row["time"]), play=partial(play, stage, row))


def _take_in(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Lot:
    member = stage.cast.member(row["party"])
    _write_recipes(row["party"], member)
    said: dict[str, Any] = {
        name: text if name in _IN_WORDS else Decimal(text) for name, text in row["weighing"].items()
    }
    delivery = Delivery(weighing=Weighing(**said), **row["goods"])
    return take_in(delivery=delivery, entry=entry, membership=member, at=at)


def _complete(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> list[Lot]:
    member = stage.cast.member(row["party"])
    return complete_process(entry=entry, process=process_of(stage, row), membership=member, at=at)


def _put_away(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Lot:
    member = stage.cast.member(row["party"])
    return put_away(lot=stage.lot(row["lot"]), place=row["place"], entry=entry, membership=member, at=at)


def _ship(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Shipment:
    consignment = Consignment(to=stage.cast.parties[row["to"]], slip=row["slip"], vehicle=row["vehicle"])
    member = stage.cast.member(row["party"])
    return ship(lot=stage.lot(row["lot"]), consignment=consignment, entry=entry, membership=member, at=at)


def _write_recipes(party: str, member: Membership) -> None:
    # No record tells of a recipe, so that nothing but its name says whether it is there already.
    for row in table("plant")["recipes"]:
        if row["party"] == party and not Recipe.objects.filter(organisation=member.organisation, name=row["name"]):
            facts = RecipeFacts(
                name=row["name"],
                step=row["step"],
                yield_from_percent=Decimal(row["yield_from_percent"]),
                yield_to_percent=Decimal(row["yield_to_percent"]),
                by_products=row["by_products"],
            )
            write_recipe(facts=facts, membership=member)

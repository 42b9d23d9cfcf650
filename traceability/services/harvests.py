"""Harvest: what a season gives becomes lots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from accounts.models import Membership
from traceability.errors import RefusedError
from traceability.ledger.leaf import Attachment
from traceability.models import Lot, Season
from traceability.projections.seasons import sprayings
from traceability.projections.standing import standing
from traceability.queries import history
from traceability.services import chain
from traceability.services.chain import Record
from traceability.services.entries import Entry, Saying, check_may_log, check_time, members, record_of
from traceability.services.lots import LotFacts, identity
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction
from traceability.standards.spraying import violated_by

# As what each crop leaves the field, in the words of the tables of limits.
PRODUCT_FORMS = {"rice": "paddy", "peanut": "in shell", "cherry": "fresh fruit", "strawberry": "fresh fruit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What was brought in. `interval_reason` says why it could not wait for the end of a pre-harvest interval."""

    lot: LotFacts
    area_mu: Decimal | None = None
    interval_reason: str = ""
    # Whether a phone, on what it knew, has signed that the day lies in an interval.
    signed_early: bool = False
    attached: Sequence[Attachment] = ()
    note: str = ""


@business_transaction
def harvest_lot(*, season: Season, entry: Entry, harvest: Harvest, membership: Membership, at: datetime) -> Lot:
    """Record a harvest on the season and make its lot, which rests on the season and so on the plot.

    Raises NotYoursError; RefusedError, also where the day lies in a pre-harvest interval and no reason is given;
    EventError, ChainConflictError.
    """
    season = Season.objects.select_for_update(of=("self",)).select_related("plot__holder").get(pk=season.pk)
    check_may_log(membership, season.plot.holder)
    check_time(entry, at=at, earliest=season.opened_on)
    records = _records(season, entry, harvest, membership)
    chain.append_all(records, at=at)
    bring_in_line(record.entity for record in records)
    return Lot.objects.select_related("registrant", "custodian").get(pk=entry.id_of("lot"))


def _records(season: Season, entry: Entry, harvest: Harvest, membership: Membership) -> list[Record]:
    lot_id = entry.id_of("lot")
    early = _early(season, entry, harvest)
    owner = season.plot.holder
    named = identity(lot_id, harvest.lot, entry=entry, registrant=owner)
    shared = members(date=entry.day, kg=harvest.lot.kg, typed=harvest.lot.typed, inside_interval=early or None)
    of_season = Saying(
        body={**shared, **members(lot=f"lot:{lot_id}", area_mu=harvest.area_mu)},
        private=members(interval_reason=harvest.interval_reason if early else "", note=harvest.note),
        attachments=harvest.attached,
    )
    of_lot = Saying(
        body={
            **named,
            **shared,
            **members(season=season.entity, plot=season.plot.entity, crop=season.crop, variety=season.variety),
        },
        private=members(interval_reason=harvest.interval_reason if early else ""),
        inputs=(season.entity,),
    )
    # A phone cannot sign this one, which names the season's head; it rests on the record that the phone has signed.
    second = Entry(id=entry.id_of("lot.harvested"), time=entry.time)
    said = partial(record_of, membership=membership, owner=owner)
    return [
        said("season.harvested", season.entity, entry=entry, saying=of_season),
        said("lot.harvested", f"lot:{lot_id}", entry=second, saying=of_lot),
    ]


def _early(season: Season, entry: Entry, harvest: Harvest) -> bool:
    violated = violated_by(entry.day, sprayings(standing(history.of(season.entity))))
    if violated and not harvest.interval_reason:
        raise RefusedError("/interval_reason", "inside_interval", day=violated[0].harvest_from.isoformat())
    return bool(violated) or (harvest.signed_early and bool(harvest.interval_reason))

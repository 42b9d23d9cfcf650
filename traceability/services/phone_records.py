"""What a phone signed becomes records: each entry has an answer of its own, and what all of them ask is asked once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from accounts.models import Membership
from traceability.errors import InputError, NotYoursError, RefusedError, TraceabilityError
from traceability.ledger import LedgerError
from traceability.models import Lot, PhoneDelivery, Receipt
from traceability.services import chain
from traceability.services.chain import ChainConflictError, OutboxFullError, Record
from traceability.services.growth import growth_record
from traceability.services.harvests import harvest_lot
from traceability.services.phone_entries import PhoneEntry
from traceability.services.phone_ground import PhoneGround, operation_of
from traceability.services.phone_members import harvest_of
from traceability.services.phone_photos import await_photos
from traceability.services.rows import follow
from traceability.services.signatures import SignatureError
from traceability.services.transactions import business_transaction

_HARVEST = "season.harvested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of an entry: its receipt, whether it was here before, and the lot that a harvest made."""

    receipt: Receipt
    repeated: bool
    lot: Lot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Who sent a burst of entries, when it came, and how far the phone's clock was off."""

    membership: Membership
    at: datetime
    skew_seconds: int


# What there is to say of one entry: an error names the member and the rule, or says that it should come later.
Outcome = Taken | InputError | OutboxFullError


def record_phone_entries(*, entries: Sequence[PhoneEntry], delivery: Delivery) -> list[Outcome]:
    """Record what a phone signed, exactly as it signed it, and give the outcome of each entry.

    The same entry again is the same record, and what is wrong with one never holds up the others.
    """
    return [outcome for run in _runs(entries) for outcome in _record(run, delivery)]


def _runs(entries: Sequence[PhoneEntry]) -> Iterator[list[PhoneEntry]]:
    """Part entries, in their order, into what one transaction takes: all work up to the next harvest, or a harvest.

    Whether a harvest may be, and what its lot is called, hangs on what stands before it.
    """
    for is_harvest, some in groupby(entries, key=lambda one: one.leaf.type == _HARVEST):
        if is_harvest:
            yield from ([one] for one in some)
        else:
            yield list(some)


def _record(run: Sequence[PhoneEntry], delivery: Delivery) -> list[Outcome]:
    if len(run) > 1:
        try:
            return _record_work(run, delivery)
        except OutboxFullError as error:
            return [error] * len(run)
        except TraceabilityError:
            # One that none of the checks before had found stood in the way of all: alone it is only in its own.
            pass
    return [_record_alone(one, delivery) for one in run]


def _record_alone(sent: PhoneEntry, delivery: Delivery) -> Outcome:
    try:
        if sent.leaf.type == _HARVEST:
            return _record_harvest(sent, delivery)
        return _record_work([sent], delivery)[0]
    except (InputError, OutboxFullError) as error:
        return error
    except _REFUSED as error:
        return _refusal(error)


@business_transaction
def _record_harvest(sent: PhoneEntry, delivery: Delivery) -> Taken:
    ground = PhoneGround([sent], delivery.membership)
    season, entry = ground.season_and_entry(sent)
    harvest = harvest_of(sent.leaf, sent.private, season, lot_id=entry.id_of("lot"))
    lot = harvest_lot(season=season, entry=entry, harvest=harvest, membership=delivery.membership, at=delivery.at)
    # Asked only now: where the same entry was still on its way in another request, we have waited for that one's end.
    before = _note_delivery([sent], delivery)
    return Taken(receipt=Receipt.objects.get(record_id=entry.id), repeated=entry.id in before, lot=lot)


@business_transaction
def _record_work(run: Sequence[PhoneEntry], delivery: Delivery) -> list[Outcome]:
    ground = PhoneGround(run, delivery.membership)
    made = [_record_of(one, ground, delivery) for one in run]
    appended = iter(_append([one for one in made if isinstance(one, Record)], delivery.at))
    answers = [next(appended) if isinstance(one, Record) else one for one in made]
    taken = [sent for sent, answer in zip(run, answers, strict=True) if isinstance(answer, chain.Receipt)]
    before = _note_delivery(taken, delivery)
    return _outcomes(answers, before)


def _append(records: Sequence[Record], at: datetime) -> list[chain.Receipt | InputError]:
    if not records:
        return []
    batch = chain.open_batch(entities=chain.entities_of(records), record_ids=[one.id for one in records], at=at)
    answers = [_appended(one, batch) for one in records]
    batch.write()
    follow([record for record, one in zip(records, answers, strict=True) if isinstance(one, chain.Receipt)])
    return answers


def _record_of(sent: PhoneEntry, ground: PhoneGround, delivery: Delivery) -> Record | InputError:
    try:
        season, entry = ground.season_and_entry(sent)
        ground.check_may_log(season)
        return growth_record(
            season=season,
            entry=entry,
            operation=operation_of(sent),
            membership=delivery.membership,
            at=delivery.at,
        )
    except InputError as error:
        return error


def _appended(record: Record, batch: chain.Batch) -> chain.Receipt | InputError:
    try:
        return batch.append(record)
    except InputError as error:
        return error
    except _REFUSED as error:
        return _refusal(error)


def _outcomes(appended: Sequence[chain.Receipt | InputError], before: set[UUID]) -> list[Outcome]:
    ids = [one.record_id for one in appended if isinstance(one, chain.Receipt)]
    receipts = Receipt.objects.in_bulk(ids)
    known = set(before)
    found: list[Outcome] = []
    for one in appended:
        if isinstance(one, InputError):
            found.append(one)
            continue
        found.append(Taken(receipt=receipts[one.record_id], repeated=one.record_id in known))
        known.add(one.record_id)
    return found


def _note_delivery(taken: Sequence[PhoneEntry], delivery: Delivery) -> set[UUID]:
    """Write down how entries came that had not come before, and give the ids of those that had."""
    entries = {UUID(one.leaf.id): one for one in taken}
    before = set(PhoneDelivery.objects.filter(record_id__in=entries).values_list("record_id", flat=True))
    fresh = {record_id: one for record_id, one in entries.items() if record_id not in before}
    PhoneDelivery.objects.bulk_create(
        PhoneDelivery(
            record_id=record_id,
            saved_at=one.saved_at,
            arrived_at=delivery.at,
            skew_seconds=delivery.skew_seconds,
        )
        for record_id, one in fresh.items()
    )
    await_photos([one.leaf for one in fresh.values()], party=delivery.membership.organisation, at=delivery.at)
    return before


_REFUSED = (NotYoursError, ChainConflictError, SignatureError, LedgerError)


def _refusal(error: Exception) -> RefusedError:
    if isinstance(error, NotYoursError):
        return RefusedError("/content/entity", "unknown_season")
    if isinstance(error, ChainConflictError):
        return RefusedError("/content/id", "id_taken")
    return RefusedError("/content/sig", "signature_refused", detail=str(error))

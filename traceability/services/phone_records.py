"""What a phone signed becomes records: each entry has an answer of its own, and what all of them ask is asked once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from accounts.models import Membership
from traceability.errors import InputError, NotYoursError, RefusedError, TraceabilityError
from traceability.hot_statements import RowsStatement, run
from traceability.ledger import LedgerError
from traceability.models import Lot, Receipt
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
_DELIVERED = RowsStatement(
    "suyuan_delivered",
    "INSERT INTO traceability_phonedelivery (record_id, saved_at, arrived_at, skew_seconds) {rows}"
    " ON CONFLICT (record_id) DO NOTHING RETURNING record_id",
    *("uuid", "timestamptz", "timestamptz", "bigint"),
)


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
    return _outcomes(answers, before, at=delivery.at)


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


def _outcomes(appended: Sequence[chain.Receipt | InputError], before: set[UUID], *, at: datetime) -> list[Outcome]:
    # Of what was taken just now everything is known; when the others were taken stands in their receipts.
    earlier = [one.record_id for one in appended if isinstance(one, chain.Receipt) and one.repeated]
    receipts = Receipt.objects.in_bulk(earlier)
    known = set(before)
    found: list[Outcome] = []
    for one in appended:
        if isinstance(one, InputError):
            found.append(one)
            continue
        receipt = receipts.get(one.record_id) or _receipt(one, at)
        found.append(Taken(receipt=receipt, repeated=one.record_id in known))
        known.add(one.record_id)
    return found


def _receipt(one: chain.Receipt, at: datetime) -> Receipt:
    return Receipt(record_id=one.record_id, entity=one.entity, eseq=one.eseq, leaf_hash=one.leaf_hash, recorded_at=at)


def _note_delivery(taken: Sequence[PhoneEntry], delivery: Delivery) -> set[UUID]:
    """Write down how entries came that had not come before, and give the ids of those that had."""
    entries = {UUID(one.leaf.id): one for one in taken}
    if not entries:
        return set()
    rows = [(name, one.saved_at, delivery.at, delivery.skew_seconds) for name, one in entries.items()]
    (written,) = run(_DELIVERED.on(rows))
    fresh = {record_id for (record_id,) in written}
    leaves = [one.leaf for name, one in entries.items() if name in fresh]
    await_photos(leaves, party=delivery.membership.organisation, at=delivery.at)
    return entries.keys() - fresh


_REFUSED = (NotYoursError, ChainConflictError, SignatureError, LedgerError)


def _refusal(error: Exception) -> RefusedError:
    if isinstance(error, NotYoursError):
        return RefusedError("/content/entity", "unknown_season")
    if isinstance(error, ChainConflictError):
        return RefusedError("/content/id", "id_taken")
    return RefusedError("/content/sig", "signature_refused", detail=str(error))

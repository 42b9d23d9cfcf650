"""Processing: lots go in, lots, by-products and losses come out, and the kilograms add up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from accounts.models import Membership
from traceability.balance import Balance, Run, Weighed, balance_of
from traceability.errors import RefusedError
from traceability.models import Lot
from traceability.services import chain
from traceability.services.chain import Receipt, Record
from traceability.services.entries import Entry, Saying, check_may_write, check_time, members, record_of
from traceability.services.holds import check_not_held
from traceability.services.locks import lock_lots
from traceability.services.lots import LotFacts, identity
from traceability.services.roads import check_not_on_the_way
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction

_DRY_AS_DUST = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """So many kilograms of a lot."""

    lot: Lot
    kg: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ByProduct:
    """What falls off beside the product: husk, bran, shells. It may become a lot of its own."""

    name: str
    kg: Decimal
    lot: LotFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What is gone, and why."""

    reason: str
    kg: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One run: what went in and what came out of it.

    `balance_reason` says what became of kilograms that neither came out nor were declared lost, where they are more
    than scales differ.
    """

    name: str
    inputs: Sequence[Input]
    outputs: Sequence[LotFacts]
    by_products: Sequence[ByProduct] = ()
    losses: Sequence[Loss] = ()
    moisture_in_percent: Decimal | None = None
    moisture_out_percent: Decimal | None = None
    line: str = ""
    recipe: str = ""
    operator: str = ""
    balance_reason: str = ""
    note: str = ""

    @property
    def made(self) -> list[LotFacts]:
        """All lots that come out, by-products last."""
        return [*self.outputs, *(one.lot for one in self.by_products if one.lot)]

    @property
    def balance(self) -> Balance:
        """The balance of the run, corrected for moisture. Requires that 0 to less than 100 percent are water."""
        run = Run(
            step=self.name,
            inputs=[Weighed(one.lot.entity, one.kg) for one in self.inputs],
            outputs=[Weighed(one.product_form, one.kg) for one in self.outputs],
            by_products=[Weighed(one.name, one.kg) for one in self.by_products],
            losses=[Weighed(one.reason, one.kg) for one in self.losses],
            moisture_in=self.moisture_in_percent,
            moisture_out=self.moisture_out_percent,
        )
        return balance_of(run)


@business_transaction
def complete_process(*, entry: Entry, process: Process, membership: Membership, at: datetime) -> list[Lot]:
    """Turn lots in the party's hands into new ones; products first, then the by-products that became lots.

    The process rests on the lots that went in; each new lot rests on the process. Raises NotYoursError, RefusedError,
    EventError, ChainConflictError.
    """
    locked = {lot.pk: lot for lot in lock_lots([one.lot for one in process.inputs])}
    check_time(
        entry, at=at, earliest=max((lot.produced_on for lot in locked.values() if lot.produced_on), default=None)
    )
    _check_repeats(process)
    if not entry.is_known:
        _check_stock(process, locked, membership)
    _check_balance(process)
    run = _Run(entry=entry, process=process, membership=membership)
    completed = run.completed()
    receipt = chain.append(completed, at=at)
    records = [*run.used(receipt), *run.made(receipt)]
    chain.append_all(records, at=at)
    bring_in_line([completed.entity, *(record.entity for record in records)])
    lots = Lot.objects.select_related("registrant", "custodian").in_bulk(run.lot_ids)
    return [lots[lot_id] for lot_id in run.lot_ids]


def _check_repeats(process: Process) -> None:
    seen: set[UUID] = set()
    for position, one in enumerate(process.inputs):
        if one.lot.pk in seen:
            raise RefusedError(f"/inputs/{position}/lot", "repeated_lot", name=str(one.lot))
        seen.add(one.lot.pk)


def _check_stock(process: Process, locked: Mapping[UUID, Lot], membership: Membership) -> None:
    for position, one in enumerate(process.inputs):
        lot = locked[one.lot.pk]
        check_may_write(membership, lot.custodian)
        check_not_held([lot], f"/inputs/{position}/lot")
        check_not_on_the_way([lot], f"/inputs/{position}/lot")
        if lot.kg is None:
            raise RefusedError(f"/inputs/{position}/kg", "unknown_quantity", name=str(lot))
        if one.kg > lot.kg:
            raise RefusedError(f"/inputs/{position}/kg", "more_than_there_is", name=str(lot), kg=lot.kg)


def _check_balance(process: Process) -> None:
    for name in ("moisture_in_percent", "moisture_out_percent"):
        percent = getattr(process, name)
        if percent is not None and not 0 <= percent < _DRY_AS_DUST:
            raise RefusedError(f"/{name}", "above_maximum" if percent >= 0 else "below_minimum", limit=_limit(percent))
    balance = process.balance
    if not balance.is_possible:
        into = balance.corrected
        raise RefusedError("/outputs", "more_out_than_in", out=into - balance.unexplained, into=into)
    if not balance.is_explained and not process.balance_reason:
        raise RefusedError("/balance_reason", "unexplained_loss", kg=balance.unexplained)


def _limit(percent: Decimal) -> str:
    return "99.99" if percent >= 0 else "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """The records that one run of a process makes."""

    entry: Entry
    process: Process
    membership: Membership

    @property
    def entity(self) -> str:
        return f"process:{self.entry.id}"

    @property
    def lot_ids(self) -> list[UUID]:
        return [self.entry.id_of(f"lot.{position}") for position in range(len(self.process.made))]

    def completed(self) -> Record:
        process = self.process
        explained = process.balance.is_explained
        ids = iter(self.lot_ids)
        body = members(
            process=process.name,
            date=self.entry.day,
            inputs=[members(lot=one.lot.entity, kg=one.kg) for one in process.inputs],
            outputs=[members(lot=f"lot:{next(ids)}", kg=one.kg) for one in process.outputs],
            by_products=[
                members(name=one.name, kg=one.kg, lot=f"lot:{next(ids)}" if one.lot else None)
                for one in process.by_products
            ]
            or None,
            losses=[members(reason=one.reason, kg=one.kg) for one in process.losses] or None,
            moisture_in_percent=process.moisture_in_percent,
            moisture_out_percent=process.moisture_out_percent,
            unexplained=None if explained else True,
        )
        private = members(
            line=process.line,
            recipe=process.recipe,
            operator=process.operator,
            balance_reason="" if explained else process.balance_reason,
            note=process.note,
        )
        inputs = tuple(one.lot.entity for one in process.inputs)
        return self._record("process.completed", self.entity, Saying(body=body, private=private, inputs=inputs))

    def used(self, receipt: Receipt) -> Iterator[Record]:
        # These only point at the process and do not rest on it, or the proof of one bag would drag in all the others.
        for one in self.process.inputs:
            saying = Saying(body=members(process=_reference(receipt), kg=one.kg))
            yield self._record("lot.consumed", one.lot.entity, saying)

    def made(self, receipt: Receipt) -> Iterator[Record]:
        crops = {one.lot.crop for one in self.process.inputs}
        crop = crops.pop() if len(crops) == 1 else ""
        for lot_id, facts in zip(self.lot_ids, self.process.made, strict=True):
            named = identity(
                lot_id,
                facts,
                entry=self.entry,
                registrant=self.membership.organisation,
                is_part=self._is_part(facts),
            )
            body = {**named, **members(process=_reference(receipt), crop=crop)}
            yield self._record("lot.processed", f"lot:{lot_id}", Saying(body=body, inputs=(self.entity,)))

    def _is_part(self, facts: LotFacts) -> bool:
        # Only by dividing what is in hand: packing under another's GTIN is what counterfeiters do.
        return self.process.name == "dividing" and all(one.lot.gtin == facts.gtin for one in self.process.inputs)

    def _record(self, name: str, entity: str, saying: Saying) -> Record:
        # The process bears the id of the entry; what it does to each lot gets one that follows from it.
        entry = self.entry if entity == self.entity else Entry(id=self.entry.id_of(entity), time=self.entry.time)
        return record_of(name, entity, entry=entry, saying=saying, membership=self.membership)


def _reference(receipt: Receipt) -> dict[str, object]:
    return {"entity": receipt.entity, "eseq": receipt.eseq, "head": receipt.leaf_hash.hex()}

"""What an order says: as its channel sends it, and as the log has it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Membership
from orders.models import Campaign, Channel, PresaleOrder
from orders.services import events
from orders.services.taking import Wanted
from traceability.ledger import canonicalize_quickly
from traceability.queries import history
from traceability.services.chain import Record
from traceability.services.entries import Entry, members


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order as its channel sends it. `buyer` is how the channel calls its customer, and stays private."""

    channel: Channel
    number: str
    lines: Sequence[Wanted]
    buyer: str = ""
    campaign: Campaign | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One order of many that are taken in together, and the entry that it becomes."""

    facts: OrderFacts
    entry: Entry


Said = Mapping[str, object]


def said(facts: OrderFacts) -> Said:
    """Tell what an order says besides its number, called as its sender calls it."""
    return {
        "buyer": facts.buyer,
        "campaign": facts.campaign.code if facts.campaign else "",
        "lines": [
            members(
                offer=str(one.offer.pk),
                kg=one.kg,
                region=one.node.code,
                price_fen_per_kg=one.price_fen_per_kg,
                split_ok=one.split_ok,
                contract=one.contract,
            )
            for one in facts.lines
        ],
    }


def said_first(known: PresaleOrder, now: Said) -> Said:
    """Tell what an order said when it was placed, as the log has it; of what was erased since nothing differs."""
    first = history.of(known.entity)[0]
    erased = first.leaf.commit.keys() - first.private.keys()
    names = {"buyer": "buyer", "campaign": "campaign", "content": "lines"}
    return {ours: now[ours] if name in erased else first.private.get(name, "") for name, ours in names.items()}


def digest(said: Said) -> str:
    """Give the SHA-256 of what an order says, in hex."""
    return hashlib.sha256(canonicalize_quickly(said)).hexdigest()


def record(one: Sent, said: Said, *, membership: Membership, at: datetime) -> Record:
    """Make the record of an order that is placed. Raises RefusedError."""
    facts, entry = one.facts, one.entry
    body = members(channel=facts.channel.code, lines=len(facts.lines))
    private = members(number=facts.number, content=said["lines"], buyer=said["buyer"], campaign=said["campaign"])
    return events.record(
        "order.placed",
        f"order:{entry.id}",
        entry=entry,
        membership=membership,
        at=at,
        body=body,
        private=private,
        inputs=sorted({line.offer.entity for line in facts.lines}),
    )

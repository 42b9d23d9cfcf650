"""Other goods in place of those that nobody can bring: at once where the buyer allowed it, else when it says yes."""

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import Membership
from orders.access import check_owns
from orders.enums import LIVING, AllocationState, Answer, LineState, Substitution
from orders.errors import OrderConflictError
from orders.models import Allocation, Lane, OrderLine, PlanSupply, Reservation, SubstitutionProposal
from orders.queries.market import promisable, promised_to
from orders.services.conflicts import repeated
from orders.services.events import say
from orders.services.lines import give_up_rest
from traceability.decimals import decimal_text
from traceability.errors import RefusedError
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction

# Who does not answer in so long gets the money back.
HOURS_TO_ANSWER = 24


@business_transaction
def propose(  # noqa: PLR0913 - so much of which supply for which line
    *, line: OrderLine, supply: PlanSupply, kg: Decimal, entry: Entry, membership: Membership, at: datetime
) -> Allocation | SubstitutionProposal:
    """Bring other goods for the rest of a line: promised at once where the buyer allowed it, else proposed to it.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked, offered = _locked(line), _locked_supply(supply)
    check_owns(membership, locked.order.channel.organisation)
    known = _known(locked, entry)
    if known:
        return known
    _check(locked, offered, kg)
    if _is_allowed(locked, offered):
        return firm(locked, offered, kg, entry, membership, at)
    if locked.substitution != Substitution.ASK:
        raise RefusedError("/supply", "substitute_not_allowed")
    if locked.proposals.filter(answer="").exists():
        raise RefusedError("", "proposal_waits")
    body = members(line=str(locked.pk), proposal=str(entry.id), plan=offered.plan.entity)
    private = members(kg=kg)
    order = locked.order.entity
    say("order.substitute_proposed", order, entry=entry, membership=membership, at=at, body=body, private=private)
    return SubstitutionProposal.objects.create(
        pk=entry.id,
        line=locked,
        supply=offered,
        kg=kg,
        proposed_at=entry.time,
        expires_at=entry.time + timedelta(hours=HOURS_TO_ANSWER),
    )


@business_transaction
def answer(  # noqa: PLR0913 - what is said to which proposal, and by whom
    *, proposal: SubstitutionProposal, said: str, entry: Entry, membership: Membership, at: datetime, by: str = ""
) -> SubstitutionProposal:
    """Take the buyer's answer. A yes is a promise of those goods; without one the rest of the line is paid back.

    An answer that comes after 24 hours counts as none. Raises NotYoursError, RefusedError, EventError,
    ChainConflictError.
    """
    line = _locked(proposal.line)
    check_owns(membership, line.order.channel.organisation)
    locked = SubstitutionProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    proposed = {"line": str(line.pk), "proposal": str(locked.pk)}
    if repeated("order.substitute_answered", line.order.entity, entry, **proposed):
        return locked
    if locked.answer:
        raise RefusedError("", "proposal_answered")
    is_late = at > locked.expires_at
    locked.answer = Answer.EXPIRED if is_late else Answer(said)
    locked.answered_at = entry.time
    body = members(line=str(line.pk), proposal=str(locked.pk), answer=str(locked.answer), by="" if is_late else by)
    say("order.substitute_answered", line.order.entity, entry=entry, membership=membership, at=at, body=body)
    locked.save(update_fields=["answer", "answered_at"])
    then = Entry(id=entry.id_of("then"), time=entry.time)
    if locked.answer == Answer.ACCEPTED:
        supply = _locked_supply(locked.supply)
        _check(line, supply, locked.kg)
        firm(line, supply, locked.kg, then, membership, at)
    else:
        give_up_rest(line=line, entry=then, membership=membership, at=at)
    return locked


def firm(  # noqa: PLR0913, PLR0917 - so much of a supply for a line, by whom and when
    line: OrderLine, supply: PlanSupply, kg: Decimal, entry: Entry, membership: Membership, at: datetime
) -> Allocation:
    """Promise so much of a locked supply to a locked line. Raises RefusedError, EventError, ChainConflictError."""
    order, plan = line.order.entity, supply.plan.entity
    made = Allocation(
        pk=entry.id,
        line=line,
        supply=supply,
        farmer_id=supply.plan.farmer_id,
        price_fen_per_kg=line.price_fen_per_kg,
        state=AllocationState.FIRM,
        firm_kg=kg,
        firm_at=entry.time,
    )
    body, private = members(order=order, plan=plan), members(kg=kg, price_fen=line.price_fen_per_kg)
    say(
        "allocation.firmed",
        made.entity,
        entry=entry,
        membership=membership,
        at=at,
        body=body,
        private=private,
        inputs=sorted([order, plan]),
    )
    made.save(force_insert=True)
    # What was reserved for the line is matched anew.
    Reservation.objects.filter(line=line).delete()
    line.state = LineState.FIRM
    line.save(update_fields=["state"])
    return made


def overdue(at: datetime) -> list[SubstitutionProposal]:
    """List the proposals that nobody answered in time."""
    found = SubstitutionProposal.objects.filter(answer="", expires_at__lt=at)
    return list(
        found.select_related("line__order__channel__organisation", "line__order__channel__clerk").order_by("pk")
    )


def _locked(line: OrderLine) -> OrderLine:
    found = OrderLine.objects.select_for_update(of=("self",))
    return found.select_related("order__channel__organisation", "min_grade", "window").get(pk=line.pk)


def _known(line: OrderLine, entry: Entry) -> Allocation | SubstitutionProposal | None:
    if not entry.is_known:
        return None
    own = line.proposals.filter(pk=entry.id).first() or line.allocations.filter(pk=entry.id).first()
    if own is None:
        # What the id stands for may be another party's.
        raise OrderConflictError("/id", "id_of_something_else")
    return own


def _locked_supply(supply: PlanSupply) -> PlanSupply:
    found = PlanSupply.objects.select_for_update(of=("self",)).select_related("plan", "grade", "window")
    return found.get(pk=supply.pk)


def _check(line: OrderLine, supply: PlanSupply, kg: Decimal) -> None:
    if line.substitution == Substitution.NEVER:
        raise RefusedError("", "no_substitutes")
    if supply.plan.product_id != line.product_id or supply.plan.state not in LIVING:
        raise RefusedError("/supply", "unknown_supply")
    if not Lane.objects.filter(origin=supply.plan.node_id, destination=line.node_id, closed=False).exists():
        raise RefusedError("/supply", "unknown_region")
    rest = line.kg - promised_to(line)
    if not 0 < kg <= rest:
        raise RefusedError("/kg", "more_than_before", kg=decimal_text(max(rest, Decimal(0)).normalize()))
    left = promisable([supply])[supply.pk]
    if kg > left:
        raise RefusedError("/kg", "supply_exhausted", kg=decimal_text(left.normalize()))


def _is_allowed(line: OrderLine, supply: PlanSupply) -> bool:
    in_window = supply.window.starts_on <= line.window.ends_on and line.window.starts_on <= supply.window.ends_on
    if not in_window or supply.grade.rank > line.min_grade.rank:
        return False
    if line.substitution == Substitution.BETTER:
        return supply.grade.rank < line.min_grade.rank
    return line.substitution == Substitution.VARIETY

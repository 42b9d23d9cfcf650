"""What a grower answers to a planning run. A no costs nothing: no score reads it."""

from datetime import datetime

from accounts.models import Membership
from orders.enums import Answer
from orders.models import PlantingPlan, Recommendation
from orders.services.conflicts import repeated
from orders.services.events import say
from orders.services.plans import PlanFacts, submit_plan
from traceability.errors import RefusedError
from traceability.services.entries import Entry, check_may_log, members
from traceability.services.transactions import business_transaction


@business_transaction
def accept(
    *, recommendation: Recommendation, facts: PlanFacts, entry: Entry, membership: Membership, at: datetime
) -> PlantingPlan:
    """Plan what was recommended, as it was or as the grower would rather have it.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = _locked(recommendation, membership)
    if locked.answer and locked.plan_id != entry.id:
        raise RefusedError("", "recommendation_answered")
    plan = submit_plan(facts=facts, entry=entry, membership=membership, at=at)
    locked.answer, locked.plan = Answer.ACCEPTED, plan
    locked.save(update_fields=["answer", "plan"])
    return plan


@business_transaction
def decline(*, recommendation: Recommendation, entry: Entry, membership: Membership, at: datetime) -> Recommendation:
    """Say no, on the run's history: whose plot it was stands there as a commitment, which only the grower can open.

    No feature of a score reads it. Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = _locked(recommendation, membership)
    window = {"from": locked.window.starts_on.isoformat(), "to": locked.window.ends_on.isoformat()}
    private = members(plot=locked.plot.entity, **window)
    run = locked.run.entity
    if repeated("matchrun.advice_declined", run, entry, **private):
        return locked
    if locked.answer:
        raise RefusedError("", "recommendation_answered")
    say("matchrun.advice_declined", run, entry=entry, membership=membership, at=at, private=private)
    locked.answer = Answer.DECLINED
    locked.save(update_fields=["answer"])
    return locked


def _locked(recommendation: Recommendation, membership: Membership) -> Recommendation:
    found = Recommendation.objects.select_for_update(of=("self",)).select_related("plot__holder", "window", "run")
    locked = found.get(pk=recommendation.pk)
    check_may_log(membership, locked.plot.holder)
    return locked

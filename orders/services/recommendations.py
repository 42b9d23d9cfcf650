"""What a grower answers to a planning run. A no costs nothing: it enters no record that anybody is judged by."""

from datetime import datetime

from django.db import transaction

from accounts.models import Membership
from orders.enums import Answer
from orders.models import PlantingPlan, Recommendation
from orders.services.plans import PlanFacts, submit_plan
from traceability.errors import RefusedError
from traceability.services.entries import Entry, check_may_log
from traceability.services.transactions import business_transaction


@business_transaction
def accept(
    *, recommendation: Recommendation, facts: PlanFacts, entry: Entry, membership: Membership, at: datetime
) -> PlantingPlan:
    """Plan what was recommended, as it was or as the grower would rather have it.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = _unanswered(recommendation, membership, but=entry)
    plan = submit_plan(facts=facts, entry=entry, membership=membership, at=at)
    locked.answer, locked.plan = Answer.ACCEPTED, plan
    locked.save(update_fields=["answer", "plan"])
    return plan


@transaction.atomic
def decline(*, recommendation: Recommendation, membership: Membership) -> Recommendation:
    """Say no. It is not written into the log, so that no score can ever hold it against the grower.

    Raises NotYoursError, RefusedError.
    """
    locked = _unanswered(recommendation, membership)
    locked.answer = Answer.DECLINED
    locked.save(update_fields=["answer"])
    return locked


def _unanswered(recommendation: Recommendation, membership: Membership, but: Entry | None = None) -> Recommendation:
    found = Recommendation.objects.select_for_update(of=("self",)).select_related("plot__holder")
    locked = found.get(pk=recommendation.pk)
    check_may_log(membership, locked.plot.holder)
    sent_again = but is not None and locked.plan_id == but.id
    if locked.answer and not sent_again:
        raise RefusedError("", "recommendation_answered")
    return locked

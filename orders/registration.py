"""What the chain must know of this app before anything is recorded."""

from collections.abc import Iterable, Mapping
from importlib import import_module

from django.db.models import TextChoices
from django.utils import translation

from orders import enums, errors
from orders.events import EVENTS
from traceability import events
from traceability.enums import SheetKind
from traceability.errors import register_messages
from traceability.projections import registry
from traceability.services.checks import beside
from traceability.services.imports import going_through

_CODED: tuple[type[TextChoices], ...] = (
    enums.AllocationEnd,
    enums.Answer,
    enums.Outcome,
    enums.PlanEnd,
    enums.RevisionReason,
    enums.RiskAction,
    enums.RunCause,
    enums.RunKind,
    enums.Withdrawal,
)
# docs/adr/0009: these rows are where work stands; the events of the same transaction are what proves it.
_STANDING = "where work stands; each change is an event of the same transaction, and fsck compares the two"
_KEPT = "kept by the operator; no event speaks of it"
_FOLLOWS = "follows from the inputs of a run, whose hashes stand in the run's event"
UNVOUCHED: Mapping[str, str] = {
    "orders.Allocation": _STANDING,
    "orders.AllocationMove": _FOLLOWS,
    "orders.Campaign": "how a channel counts its own sales",
    "orders.Channel": "how a channel's machine logs in",
    "orders.DeliveryWindow": _KEPT,
    "orders.Grade": _KEPT,
    "orders.Lane": _KEPT,
    "orders.MatchRun": _STANDING,
    "orders.Node": _KEPT,
    "orders.OrderLine": _STANDING,
    "orders.PayoutInstruction": _STANDING,
    "orders.PlanSupply": _STANDING,
    "orders.PlantingPlan": _STANDING,
    "orders.PresaleOffer": _STANDING,
    "orders.PresaleOrder": _STANDING,
    "orders.Product": _KEPT,
    "orders.Recommendation": "follows from the inputs of a run; a yes is the plan's event, a no the run's",
    "orders.Reservation": _FOLLOWS,
    "orders.RiskAlert": "an estimate; that it was raised, answered and ended are events of the plan",
    "orders.Statement": _STANDING,
    "orders.StatementLine": _STANDING,
    "orders.SubstitutionProposal": _STANDING,
    "orders.YieldRevision": _STANDING,
}


def register() -> None:
    """Take up types of events, what their codes are called, and which tables no projection gives."""
    register_messages(errors.MESSAGES)
    events.register(*EVENTS)
    events.register_labels(dict(_labels(_CODED)))
    registry.register((), unvouched=UNVOUCHED)
    # Only now: these rest on models, which are loaded before an app is ready.
    beside.register(import_module("orders.services.comparing").check_rows)
    going_through.register(SheetKind.ORDERS, import_module("orders.services.sheet").ORDERS)


def _labels(coded: Iterable[type[TextChoices]]) -> Iterable[tuple[str, str]]:
    # As they stand in the source: pages translate them when they are shown.
    active = translation.get_language()
    translation.deactivate_all()
    try:
        return [(value, str(label)) for one in coded for value, label in one.choices]
    finally:
        if active:
            translation.activate(active)

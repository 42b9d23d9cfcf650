"""Cards made from matured outcomes; registered, they wait for somebody's approval."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from accounts.models import Membership
from finance.fitting import population
from finance.fitting.blending import ExpertVariable
from finance.fitting.compiling import Heading
from finance.fitting.outcomes import counted, kind_for
from finance.fitting.table import Column, Table
from finance.fitting.training import Trained, trained
from finance.models import Scorecard
from finance.queries.outcomes import experts_of, lessons, matured, table_of
from finance.services.cards import expert_card, register_card
from traceability.errors import RefusedError
from traceability.ledger.scores import Card, build_card
from traceability.msgids import gettext_noop as _
from traceability.services.entries import Entry

# A card is looked at again after a year.
LIFE = timedelta(days=365)
OWNER = "Suyuan credit desk"
PURPOSE = _("to order farms by the chance that a production loan of at most a year goes 90 days late")
LIMITS = (
    _("learnt from loans that banks gave: what became of those who were refused is not known, and not made up"),
    _("no weather, price or disease is in it: a bad year shows in the calibration and not in the score"),
)


def train(*, on: date) -> tuple[Card, Mapping[str, Any]]:
    """Fit the kind of card that the matured outcomes allow; give it with its model card.

    Raises RefusedError where outcomes are too few, or teach nothing.
    """
    found = lessons(on=on)
    labels = counted(one.label for one in found)
    kind = kind_for(labels["good"] + labels["bad"], labels["bad"])
    if kind == "expert":
        raise RefusedError("", "too_few_outcomes", outcomes=labels["good"] + labels["bad"], bads=labels["bad"])
    experts = experts_of(expert_card())
    learnt = matured(found)
    heading = _heading(kind, on, "Made from matured outcomes of loans.")
    made = trained(table_of(learnt, experts), heading, experts=experts, directions=population.DIRECTIONS)
    days = [one.disbursed_on.isoformat() for one in learnt if one.disbursed_on]
    return _card(made), _about(made, kind, on, {"labels": labels, "cohorts": [days[0], days[-1]]})


def train_on_generated(count: int, *, seed: int, on: date) -> tuple[Card, Mapping[str, Any]]:
    """Fit a card on generated farmers, to try the way; the card and its model card say what they rest on.

    Raises RefusedError where they are too few, or teach nothing.
    """
    experts = experts_of(expert_card())
    table = _in_units(population.made(count, seed=seed).table, experts)
    bads = int(table.bad.sum())
    kind = kind_for(count, bads)
    if kind == "expert":
        raise RefusedError("", "too_few_outcomes", outcomes=count, bads=bads)
    made = trained(table, _heading(kind, on, population.NOTICE), experts=experts, directions=population.DIRECTIONS)
    return _card(made), _about(made, kind, on, {"labels": {"good": count - bads, "bad": bads}, "generated": True})


def register_trained(
    *, card: Card, about: Mapping[str, Any], entry: Entry, membership: Membership, at: datetime
) -> Scorecard:
    """Take the card up with its model card, whose hash stands in the log. Raises what `register_card` raises."""
    if about.get("generated"):
        raise RefusedError("", "card_malformed", reason="made from generated farmers")
    return register_card(data=card.data, about=about, entry=entry, membership=membership, at=at)


def _heading(kind: str, on: date, note: str) -> Heading:
    return Heading(name=f"{kind}-{on:%Y%m%d}", kind=kind, owner=OWNER, expires=on + LIFE, note=note)


def _card(made: Trained) -> Card:
    if not made.members["variables"]:
        raise RefusedError("", "card_teaches_nothing")
    return build_card(made.members)


def _about(made: Trained, kind: str, on: date, learnt: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "purpose": PURPOSE,
        "owner": OWNER,
        "made_on": on.isoformat(),
        "expires": (on + LIFE).isoformat(),
        "rule": f"{kind}: expert below 200 outcomes or 50 bad, blend below 1000, fitted from there on",
        "limits": list(LIMITS),
        **learnt,
        **made.about,
    }


def _in_units(table: Table, experts: list[ExpertVariable]) -> Table:
    known = {one.name: one.places for one in experts}
    columns = tuple(
        Column(column.name, numbers=np.round(column.numbers, known[column.name]))
        for column in table.columns
        if column.numbers is not None and column.name in known
    )
    return Table(columns, table.bad, table.rows)

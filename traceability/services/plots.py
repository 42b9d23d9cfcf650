"""Plots: registered, corrected, retired."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from accounts.models import Membership
from traceability.errors import GeometryError, RefusedError
from traceability.geometry import Boundary, boundary_json, check_point_is_enough, measure, read_boundary
from traceability.models import Plot
from traceability.projections.standing import standing
from traceability.queries import history
from traceability.services import chain
from traceability.services.correction_rules import Correction
from traceability.services.corrections import apply_correction
from traceability.services.entries import Entry, Saying, check_may_write, check_time, members, record_of
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction
from traceability.standards.divisions import check_village

# What the column of the number holds; the schema of events gives names in general more room.
LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotFacts:
    """What a holder says of a plot: `boundary` is a GeoJSON document, `typed` the area as typed, with its unit."""

    number: str
    division_code: str
    declared_mu: Decimal
    name: str = ""
    country: str = "CN"
    typed: dict[str, str] | None = None
    boundary: bytes | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotRevision:
    """A plot as it ought to have been registered, and why it was not."""

    facts: PlotFacts
    reason: str
    explanation: str = ""


@business_transaction
def register_plot(*, entry: Entry, facts: PlotFacts, membership: Membership, at: datetime) -> Plot:
    """Register a plot of the member's own party; its boundary enters the log as a commitment only.

    Raises RefusedError, DivisionError, GeometryError, EventError, ChainConflictError.
    """
    check_may_write(membership, membership.organisation)
    check_time(entry, at=at)
    taken = Plot.objects.filter(holder=membership.organisation, number=facts.number)
    if taken.exists() and not entry.is_known:
        raise RefusedError("/number", "number_taken", name=facts.number)
    facts_said = _saying(facts)
    saying = replace(facts_said, body={"holder": str(membership.organisation.public_id), **facts_said.body})
    entity = f"plot:{entry.id}"
    chain.append(record_of("plot.registered", entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([entity])
    return Plot.objects.get(pk=entry.id)


@business_transaction
def retire_plot(*, plot: Plot, entry: Entry, reason: str, membership: Membership, at: datetime) -> Plot:
    """Close a plot for new seasons; what is recorded of it stays. Raises NotYoursError, RefusedError."""
    check_may_write(membership, plot.holder)
    check_time(entry, at=at)
    if plot.retired and not entry.is_known:
        raise RefusedError("", "plot_retired", name=plot.number)
    saying = Saying(body={"reason": reason})
    chain.append(record_of("plot.retired", plot.entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([plot.entity])
    plot.refresh_from_db()
    return plot


@business_transaction
def correct_plot(*, plot: Plot, entry: Entry, revision: PlotRevision, membership: Membership, at: datetime) -> Plot:
    """Put a plot's registration right: what differs from it becomes a correction, measured anew where it was redrawn.

    Raises NotYoursError, RefusedError, DivisionError, GeometryError, EventError, ChainConflictError.
    """
    check_may_write(membership, plot.holder)
    registered = standing(history.of(plot.entity))[0]
    saying = _saying(revision.facts)
    correction = Correction(
        record_id=plot.pk,
        reason=revision.reason,
        changes={name: value for name, value in saying.body.items() if registered.body.get(name) != value},
        private={name: value for name, value in saying.private.items() if registered.private.get(name) != value},
        explanation=revision.explanation,
    )
    apply_correction(correction=correction, entry=entry, membership=membership, at=at)
    plot.refresh_from_db()
    return plot


def _saying(facts: PlotFacts) -> Saying:
    if len(facts.number) > LONGEST_NUMBER:
        raise RefusedError("/number", "text_too_long", limit=LONGEST_NUMBER)
    if facts.division_code or facts.country == "CN":
        check_village(facts.division_code, "/division_code")
    boundary = _boundary(facts)
    body = members(
        number=facts.number,
        division_code=facts.division_code,
        country=facts.country,
        declared_mu=facts.declared_mu,
        measured_mu=_measured(boundary),
        typed=facts.typed,
        boundary_kind=boundary.kind if boundary else "",
    )
    drawn = boundary_json(boundary) if boundary else None
    return Saying(body=body, private=members(name=facts.name, boundary=drawn, note=facts.note))


def _boundary(facts: PlotFacts) -> Boundary | None:
    if facts.boundary is None:
        return None
    try:
        boundary = read_boundary(facts.boundary)
        check_point_is_enough(boundary, facts.declared_mu)
        measure(boundary)
    except GeometryError as error:
        raise GeometryError(f"/boundary{error.pointer}", error.rule, **error.params) from error
    return boundary


def _measured(boundary: Boundary | None) -> Decimal | None:
    return measure(boundary).mu if boundary else None

"""Planting plans, what is recommended to plant, and alerts, for partners' machines."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import KeyScope
from accounts.models import Membership
from orders.api import names
from orders.api.planting_members import (
    ActionInput,
    AlertAnswer,
    AlertFilters,
    GrowingInput,
    PlanAnswer,
    PlanEndInput,
    PlanInput,
    RecommendationAnswer,
    RecommendationFilters,
    RevisionInput,
)
from orders.models import PlantingPlan, Product, Recommendation, RiskAlert
from orders.queries.parties import advice_for, alerts_of, plans_of
from orders.services import alerts, plans, recommendations
from traceability.api.v1.inputs import EntryInput
from traceability.api.v1.lists import PartyList
from traceability.api.v1.recording import MakerView, Values
from traceability.errors import RefusedError
from traceability.models import Plot
from traceability.queries.farm import plots_visible_to
from traceability.services.entries import Entry


class Plans(PartyList, MakerView):
    """Planting plans on the plots that the party sees."""

    scope = KeyScope.ORDERS
    serializer_class = PlanAnswer

    def seen_by(self, membership: Membership) -> QuerySet[PlantingPlan]:
        """List them."""
        return plans_of(membership)

    @extend_schema(operation_id="plans", responses=PlanAnswer(many=True), tags=["orders"])
    def get(self, request: Request) -> Response:
        """List planting plans."""
        return self.answer(request)

    @extend_schema(operation_id="submit_plan", request=PlanInput, responses={201: PlanAnswer}, tags=["orders"])
    def post(self, request: Request) -> Response:
        """Plan a product on a plot, in as many grades and windows as it may give."""
        return self.record(request, PlanInput, PlanAnswer, self._submit)

    def _submit(self, entry: Entry, values: Values) -> PlantingPlan:
        plot = plots_visible_to(self.member).filter(pk=values["plot"]).first()
        if plot is None:
            raise RefusedError("/plot", "unknown_plot")
        facts = _facts(plot, names.product(values["product"]), values)
        return plans.submit_plan(facts=facts, entry=entry, membership=self.member, at=timezone.now())


class PlanRevision(MakerView):
    """A new estimate of a plan."""

    scope = KeyScope.ORDERS

    @extend_schema(operation_id="revise_plan", request=RevisionInput, responses={201: PlanAnswer}, tags=["orders"])
    def post(self, request: Request, plan_id: UUID) -> Response:
        """Estimate a plan's yield anew; what was estimated before stays on record."""
        plan = get_object_or_404(plans_of(self.member), pk=plan_id)
        return self.record(request, RevisionInput, PlanAnswer, partial(self._revise, plan))

    def _revise(self, plan: PlantingPlan, entry: Entry, values: Values) -> PlantingPlan:
        supplies = {one.pk: one for one in plan.supplies.all()}
        revised = []
        for position, sent in enumerate(values["supplies"]):
            said = dict(sent)
            supply = supplies.get(said.pop("supply"))
            if supply is None:
                raise RefusedError(f"/supplies/{position}/supply", "unknown_supply")
            revised.append(plans.Revised(supply=supply, **said))
        plans.revise(
            plan=plan,
            revised=revised,
            reason=values["reason"],
            source=values["because_of"],
            entry=entry,
            membership=self.member,
            at=timezone.now(),
        )
        return plans_of(self.member).get(pk=plan.pk)


class PlanEnding(MakerView):
    """The end of a plan."""

    scope = KeyScope.ORDERS

    @extend_schema(operation_id="end_plan", request=PlanEndInput, responses={201: PlanAnswer}, tags=["orders"])
    def post(self, request: Request, plan_id: UUID) -> Response:
        """End a plan of which nothing is promised any more."""
        plan = get_object_or_404(plans_of(self.member), pk=plan_id)
        return self.record(request, PlanEndInput, PlanAnswer, partial(self._end, plan))

    def _end(self, plan: PlantingPlan, entry: Entry, values: Values) -> PlantingPlan:
        reason = values["reason"]
        return plans.end_plan(plan=plan, reason=reason, entry=entry, membership=self.member, at=timezone.now())


class Recommendations(PartyList):
    """What is recommended to plant."""

    scope = KeyScope.ORDERS
    serializer_class = RecommendationAnswer
    filters = RecommendationFilters

    def seen_by(self, membership: Membership) -> QuerySet[Recommendation]:
        """List those for the party's plots."""
        return advice_for(membership)

    def narrowed(self, found: QuerySet[Recommendation], wanted: Values) -> QuerySet[Recommendation]:
        """Keep those that wait for an answer, or those that have one."""
        return _open(found, wanted, Q(answer=""))

    @extend_schema(
        operation_id="recommendations",
        parameters=[RecommendationFilters],
        responses=RecommendationAnswer(many=True),
        tags=["orders"],
    )
    def get(self, request: Request) -> Response:
        """List recommendations with their reasons."""
        return self.answer(request)


class AdviceAcceptance(MakerView):
    """A yes."""

    scope = KeyScope.ORDERS

    @extend_schema(
        operation_id="accept_recommendation", request=GrowingInput, responses={201: PlanAnswer}, tags=["orders"]
    )
    def post(self, request: Request, recommendation_id: int) -> Response:
        """Plan what is recommended, as it is or as the grower would rather have it."""
        advice = get_object_or_404(advice_for(self.member), pk=recommendation_id)
        return self.record(request, GrowingInput, PlanAnswer, partial(self._accept, advice))

    def _accept(self, advice: Recommendation, entry: Entry, values: Values) -> PlantingPlan:
        facts = _facts(advice.plot, advice.product, values)
        return recommendations.accept(
            recommendation=advice, facts=facts, entry=entry, membership=self.member, at=timezone.now()
        )


class AdviceDecline(MakerView):
    """A no."""

    scope = KeyScope.ORDERS

    @extend_schema(
        operation_id="decline_recommendation",
        request=EntryInput,
        responses={201: RecommendationAnswer},
        tags=["orders"],
    )
    def post(self, request: Request, recommendation_id: int) -> Response:
        """Decline. It costs nothing: the log keeps it sealed, and no score reads it."""
        advice = get_object_or_404(advice_for(self.member), pk=recommendation_id)
        return self.record(request, EntryInput, RecommendationAnswer, partial(self._decline, advice))

    def _decline(self, advice: Recommendation, entry: Entry, values: Values) -> Recommendation:  # noqa: ARG002
        return recommendations.decline(recommendation=advice, entry=entry, membership=self.member, at=timezone.now())


class Alerts(PartyList):
    """Goods that may stay unsold."""

    scope = KeyScope.ORDERS
    serializer_class = AlertAnswer
    filters = AlertFilters

    def seen_by(self, membership: Membership) -> QuerySet[RiskAlert]:
        """List the alerts on the party's plans."""
        return alerts_of(membership)

    def narrowed(self, found: QuerySet[RiskAlert], wanted: Values) -> QuerySet[RiskAlert]:
        """Keep those that are not over, or those that are."""
        return _open(found, wanted, Q(ended_on=None))

    @extend_schema(operation_id="alerts", parameters=[AlertFilters], responses=AlertAnswer(many=True), tags=["orders"])
    def get(self, request: Request) -> Response:
        """List alerts with what was done about them and how they ended."""
        return self.answer(request)


class AlertAction(MakerView):
    """What is done about an alert."""

    scope = KeyScope.ORDERS

    @extend_schema(operation_id="act_on_alert", request=ActionInput, responses={201: AlertAnswer}, tags=["orders"])
    def post(self, request: Request, alert_id: int) -> Response:
        """Note what is done about an alert."""
        alert = get_object_or_404(alerts_of(self.member), pk=alert_id)
        return self.record(request, ActionInput, AlertAnswer, partial(self._act, alert))

    def _act(self, alert: RiskAlert, entry: Entry, values: Values) -> RiskAlert:
        return alerts.act(alert=alert, **values, entry=entry, membership=self.member, at=timezone.now())


def _open(found: QuerySet[Any], wanted: Values, is_open: Q) -> QuerySet[Any]:
    if wanted["open"] is None:
        return found
    return found.filter(is_open if wanted["open"] else ~is_open)


def _facts(plot: Plot, product: Product, values: Values) -> plans.PlanFacts:
    return plans.PlanFacts(
        plot=plot,
        product=product,
        variety=values["variety"],
        area_mu=values["area_mu"],
        node=names.node(values["region"], "/region"),
        supplies=[_expected(product, one, f"/supplies/{place}") for place, one in enumerate(values["supplies"])],
    )


def _expected(product: Product, sent: Values, pointer: str) -> plans.Expected:
    said = dict(sent)
    grade = names.grade(product, said.pop("grade"), f"{pointer}/grade")
    window = names.window(product, said.pop("window"), f"{pointer}/window")
    return plans.Expected(grade=grade, window=window, **said)

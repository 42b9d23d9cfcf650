"""The store: what lies where, what a count finds, and what a party expects of its own steps."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Membership
from traceability.api.v1.answers import LotAnswer
from traceability.api.v1.fields import DecimalText, StrictSerializer
from traceability.api.v1.inputs import EntryInput, text
from traceability.api.v1.lists import PartyList
from traceability.api.v1.party_view import PartyView
from traceability.api.v1.recording import IsMaker, MakerView, Values
from traceability.models import Lot, Recipe
from traceability.queries.plant import recipes_of, stock_by_place
from traceability.services.entries import Entry
from traceability.services.recipes import RecipeFacts, drop_recipe, write_recipe
from traceability.services.stores import Count, count, put_away

_PERCENT = {"max_digits": 5, "decimal_places": 2}


class PlaceInput(EntryInput):
    """Where a lot lies from now on."""

    place = text(help_text="Empty is none. It stays private.")


class CountInput(EntryInput):
    """What is there."""

    kg = DecimalText()
    reason = text(40, help_text="Why that is not what the books say, where it is not.")
    note = text(1000)


class PlaceAnswer(serializers.Serializer[Any]):
    """What lies at one place."""

    place = serializers.CharField(allow_blank=True)
    kg = DecimalText(help_text="Of lots whose quantity nobody knows, nothing.")
    lots = LotAnswer(many=True)


class StockAnswer(serializers.Serializer[Any]):
    """The party's stock."""

    places = PlaceAnswer(many=True)


class RecipeInput(StrictSerializer):
    """A step, and the yield that it should give in percent of the corrected input."""

    name = serializers.CharField(max_length=60)
    step = serializers.CharField(max_length=20)
    yield_from_percent = DecimalText(**_PERCENT)
    yield_to_percent = DecimalText(**_PERCENT)
    by_products = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=9, required=False, default=list
    )


class RecipeAnswer(serializers.Serializer[Recipe]):
    """A recipe of the party's own."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    step = serializers.CharField()
    yield_from_percent = DecimalText()
    yield_to_percent = DecimalText()
    by_products = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_by_products(self, recipe: Recipe) -> list[str]:
        """Give their names."""
        return recipe.by_products.splitlines()


class Stock(PartyView):
    """The stock."""

    @extend_schema(operation_id="stock", responses=StockAnswer, tags=["store"])
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """List the party's stock by its places, the oldest lots first."""
        found = {"places": stock_by_place(self.member)}
        return Response(StockAnswer(found, context={"view": self}).data)


class LotPlace(MakerView):
    """The place of a lot."""

    @extend_schema(operation_id="put_away", request=PlaceInput, responses={201: LotAnswer}, tags=["store"])
    def post(self, request: Request, lot_id: UUID) -> Response:
        """Say at which of the party's places a lot lies from now on."""
        return self.record(request, PlaceInput, LotAnswer, partial(self._put, lot_id))

    def _put(self, lot_id: UUID, entry: Entry, values: Values) -> Lot:
        lot = self.lot(lot_id, entry, "")
        return put_away(lot=lot, place=values["place"], entry=entry, membership=self.member, at=timezone.now())


class LotCount(MakerView):
    """Counts of a lot."""

    @extend_schema(operation_id="count", request=CountInput, responses={201: LotAnswer}, tags=["store"])
    def post(self, request: Request, lot_id: UUID) -> Response:
        """Replace what the books say of a lot by what is there."""
        return self.record(request, CountInput, LotAnswer, partial(self._count, lot_id))

    def _count(self, lot_id: UUID, entry: Entry, values: Values) -> Lot:
        lot = self.lot(lot_id, entry, "")
        return count(lot=lot, counted=Count(**values), entry=entry, membership=self.member, at=timezone.now())


class Recipes(PartyList):
    """The party's recipes."""

    permission_classes = [*PartyList.permission_classes, IsMaker]
    serializer_class = RecipeAnswer

    def seen_by(self, membership: Membership) -> QuerySet[Recipe]:
        """List its own."""
        return recipes_of(membership)

    @extend_schema(operation_id="recipes", responses=RecipeAnswer(many=True), tags=["store"])
    def get(self, request: Request) -> Response:
        """List the party's recipes."""
        return self.answer(request)

    @extend_schema(operation_id="write_recipe", request=RecipeInput, responses={201: RecipeAnswer}, tags=["store"])
    def post(self, request: Request) -> Response:
        """Keep a recipe. A recipe is in no log: runs that named it keep what they say."""
        made = write_recipe(facts=_facts(request), membership=self.member)
        return Response(RecipeAnswer(made).data, status=201)


class RecipeDetail(PartyView):
    """One recipe."""

    permission_classes = [*PartyView.permission_classes, IsMaker]

    @extend_schema(operation_id="change_recipe", request=RecipeInput, responses=RecipeAnswer, tags=["store"])
    def put(self, request: Request, recipe_id: int) -> Response:
        """Change a recipe."""
        recipe = get_object_or_404(recipes_of(self.member), pk=recipe_id)
        return Response(RecipeAnswer(write_recipe(facts=_facts(request), membership=self.member, recipe=recipe)).data)

    @extend_schema(operation_id="drop_recipe", responses={204: None}, tags=["store"])
    def delete(self, request: Request, recipe_id: int) -> Response:  # noqa: ARG002
        """Forget a recipe."""
        drop_recipe(recipe=get_object_or_404(recipes_of(self.member), pk=recipe_id), membership=self.member)
        return Response(status=204)


def _facts(request: Request) -> RecipeFacts:
    read = RecipeInput(data=request.data)
    read.is_valid(raise_exception=True)
    return RecipeFacts(**read.validated_data)

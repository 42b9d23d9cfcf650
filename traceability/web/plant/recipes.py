"""Recipes of the party."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from traceability.queries.plant import recipes_of
from traceability.services.recipes import drop_recipe, write_recipe
from traceability.web.plant.desk import MAKERS
from traceability.web.plant.forms.runs import RecipeForm
from traceability.web.refusals import refusals_on

_FIELDS = ("name", "step", "yield_from_percent", "yield_to_percent", "by_products")


@acts_as_kind(*MAKERS)
@records_for_party
def recipe(request: PartyRequest, recipe_id: int | None = None) -> HttpResponse:
    """Write down a recipe, or change one."""
    found = get_object_or_404(recipes_of(request.membership), pk=recipe_id) if recipe_id else None
    initial = {name: getattr(found, name) for name in _FIELDS} if found else None
    form = RecipeForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            write_recipe(facts=form.facts(), membership=request.membership, recipe=found)
            messages.success(request, _("Kept."))
            return redirect("plant:runs")
    return render(request, "traceability/plant/recipe.html", {"form": form, "recipe": found})


@require_POST
@acts_as_kind(*MAKERS)
@records_for_party
def drop(request: PartyRequest, recipe_id: int) -> HttpResponse:
    """Forget a recipe."""
    drop_recipe(recipe=get_object_or_404(recipes_of(request.membership), pk=recipe_id), membership=request.membership)
    messages.success(request, _("Gone. What was made by it keeps its record."))
    return redirect("plant:runs")

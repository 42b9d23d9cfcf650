"""Recipes: what a party expects of its own steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from accounts.models import Membership
from accounts.queries.memberships import may_record
from traceability.errors import NotYoursError, RefusedError
from traceability.models import Recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeFacts:
    """A step, the yield that it should give in percent of the corrected input, and what usually falls off."""

    name: str
    step: str
    yield_from_percent: Decimal
    yield_to_percent: Decimal
    by_products: Sequence[str] = ()


@transaction.atomic
def write_recipe(*, facts: RecipeFacts, membership: Membership, recipe: Recipe | None = None) -> Recipe:
    """Keep a recipe of the party, or change one. Raises NotYoursError, RefusedError.

    Runs that named it keep what they say: the recipe itself is in no log.
    """
    _check_may_write(membership, recipe)
    if facts.yield_from_percent > facts.yield_to_percent:
        raise RefusedError("/yield_to_percent", "below_minimum", limit=facts.yield_from_percent)
    same = Recipe.objects.filter(organisation=membership.organisation_id, name=facts.name).first()
    if same and same != recipe:
        raise RefusedError("/name", "name_taken", name=facts.name)
    kept = recipe or Recipe(organisation=membership.organisation)
    kept.name, kept.step = facts.name, facts.step
    kept.yield_from_percent, kept.yield_to_percent = facts.yield_from_percent, facts.yield_to_percent
    kept.by_products = "\n".join(facts.by_products)
    kept.save()
    return kept


@transaction.atomic
def drop_recipe(*, recipe: Recipe, membership: Membership) -> None:
    """Forget a recipe. Raises NotYoursError, RefusedError."""
    _check_may_write(membership, recipe)
    recipe.delete()


def _check_may_write(membership: Membership, recipe: Recipe | None) -> None:
    if recipe and recipe.organisation_id != membership.organisation_id:
        raise NotYoursError(f"recipe {recipe.pk}: is not this party's")
    if not may_record(membership):
        raise RefusedError("", "viewer_cannot_write")

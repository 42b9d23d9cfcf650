from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership
from tests.factories import farm
from tests.factories.counting import statements
from tests.factories.pages import client_of, errors_of, send, shown
from traceability.models import Lot, ProcessRun, Recipe
from traceability.queries import history

pytestmark = pytest.mark.django_db

NEW = "/plant/runs/new/"


@pytest.fixture
def browser(farmer: Membership) -> Client:
    return client_of(farmer)


def run(client: Client, lot: Lot, *, used: str, made: str, url: str = NEW, **typed: Any) -> Any:
    page: Any = client.get(url)
    forms = page.context["forms"]
    sets = (forms.outputs, forms.by_products, forms.losses)
    data = shown(forms.run, *(one.management_form for one in sets), *(form for one in sets for form in one))
    data |= {f"in-{lot.pk}": used, "out-0-amount_value": made, "out-0-product_form": "milled rice", "name": "milling"}
    return client.post(NEW, {**data, "day": "2026-10-05", **typed})


def balanced(client: Client, lot: Lot, **typed: Any) -> Any:
    rest = {"by-0-name": "稻壳", "by-0-amount_value": "200", "loss-0-reason": "dust", "loss-0-amount_value": "97"}
    return run(client, lot, used="900", made="600", **{**rest, **typed})


def test_a_run_makes_a_lot_leaves_the_rest_and_shows_its_balance(browser: Client, farmer: Membership) -> None:
    lot = farm.make_lot(farmer)

    answer = balanced(browser, lot)

    rice, made = Lot.objects.exclude(pk=lot.pk).get(), ProcessRun.objects.get()
    lot.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, f"/plant/runs/{made.pk}/")
    assert (rice.kg, rice.product_form, lot.kg) == (Decimal(600), "milled rice", Decimal(100))
    balance = browser.get(answer["Location"]).context["balance"]
    assert (balance.yield_percent, balance.unexplained, balance.lost) == (Decimal("66.67"), Decimal(3), Decimal(100))


def test_a_by_product_is_kept_as_a_lot_where_somebody_says_so(browser: Client, farmer: Membership) -> None:
    balanced(browser, farm.make_lot(farmer), **{"by-0-kept": "on"})

    assert Lot.objects.get(product_name="稻壳").kg == Decimal(200)


@pytest.mark.parametrize(
    ("used", "made", "error"),
    [
        ("1001", "1000", "Is more than there is of"),
        ("1000", "1100", "1100 kg come out of 1000 kg that went in"),
        ("1000", "600", "400 kg neither came out nor were declared lost; say what became of them"),
        ("", "600", "Say how much of at least one lot went in."),
        ("1000", "", "Say what came out, in at least one row."),
        ("-1", "600", "Ensure this value is greater than or equal to 0."),
    ],
)
def test_what_does_not_add_up_is_refused(browser: Client, farmer: Membership, used: str, made: str, error: str) -> None:
    lot = farm.make_lot(farmer)
    before = farm.footprint()

    page = run(browser, lot, used=used, made=made)

    assert any(error in text for texts in errors_of(page).values() for text in texts)
    assert farm.footprint() == before


def test_what_is_missing_is_saved_once_it_is_explained(browser: Client, farmer: Membership) -> None:
    run(browser, farm.make_lot(farmer), used="1000", made="600", balance_reason="稻壳没有过磅")

    made = ProcessRun.objects.get()
    assert history.of(f"process:{made.pk}")[0].private["balance_reason"] == "稻壳没有过磅"
    assert "稻壳没有过磅" in browser.get(f"/plant/runs/{made.pk}/").content.decode()


def test_the_balance_is_reckoned_without_script_and_nothing_is_kept(browser: Client, farmer: Membership) -> None:
    lot = farm.make_lot(farmer, moisture_percent=Decimal("20.0"))
    before = farm.footprint()

    page = run(browser, lot, used="1000", made="930", reckon="1", moisture_out_percent="14.5")

    balance = page.context["balance"]
    assert (balance.corrected, balance.dried) == (Decimal("935.673"), Decimal("64.327"))
    assert "Nothing is recorded yet." in page.content.decode()
    assert farm.footprint() == before


def test_who_has_nothing_in_stock_is_told_so(browser: Client) -> None:
    assert "No lot is in your hands." in browser.get(NEW).content.decode()


def test_the_oldest_lots_are_filled_in_and_held_ones_are_not(browser: Client, farmer: Membership) -> None:
    first, second = sorted((farm.make_lot(farmer) for _ in range(2)), key=lambda lot: lot.code)
    farm.hold(farm.make_lot(farmer), by=farmer)

    page: Any = browser.get(NEW, {"take-goods": "rice:paddy:稻谷", "take-wanted": "1400"})

    forms = page.context["forms"]
    assert [forms.inputs[str(lot.pk)].value() for lot in (first, second)] == ["1000", "400"]
    assert len(forms.inputs.stock) == 2
    assert "Held lots cannot be used" in page.content.decode()


def test_goods_of_the_same_form_and_another_name_are_not_mixed(browser: Client, farmer: Membership) -> None:
    raw, roasted = farm.make_lot(farmer), farm.make_lot(farmer)
    Lot.objects.filter(pk=roasted.pk).update(product_name="炭烤")

    page: Any = browser.get(NEW, {"take-goods": "rice:paddy:炭烤", "take-wanted": "300"})

    forms = page.context["forms"]
    assert [forms.inputs[str(lot.pk)].value() for lot in (raw, roasted)] == [None, "300"]
    assert len(page.context["take"]["goods"].field.choices) == 2


RECIPE = {
    "name": "一级米",
    "step": "milling",
    "yield_from_percent": "66",
    "yield_to_percent": "70",
    "by_products": "稻壳\n米糠",
}


def test_a_recipe_fills_in_its_step_and_by_products_and_judges_the_yield(browser: Client, farmer: Membership) -> None:
    send(browser, "/plant/recipes/new/", **RECIPE)
    recipe, lot = Recipe.objects.get(), farm.make_lot(farmer)
    url = f"{NEW}?recipe={recipe.pk}"

    forms = browser.get(url).context["forms"]
    page = run(browser, lot, used="1000", made="650", url=url, reckon="1")

    assert forms.run["name"].value() == "milling"
    assert [form["name"].value() for form in forms.by_products][:2] == ["稻壳", "米糠"]
    assert page.context["verdict"].value == "below"
    assert "The yield is below the range of the recipe." in page.content.decode()


def test_a_run_by_a_recipe_names_it_in_private(browser: Client, farmer: Membership) -> None:
    send(browser, "/plant/recipes/new/", **RECIPE)
    recipe = Recipe.objects.get()

    answer = balanced(browser, farm.make_lot(farmer), url=f"{NEW}?recipe={recipe.pk}")

    page = browser.get(answer["Location"])
    assert (page.context["said"]["recipe"], page.context["verdict"].value) == ("一级米", "within")


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"yield_to_percent": "65"}, {"yield_to_percent": ["Must not be below 66"]}),
        ({"name": "旧的"}, {"name": ["The name 旧的 is taken already"]}),
    ],
)
def test_what_is_wrong_with_a_recipe_is_said(
    browser: Client, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    send(browser, "/plant/recipes/new/", **{**RECIPE, "name": "旧的"})

    assert errors_of(send(browser, "/plant/recipes/new/", **{**RECIPE, **typed})) == errors
    assert Recipe.objects.count() == 1


def test_a_recipe_is_changed_and_forgotten(browser: Client) -> None:
    send(browser, "/plant/recipes/new/", **RECIPE)
    recipe = Recipe.objects.get()

    send(browser, f"/plant/recipes/{recipe.pk}/", **{**RECIPE, "yield_to_percent": "71"})
    recipe.refresh_from_db()
    browser.post(f"/plant/recipes/{recipe.pk}/drop/")

    assert (recipe.yield_to_percent, Recipe.objects.count()) == (Decimal(71), 0)


def test_a_run_is_withdrawn(browser: Client, farmer: Membership) -> None:
    lot = farm.make_lot(farmer)
    answer = balanced(browser, lot)

    send(browser, f"{answer['Location']}withdraw/", reason="typing_error")

    lot.refresh_from_db()
    assert (lot.kg, ProcessRun.objects.count()) == (Decimal(1000), 0)
    assert browser.get(answer["Location"]).status_code == 404


def test_the_list_of_runs_takes_the_same_number_of_statements(browser: Client, farmer: Membership) -> None:
    farm.make_milled(farmer, farm.make_lot(farmer))
    one = statements(browser, "/plant/runs/")

    for _ in range(2):
        farm.make_milled(farmer, farm.make_lot(farmer))

    assert statements(browser, "/plant/runs/") == one

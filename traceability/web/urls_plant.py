"""The processor's desk."""

from django.urls import path

from traceability.web.plant import intake, losses, overview, recipes, runs, shipments, store

app_name = "plant"
urlpatterns = [
    path("", overview.overview, name="desk"),
    path("intake/", intake.desk, name="intake"),
    path("intake/new/", intake.unannounced, name="unannounced"),
    path("intake/new/<str:card>/", intake.unannounced, name="unannounced_of"),
    path("incoming/", store.incoming, name="incoming"),
    path("shipments/", shipments.shipments, name="shipments"),
    path("shipments/<uuid:shipment_id>/", shipments.shipment, name="shipment"),
    path("shipments/<uuid:shipment_id>/weigh/", intake.weigh, name="weigh"),
    path("shipments/<uuid:shipment_id>/refuse/", intake.send_back, name="refuse"),
    path("shipments/<uuid:shipment_id>/take-back/", shipments.take_back, name="take_back"),
    path("lots/<uuid:lot_id>/ship/", shipments.send, name="ship"),
    path("lots/<uuid:lot_id>/put-away/", store.move, name="move"),
    path("lots/<uuid:lot_id>/count/", store.take_stock, name="count"),
    path("runs/", runs.runs, name="runs"),
    path("runs/new/", runs.new, name="new_run"),
    path("runs/<uuid:run_id>/", runs.run, name="run"),
    path("runs/<uuid:run_id>/withdraw/", runs.withdraw, name="withdraw"),
    path("recipes/new/", recipes.recipe, name="new_recipe"),
    path("recipes/<int:recipe_id>/", recipes.recipe, name="recipe"),
    path("recipes/<int:recipe_id>/drop/", recipes.drop, name="drop_recipe"),
    path("losses/", losses.losses, name="losses"),
    path("stock/", store.stock, name="stock"),
]

"""The processor's desk."""

from django.urls import path

from traceability.web.plant import intake, shipments, store

app_name = "plant"
urlpatterns = [
    path("intake/", intake.desk, name="intake"),
    path("intake/new/", intake.unannounced, name="unannounced"),
    path("intake/new/<uuid:party_id>/", intake.unannounced, name="unannounced_of"),
    path("incoming/", store.incoming, name="incoming"),
    path("shipments/", shipments.shipments, name="shipments"),
    path("shipments/<uuid:shipment_id>/", shipments.shipment, name="shipment"),
    path("shipments/<uuid:shipment_id>/weigh/", intake.weigh, name="weigh"),
    path("shipments/<uuid:shipment_id>/refuse/", intake.send_back, name="refuse"),
    path("shipments/<uuid:shipment_id>/take-back/", shipments.take_back, name="take_back"),
    path("lots/<uuid:lot_id>/ship/", shipments.send, name="ship"),
    path("lots/<uuid:lot_id>/put-away/", store.move, name="move"),
    path("lots/<uuid:lot_id>/count/", store.take_stock, name="count"),
    path("stock/", store.stock, name="stock"),
]

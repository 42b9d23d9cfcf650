"""Addresses that are printed on bags. GS1 Digital Link fixes the first two; all others live under /trace/."""

from django.urls import path

from traceability.web.trace import views

app_name = "trace"
urlpatterns = [
    path("01/<gtin>/10/<path:code>", views.link, {"ai": "10"}, name="lot"),
    path("01/<gtin>/21/<path:code>", views.link, {"ai": "21"}, name="serial"),
    path("trace/<uuid:lot_id>", views.item, name="item"),
    path("trace/<uuid:lot_id>/bundle", views.bundle, name="bundle"),
    path("trace/proofs/<uuid:record_id>.tlog-proof", views.proof, name="proof"),
]

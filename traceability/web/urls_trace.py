"""Addresses that are printed on bags. GS1 Digital Link fixes the first ones; all others live under /trace/."""

from django.urls import path, re_path

from traceability.web.feedback import public
from traceability.web.resolver import views as resolver
from traceability.web.trace import pictures, views

app_name = "trace"
urlpatterns = [
    path("01/<gtin>/10/<path:code>", resolver.resolve, name="lot"),
    path("01/<gtin>/21/<path:code>", resolver.resolve, name="serial"),
    # Any other key, by its number or by the name that the standard once had for it; what it is, is read from the whole.
    re_path(r"^(?P<key>[0-9]{2,4}|gtin|sscc|gln|party|grai|giai|itip|gdti|gsrn|gsrnp)/(?P<rest>.+)$", resolver.resolve),
    path(".well-known/gs1resolver", resolver.description, name="resolver"),
    path("trace/<uuid:lot_id>", views.item, name="item"),
    path("trace/<uuid:lot_id>/feedback", public.write, name="feedback"),
    path("trace/feedback/<slug:secret>", public.sent, name="sent"),
    path("trace/<uuid:lot_id>/bundle", views.bundle, name="bundle"),
    path("trace/photos/<uuid:record_id>/<str:sha256>-<int:width>.jpg", pictures.photo, name="photo"),
    path("trace/proofs/<uuid:record_id>.tlog-proof", views.proof, name="proof"),
]

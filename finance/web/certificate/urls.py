from django.urls import path

from finance.web.certificate import public

app_name = "certificate"
urlpatterns = [
    path("schema.json", public.schema, name="schema"),
    path("status/<int:number>", public.status, name="status"),
    path("<uuid:credential_id>/", public.show, name="show"),
    path("<uuid:credential_id>/certificate.json", public.document, name="document"),
]

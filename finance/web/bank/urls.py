from django.urls import path

from finance.web.bank import views

app_name = "bank"
urlpatterns = [
    path("", views.home, name="home"),
    path("queries/<uuid:query_id>/evidence/", views.evidence, name="evidence"),
    path("clients/", views.clients, name="clients"),
    path("clients/<int:client_id>/revoke/", views.revoke, name="revoke"),
]

from django.urls import path

from finance.web.bank import asking, clients, loans

app_name = "bank"
urlpatterns = [
    path("", asking.home, name="home"),
    path("queries/<uuid:query_id>/", asking.query, name="query"),
    path("queries/<uuid:query_id>/evidence/", asking.evidence, name="evidence"),
    path("loans/", loans.home, name="loans"),
    path("loans/<uuid:loan_id>/", loans.show, name="loan"),
    path("clients/", clients.home, name="clients"),
    path("clients/<int:client_id>/", clients.show, name="client"),
    path("clients/<int:client_id>/keys/remove/", clients.remove, name="key_remove"),
    path("clients/<int:client_id>/revoke/", clients.revoke, name="revoke"),
]

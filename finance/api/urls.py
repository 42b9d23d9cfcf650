from django.urls import path

from finance.api import bank

app_name = "bank-api"
urlpatterns = [
    path("queries", bank.Queries.as_view(), name="queries"),
    path("queries/<uuid:query_id>/evidence", bank.Evidence.as_view(), name="evidence"),
    path("loan-postings", bank.Postings.as_view(), name="postings"),
    path("notices", bank.Notices.as_view(), name="notices"),
]

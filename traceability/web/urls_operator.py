"""The operator's pages of the log."""

from django.urls import path

from traceability.web import log_operator

app_name = "operator"
urlpatterns = [
    path("", log_operator.overview, name="log"),
    path("findings/<int:finding_id>/close", log_operator.close_finding, name="close_finding"),
]

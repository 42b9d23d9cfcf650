"""Where parties read and answer what consumers wrote about their lots."""

from django.urls import path

from traceability.web.feedback import desk

app_name = "feedback"
urlpatterns = [
    path("", desk.listing, name="list"),
    path("<uuid:feedback_id>/", desk.message, name="message"),
    path("<uuid:feedback_id>/erase/", desk.erase, name="erase"),
]

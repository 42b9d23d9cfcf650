from django.urls import path

from traceability.api import epcis

app_name = "epcis"
urlpatterns = [
    path("capture", epcis.Capture.as_view(), name="capture"),
    path("capture/<uuid:job_id>", epcis.CaptureJobDetail.as_view(), name="capture-job"),
    path("events", epcis.Events.as_view(), name="events"),
    path("events/<path:event_id>", epcis.EventDetail.as_view(), name="event"),
]

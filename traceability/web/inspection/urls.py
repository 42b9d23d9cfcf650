from django.urls import path

from traceability.web.inspection import desk, files, keys, lots, reports

app_name = "inspection"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("reports/send/", reports.send, name="send"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<slug:key_id>/revoke/", keys.revoke, name="revoke_key"),
    path("lots/<uuid:lot_id>/", lots.lot, name="lot"),
    path("lots/<uuid:lot_id>/hold/", lots.hold, name="hold"),
    path("lots/<uuid:lot_id>/records/<uuid:record_id>/files/<slug:sha256>/", files.file, name="file"),
    path("holds/<uuid:hold_id>/release/", lots.release, name="release"),
]

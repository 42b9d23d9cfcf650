from django.urls import path

from traceability.web.inspection import certificates, desk, files, keys, lots, qr, reports

app_name = "inspection"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("reports/send/", reports.send, name="send"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<slug:key_id>/revoke/", keys.revoke, name="revoke_key"),
    path("lots/<uuid:lot_id>/", lots.lot, name="lot"),
    path("lots/<uuid:lot_id>/hold/", lots.hold, name="hold"),
    path("lots/<uuid:lot_id>/records/<uuid:record_id>/files/<slug:sha256>/", files.file, name="file"),
    path("lots/<uuid:lot_id>/certificate/new/", certificates.create, name="issue"),
    path("certificates/", certificates.find, name="find_certificate"),
    path("certificates/<uuid:certificate_id>/", certificates.certificate, name="certificate"),
    path("certificates/<uuid:certificate_id>/paper/", certificates.paper, name="paper"),
    path("certificates/<uuid:certificate_id>/qr.svg", qr.qr, name="certificate_qr"),
    path("certificates/<uuid:certificate_id>/void/", certificates.annul, name="void"),
    path("certificates/<uuid:certificate_id>/collect/", certificates.take, name="collect"),
    path("holds/<uuid:hold_id>/release/", lots.release, name="release"),
]

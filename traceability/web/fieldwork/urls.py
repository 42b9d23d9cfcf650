from django.urls import path

from traceability.web.fieldwork import app, stand_ins

app_name = "fields"
urlpatterns = [
    path("", app.home, name="home"),
    path("shell/", app.shell, name="shell"),
    path("stand-ins/", stand_ins.stand_ins, name="stand_ins"),
    path("stand-ins/<int:helper_id>/revoke/", stand_ins.revoke, name="revoke"),
    path("sw.js", app.worker, name="worker"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
]

from django.urls import path

from traceability.web.fieldwork import app

app_name = "fields"
urlpatterns = [
    path("", app.home, name="home"),
    path("shell/", app.shell, name="shell"),
    path("sw.js", app.worker, name="worker"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
]

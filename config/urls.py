from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from config import health, views

# The administration has no log-in of its own: the one by phone number limits attempts.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.home, name="home"),
    path("find/", views.find, name="find"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("account/", include("accounts.entrance_urls")),
    path("parties/", include("accounts.urls")),
    path("api/epcis/", include("traceability.api.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.refused"
handler404 = "config.errors.not_found"
handler429 = "config.errors.too_many"
handler500 = "config.errors.failed"
